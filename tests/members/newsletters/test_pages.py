"""An officer writes a Rundmail, looks at it, tries it out and sends it. Beate and Ruth are invented officers."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from kit.desk.editing import version
from mailings.desk.preview import CSP
from mailings.models import Address, Delivery, Mailing
from members import pauses
from members.models import Newsletter
from members.newsletters import writing
from tests.desk import loaded, logged, page, reading_forms
from tests.members.people import active
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db

LIST = "/verwaltung/members/newsletter/"


def words(**fields: object) -> dict[str, object]:
    """What the form sends."""
    return {"subject": "Neues im Advent", "text": "$anrede\n\nbis bald!\n", "youngest": "", "oldest": "", **fields}


def draft(**fields: object) -> Newsletter:
    return Newsletter.objects.create(**{"subject": "Neues im Advent", "text": "$anrede\n\nbis bald!"} | fields)


def at(newsletter: Newsletter, action: str) -> str:
    return f"{LIST}{newsletter.pk}/{action}/"


def seen(newsletter: Newsletter) -> dict[str, str]:
    """What the button "Jetzt sofort verschicken" sends."""
    return {"seen": version(newsletter), "when": "now"}


def shown(newsletter: Newsletter) -> dict[str, str]:
    """What the form sends along to say which version it has shown."""
    return {"loaded": loaded(at(newsletter, "change"))}


def told(answer) -> str:
    return answer.content.decode()


def figures(shown: str) -> dict[str, int]:
    """The numbers of a page by what stands beside them."""
    return {name: int(number) for name, number in re.findall(r"<dt>(.*?)</dt>\s*<dd>\s*(\d+)", shown)}


# writing -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_says_how_many_will_get_it(beate: Client) -> None:
    active("kim@example.org", municipality="siegen", children_years=[timezone.localdate().year - 4])
    pauses.pause(active("jana@example.org", municipality="siegen").address, 1)
    bounced = active("robin@example.org", municipality="burbach")
    Address.objects.filter(pk=bounced.address_id).update(bounced_at=timezone.now())
    active("olena@example.org", municipality="netphen")
    assert "der persönliche Link zu „Meine Daten“" in page(beate, f"{LIST}add/")
    answer = beate.post(f"{LIST}add/", words(municipalities=["siegen", "burbach"]), follow=True)
    assert "Gespeichert. Verschickt ist noch nichts." in told(answer)
    assert figures(told(answer)) == {
        "bekommt sie": 1,
        "sind ausgewählt": 3,
        "davon machen Pause": 1,
        "davon unzustellbar": 1,
    }
    newsletter = Newsletter.objects.get()
    assert (newsletter.written_by, newsletter.municipalities) == ("beate", ["siegen", "burbach"])
    assert "Für Mitglieder aus Siegen und Burbach." in told(answer)
    beate.post(at(newsletter, "change"), words(youngest="3", oldest="5", **shown(newsletter)))
    asked = page(beate, at(newsletter, "verschicken"))
    assert "Für Mitglieder mit Kindern von 3 bis 5 Jahren." in asked
    assert "In 10 Minuten an 1 Person verschicken" in asked


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"subject": " "}, "Schreiben Sie einen Betreff."),
        ({"text": ""}, "Schreiben Sie einen Text."),
        ({"text": "$name, $anrede, $name, 5 $"}, "Das kennt das Portal nicht: $name, $. Es gibt $anrede, $meine_daten"),
        ({"subject": "Hallo $anrede"}, "Im Betreff gehen keine Platzhalter."),
        ({"youngest": "6", "oldest": "3"}, "Hier muss eine größere Zahl stehen"),
        ({"youngest": "-1"}, "mindestens 0"),
        ({"municipalities": ["atlantis"]}, "atlantis"),
    ],
)
def test_what_cannot_be_is_named(beate: Client, fields: dict[str, object], sentence: str) -> None:
    answer = beate.post(f"{LIST}add/", words(**fields))
    assert answer.status_code == 200
    assert sentence in told(answer)
    assert not Newsletter.objects.exists()


def test_a_telling_subject_is_asked_about_once(beate: Client) -> None:
    subject = "Einladung zum Vortrag über den Kindesunterhalt"
    answer = beate.post(f"{LIST}add/", words(subject=subject))
    assert "Im Betreff steht „Kindesunterhalt“." in told(answer)
    assert "„Einladung zum Vortrag“ (unser Vorschlag)" in told(answer)
    assert not Newsletter.objects.exists()
    beate.post(f"{LIST}add/", words(subject=subject, choice="neutral"))
    assert Newsletter.objects.get().subject == "Einladung zum Vortrag"
    Newsletter.objects.all().delete()
    beate.post(f"{LIST}add/", words(subject=subject, choice="anyway"))
    newsletter = Newsletter.objects.get()
    assert newsletter.subject == subject
    answer = beate.post(at(newsletter, "change"), words(subject=subject, text="Neu", **shown(newsletter)))
    assert answer.status_code == 302
    assert "Im Betreff steht „Kindesunterhalt“." in page(beate, at(newsletter, "verschicken"))
    newsletter.refresh_from_db()
    answer = beate.post(at(newsletter, "change"), words(subject="Trennung", **shown(newsletter)))
    assert "Im Betreff steht „Trennung“." in told(answer)


def test_two_officers_do_not_overwrite_each_other(beate: Client) -> None:
    newsletter = draft()
    opened = shown(newsletter)
    assert beate.post(at(newsletter, "change"), words(text="Beates Text", **opened)).status_code == 302
    answer = beate.post(at(newsletter, "change"), words(text="Ruths Text", **opened))
    assert "Sie haben das hier schon in einem anderen Fenster geändert" in told(answer)
    assert "<mark>Ruths Text</mark>" in told(answer)
    newsletter.refresh_from_db()
    assert newsletter.text == "Beates Text"


# looking and trying out ----------------------------------------------------------------------------------------------


def test_the_preview_greets_whom_one_chooses(beate: Client) -> None:
    kim, olena = active("kim@example.org", name="Kim"), active("olena@example.org", name="Olena <b>")
    newsletter = draft()
    assert "Guten Tag Kim," in page(beate, at(newsletter, "vorschau"))
    assert "Guten Tag Olena &lt;b&gt;," in page(beate, f"{at(newsletter, 'vorschau')}?als={olena.pk}")
    found = page(beate, f"{at(newsletter, 'vorschau')}?als={kim.pk}&suche=OLENA@example")
    assert "Guten Tag Olena" in found
    assert "kim@example.org" not in found
    assert "„Niemand“" in page(beate, f"{at(newsletter, 'vorschau')}?suche=Niemand")
    for odd in ["als=x", "als=²", "als=99999999999999999999999", "suche=%00", "als="]:
        page(beate, f"{at(newsletter, 'vorschau')}?{odd}")
        page(beate, f"{at(newsletter, 'vorschau')}html/?{odd}")


def test_the_html_is_a_page_of_its_own_where_nothing_can_act(beate: Client) -> None:
    kim = active("kim@example.org", name="Kim")
    newsletter = draft(text="$anrede\n\n<script>alert(1)</script> **bald**")
    answer = beate.get(f"{at(newsletter, 'vorschau')}html/?als={kim.pk}")
    assert answer["Content-Security-Policy"] == CSP
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]
    assert "Guten Tag Kim," in told(answer)
    assert "<strong>bald</strong>" in told(answer)
    assert "<script>" not in told(answer)
    shown = beate.get(at(newsletter, "vorschau"))
    assert "unsafe-inline" not in shown["Content-Security-Policy"]


def test_never_more_than_fifty_are_listed(beate: Client) -> None:
    for number in range(52):
        active(f"p{number}@example.org")
    newsletter = draft()
    shown = page(beate, at(newsletter, "vorschau"))
    assert shown.count("<option") == 50
    assert "Hier stehen die ersten 50." in shown
    assert page(beate, f"{at(newsletter, 'vorschau')}?suche=p51@").count("<option") == 1


def test_without_anybody_there_is_a_preview_and_nothing_to_send(beate: Client) -> None:
    newsletter = draft()
    assert "So sähe sie ohne Namen aus." in page(beate, at(newsletter, "vorschau"))
    assert page(beate, f"{at(newsletter, 'vorschau')}html/").count("Guten Tag,") == 1
    shown = page(beate, at(newsletter, "verschicken"))
    assert "Niemand würde sie bekommen." in shown
    assert " verschicken</button>" not in shown
    answer = beate.post(at(newsletter, "verschicken"), seen(newsletter), follow=True)
    assert "Niemand würde sie bekommen." in told(answer)
    assert not Mailing.objects.exists()


def test_who_shares_a_mailbox_is_shown_the_one_line(beate: Client) -> None:
    active("kim@example.org", discreet=True)
    shown = page(beate, at(draft(), "vorschau"))
    assert "Es gibt eine Nachricht für Sie:" in shown
    assert "Andere können das Postfach dieser Person lesen." in shown


def test_a_test_mail_goes_to_the_officer(beate: Client, post: Post) -> None:
    User.objects.update(email="beate@amt.example")
    newsletter = draft(text="Rufen Sie an:\n$telefon\n\n--\nIhre Beate")
    assert 'value="beate@amt.example"' in page(beate, at(newsletter, "vorschau"))
    answer = beate.post(at(newsletter, "testmail"), {"email": " Beate@Amt.example "}, follow=True)
    assert "Die Testmail an beate@amt.example ist unterwegs." in told(answer)
    [mail] = post.deliver()
    assert mail["To"] == "beate@amt.example"
    html = mail.get_body(("html",)).get_content()
    assert "Ihre Beate" in html
    assert "Ihre Beate" in text_of(mail)
    assert html.count('class="m-btn"') == 0  # a telephone number is no address to open
    active("anna@example.org")
    wrong = beate.post(at(newsletter, "testmail"), {"email": "beate(at)amt.example"})
    assert "Das @ fehlt" in told(wrong)
    assert reading_forms(wrong.content.decode()) == [at(newsletter, "vorschau")]
    assert beate.get(at(newsletter, "testmail")).status_code == 405


# sending -----------------------------------------------------------------------------------------------------------


def test_sending_asks_first_and_says_to_how_many(beate: Client, post: Post) -> None:
    for number in range(3):
        active(f"p{number}@example.org")
    newsletter = draft(text="$anrede\n\n" + "\n".join(f"Zeile {number}" for number in range(30)))
    shown = page(beate, at(newsletter, "verschicken"))
    assert "In 10 Minuten an 3 Personen verschicken" in shown
    assert "Neues im Advent" in shown
    assert "Zeile 2" in shown
    assert "Zeile 29" not in shown
    assert not Mailing.objects.exists()
    answer = beate.post(at(newsletter, "verschicken"), seen(newsletter), follow=True)
    assert "Die Rundmail geht jetzt an 3 Personen." in told(answer)
    assert len(post.deliver()) == 3
    assert logged() == [f"verschickt: Rundmail {newsletter.pk}: An 3 Personen."]


def test_the_second_click_is_told_who_was_first(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    as_seen = seen(newsletter)
    beate.post(at(newsletter, "verschicken"), as_seen)
    sent_at = timezone.localtime(Newsletter.objects.get().sent_at)
    answer = beate.post(at(newsletter, "verschicken"), as_seen, follow=True)
    assert f"schon unterwegs (von beate, am {sent_at:%d.%m.%Y} um {sent_at:%H:%M} Uhr)" in told(answer)
    assert (Mailing.objects.count(), Delivery.objects.count(), len(logged())) == (1, 1, 1)
    for path in ["change", "vorschau", "verschicken", "loeschen"]:
        assert beate.get(at(newsletter, path), follow=True).redirect_chain[-1][0] == at(newsletter, "verlauf")


def test_what_was_changed_after_looking_is_not_sent(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    opened = seen(newsletter)
    beate.post(at(newsletter, "change"), words(text="Anders", **shown(newsletter)))
    answer = beate.post(at(newsletter, "verschicken"), opened, follow=True)
    assert "Sehen Sie sie sich noch einmal an." in told(answer)
    beate.post(at(newsletter, "verschicken"))
    assert not Mailing.objects.exists()


def test_what_has_gone_out_can_be_neither_changed_nor_deleted(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    writing.send(newsletter, by="ruth")
    answer = beate.post(at(newsletter, "change"), words(text="Anders", **shown(newsletter)), follow=True)
    assert "schon unterwegs (von ruth" in told(answer)
    assert "Löschen lassen sich nur Entwürfe." in told(beate.post(at(newsletter, "loeschen"), follow=True))
    assert beate.post(at(newsletter, "delete"), {"post": "yes"}).status_code == 403
    newsletter.refresh_from_db()
    assert (newsletter.text, newsletter.sent_by) == ("$anrede\n\nbis bald!", "ruth")


def test_a_draft_is_deleted_after_a_question_and_a_copy_is_a_draft_again(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft(municipalities=["siegen"], youngest=3, oldest=6)
    page(beate, at(newsletter, "loeschen"))
    answer = beate.post(at(newsletter, "vorlage"), follow=True)
    assert "ein neuer Entwurf mit demselben Text" in told(answer)
    copy = Newsletter.objects.exclude(pk=newsletter.pk).get()
    assert (copy.subject, copy.municipalities, copy.youngest, copy.oldest, copy.mailing, copy.written_by) == (
        newsletter.subject,
        ["siegen"],
        3,
        6,
        None,
        "beate",
    )
    assert "Der Entwurf ist gelöscht." in told(beate.post(at(newsletter, "loeschen"), follow=True))
    assert Newsletter.objects.get() == copy
    assert logged()[-1] == f"gelöscht: Rundmail {newsletter.pk}: Entwurf gelöscht."
    assert beate.post(at(newsletter, "loeschen")).status_code == 404
