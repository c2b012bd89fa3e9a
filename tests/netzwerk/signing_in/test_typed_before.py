"""A session ends while an officer writes: nothing typed is lost (D-16). Beate and Ruth are invented officers."""

import random
import re
import string
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kit.desk.filling import fill
from kit.desk.typed import Typed
from members.models import Newsletter
from tests.desk import page
from tests.members.people import active
from tests.netzwerk.signing_in.officers import CODES, enter, officer, sign_in, told
from tests.pressing import form_of, press, send
from tests.wegweiser.offers import offer
from wegweiser.models import Advice, Offer, Situation

pytestmark = pytest.mark.django_db

LONG = ("Zeile mit „Anführung“, 'Strich', \"Zoll\", <script>alert(1)</script> & äöüß €\r\n" * 40)[:2600]
ADD = "/verwaltung/members/newsletter/add/"


@pytest.fixture
def beate() -> Client:
    officer("beate")
    return sign_in("beate")


def end(client: Client) -> None:
    """Nobody has clicked for half an hour."""
    session = client.session
    session["seen_at"] -= 30 * 60
    session.save()


def test_2600_characters_survive_the_sign_in_and_are_saved_by_a_press(beate: Client) -> None:
    html = page(beate, ADD)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", ADD, subject="Neues", text=LONG, municipalities=["siegen"])
    assert "Melden Sie sich wieder an: Was Sie geschrieben haben, steht danach wieder da." in asked
    assert "alert(1)" not in asked
    assert not Newsletter.objects.exists()
    back = enter(beate, asked, "beate", CODES[1], at=ADD)
    assert "no-store" in back["Cache-Control"]
    shown = back.content.decode()
    assert "steht wieder da; gespeichert ist noch nichts" in shown
    assert "<script>alert" not in shown
    assert not Newsletter.objects.exists()
    press(beate, shown, "Speichern und ansehen", ADD)
    stored = Newsletter.objects.get()
    assert stored.text.replace("\r\n", "\n") == LONG.replace("\r\n", "\n").strip()
    assert stored.municipalities == ["siegen"]


def test_a_wrong_password_in_between_loses_nothing(beate: Client) -> None:
    html = page(beate, ADD)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", ADD, subject="Neues", text="Mein Text")
    asked = enter(beate, asked, "beate", CODES[1], "falsch", at=ADD).content.decode()
    assert "Mein Text" in told(enter(beate, asked, "beate", CODES[2], at=ADD))


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(beate: Client) -> None:
    officer("ruth")
    html = page(beate, ADD)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", ADD, subject="Neues", text="Nur für Beate")
    answer = enter(beate, asked, "ruth", CODES[1], at=ADD)
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/")
    desk = page(beate, "/verwaltung/")
    assert "gehört zu einem anderen Konto" in desk
    assert "Nur für Beate" not in desk


def test_a_change_comes_back_with_what_the_page_had_shown(beate: Client) -> None:
    """What Ruth has saved meanwhile is not overwritten after the sign-in."""
    officer("ruth")
    kiste = offer(hours="9 bis 12 Uhr")
    at = f"/verwaltung/wegweiser/offer/{kiste.pk}/change/"
    html = page(beate, at)
    ruth = sign_in("ruth")
    send(ruth, page(ruth, at), "Speichern", at, hours="von ruth")
    end(beate)
    asked = press(beate, html, "Speichern", at, hours="von beate", accessible="yes", topics=["wohnen"], cost="")
    back = told(enter(beate, asked, "beate", CODES[1], at=at))
    asked = press(beate, back, "Speichern", at)
    assert "hat das hier auch gerade geändert" in asked
    send(beate, asked, "So speichern, wie gewählt", at)
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.accessible, kiste.cost) == ("von beate", "yes", "")


def test_rows_that_a_script_had_added_come_back(beate: Client) -> None:
    row = Situation.objects.create(title="Frisch getrennt", slug="frisch", intro="Was jetzt hilft.")
    at = f"/verwaltung/wegweiser/situation/{row.pk}/change/"
    path, data = form_of(page(beate, at), "Speichern", at)
    for place in range(3):
        step = {"order": f"{place}", "offer": str(offer(f"o{place}").pk), "sentence": f"Schritt {place}"}
        data |= {f"advice-{place}-{name}": value for name, value in step.items()}
    end(beate)
    asked = beate.post(path, data | {"advice-TOTAL_FORMS": "3"}).content.decode()
    back = told(enter(beate, asked, "beate", CODES[1], at=at))
    send(beate, back, "Speichern", at)
    assert sorted(Advice.objects.values_list("sentence", flat=True)) == ["Schritt 0", "Schritt 1", "Schritt 2"]


def test_what_was_chosen_in_a_list_comes_back_and_is_not_done(beate: Client) -> None:
    kiste = offer(state="draft", published_on=None)
    at = "/verwaltung/wegweiser/offer/"
    html = page(beate, at)
    end(beate)
    asked = press(beate, html, "Ausführen", at, action="publish", _selected_action=[str(kiste.pk)])
    back = told(enter(beate, asked, "beate", CODES[1], at=at))
    assert Offer.objects.get().state == "draft"
    press(beate, back, "Ausführen", at)
    assert Offer.objects.get().state == "published"


def test_a_form_that_sends_elsewhere_comes_back_where_it_stands(beate: Client) -> None:
    kim = active("kim@example.org")
    at = f"/verwaltung/members/newsletter/{Newsletter.objects.create(subject='Neues', text='bald').pk}/vorschau/"
    html = page(beate, at)
    end(beate)
    asked = press(beate, html, "Testmail schicken", at, email=kim.address.email)
    back = told(enter(beate, asked, "beate", CODES[1], at=at))
    assert 'value="kim@example.org"' in back
    assert "ist unterwegs" in press(beate, back, "Testmail schicken", at)


def test_a_file_must_be_chosen_again_and_the_page_says_so(beate: Client) -> None:
    at = "/verwaltung/members/member/einlesen/"
    path, data = form_of(page(beate, at), "Liste ansehen", at)
    end(beate)
    asked = beate.post(path, data | {"file": SimpleUploadedFile("liste.csv", b"mail\nkim@example.org\n")})
    back = told(enter(beate, asked.content.decode(), "beate", CODES[1], at=at))
    assert "Wählen Sie sie bitte noch einmal aus." in back


def test_a_page_that_is_gone_gives_the_text_to_copy(beate: Client) -> None:
    draft = Newsletter.objects.create(subject="Neues", text="bald")
    at = f"/verwaltung/members/newsletter/{draft.pk}/change/"
    html = page(beate, at)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", at, text="Mein langer Text")
    draft.delete()
    back = told(enter(beate, asked, "beate", CODES[1], at=at))
    assert "Die Seite dazu lässt sich so nicht mehr öffnen." in back
    assert "Mein langer Text" in back


def test_a_page_from_before_the_sign_in_comes_back_in_the_second_tab(beate: Client) -> None:
    """Signing in again in another tab makes the token of this page worthless."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.load({name: cookie.value for name, cookie in beate.cookies.items()})
    html = page(strict, ADD)
    strict.cookies["csrftoken"] = "x" * 32
    answer = send(strict, html, "Speichern und ansehen", ADD, subject="Neues", text="Mein Text")
    back = answer.content.decode()
    assert "Ihr Text steht noch da" in back
    assert not Newsletter.objects.exists()
    press(strict, back, "Speichern und ansehen", ADD)
    assert Newsletter.objects.get().text == "Mein Text"


def test_what_another_site_has_typed_never_comes_back(beate: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.load({name: cookie.value for name, cookie in beate.cookies.items()})
    for owner in ("", "1", "1:gefälscht"):
        answer = strict.post(ADD, {"subject": "Böse", "text": "Falscher Text", "form_owner": owner})
        assert answer.status_code == 403
        assert "Falscher Text" not in answer.content.decode()


def test_a_forged_or_old_parcel_is_worth_nothing(beate: Client) -> None:
    html = page(beate, ADD)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", ADD, text="Mein Text")
    [kept] = re.findall(r'name="kept" value="([^"]*)"', asked)
    assert Typed.unpack(kept)
    assert Typed.unpack(kept[:-4] + "AAA=") is None
    assert Typed.unpack("ü") is None
    with time_machine.travel(timezone.now() + timedelta(hours=12, seconds=2)):
        assert Typed.unpack(kept) is None


def test_too_much_is_not_carried_and_the_page_says_so(beate: Client) -> None:
    html = page(beate, ADD)
    end(beate)
    noise = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=255_000))
    asked = press(beate, html, "Speichern und ansehen", ADD, text=noise)
    assert "Ihr Text ist zu lang für diese Seite" in asked


def test_nul_is_refused_as_everywhere(beate: Client) -> None:
    html = page(beate, ADD)
    end(beate)
    asked = press(beate, html, "Speichern und ansehen", ADD, subject="Neues", text="Mein\0Text")
    back = told(enter(beate, asked, "beate", CODES[1], at=ADD))
    assert "MeinText" in back
    assert "\0" not in back


def test_only_the_form_that_was_sent_is_filled() -> None:
    html = (
        '<form method="post" action="/a/"><input name="x" value="1"></form>'
        '<form method="post"><input name="x" value="2" disabled><select name="s"><option value="1" selected>1'
        '<option value="2">2</select><textarea name="t">\nalt &amp; gut</textarea>'
        '<input type="checkbox" name="c" value="1" checked><input type="file" name="f"></form>&copy; <b>Ende</b>'
    )
    typed = Typed("1", "/b/", "/b/", [("x", '"neu"'), ("s", "2"), ("t", "\nmit Abstand")], has_files=False)
    assert fill(html, typed) == (
        '<form method="post" action="/a/"><input name="x" value="1"></form>'
        '<form method="post" action="/b/"><input name="x" disabled value="&quot;neu&quot;"><select name="s">'
        '<option value="1">1<option value="2" selected>2</select><textarea name="t">\n\nmit Abstand</textarea>'
        '<input type="checkbox" name="c" value="1"><input type="file" name="f"></form>&copy; <b>Ende</b>'
    )
    assert fill("<p>kein Formular</p>", typed) is None
