"""The officers' list of members. Beate is the officer; Kim, Olena and the others are invented."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, Delivery, Mailing, Suppression
from members import leaving, pauses, signup
from members.desk_forms import MemberForm
from members.models import Consent, Member, Wording
from members.signup import Details
from netzwerk.models import Erasure
from tests.members.people import active, asked, newsletter
from tests.post import Post

pytestmark = pytest.mark.django_db

LIST = "/verwaltung/members/member/"
ADD = f"{LIST}add/"
UPLOAD = f"{LIST}einlesen/"
TAKE_OVER = f"{LIST}einlesen/uebernehmen/"
VERTEILER = Path(__file__).parent / "verteiler.csv"


@pytest.fixture
def beate(client: Client, settings) -> Client:
    settings.DEMO = True  # no second factor
    client.force_login(User.objects.create_superuser("beate", password="x" * 20))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def one(member: Member) -> str:
    return f"{LIST}{member.pk}/change/"


def entry(email: str, **fields: object) -> dict[str, object]:
    return {"email": email, "name": "", "municipality": "", "children_years": "", "note": "", "way": "ask", **fields}


def upload(client: Client, content: bytes, consent: str = "", name: str = "liste.csv") -> str:
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "consent": consent})
    assert answer.status_code == 200
    return answer.content.decode()


def packed(preview: str) -> str:
    found = re.search(r'name="list" value="([^"]+)"', preview)
    assert found
    return found[1]


# the list --------------------------------------------------------------------------------------------------------


def test_the_list_shows_how_everybody_stands(beate: Client) -> None:
    active("kim@example.org", name="Kim", municipality="siegen")
    asked("olena@example.org", name="Olena")
    pauses.pause(active("jana@example.org", name="Jana").address, 3)
    Address.objects.filter(pk=active("robin@example.org").address_id).update(bounced_at=timezone.now())
    leaving.leave(active("sven@example.org", name="Sven").address, method="Test")
    shown = page(beate, LIST)
    for words in ["Kim", "kim@example.org", "Siegen", ">dabei<", "noch nicht bestätigt", "Pause bis", "ohne Namen"]:
        assert words in shown
    assert "unzustellbar seit" in shown
    assert "abgemeldet seit" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state__exact=pending", ["olena"]),
        ("state__exact=active", ["jana", "kim", "robin"]),
        ("post=pause", ["jana"]),
        ("post=unzustellbar", ["robin"]),
        ("post=gemeldet", []),
        ("wohnort=siegen", ["kim"]),
        ("wohnort=ausserhalb", ["jana"]),
        ("wohnort=-", ["olena", "robin"]),
        ("origin__exact=form", ["olena"]),
        ("q=KIM", ["kim"]),
        ("q=robin@example", ["robin"]),
    ],
)
def test_the_list_is_filtered_and_searched(beate: Client, query: str, found: list[str]) -> None:
    active("kim@example.org", name="Kim", municipality="siegen")
    asked("olena@example.org", name="Olena")
    pauses.pause(active("jana@example.org", municipality="ausserhalb").address, 1)
    Address.objects.filter(pk=active("robin@example.org").address_id).update(bounced_at=timezone.now())
    shown = set(re.findall(r"(\w+)@example\.org</a>", page(beate, f"{LIST}?{query}")))
    assert sorted(shown) == found


def test_fifty_members_need_no_more_queries_than_five(beate: Client) -> None:
    def queries(count: int) -> int:
        people = [(f"kim{number}@example.org", Details(name=f"Kim {number}")) for number in range(count)]
        signup.enter_all(people, origin="officer", by="beate", proof="Blatt 1")
        with CaptureQueriesContext(connection) as captured:
            assert page(beate, LIST).count("@example.org") == count
        return len(captured)

    few = queries(5)
    assert queries(50) == few
    assert few <= 6


def test_nothing_can_be_deleted_from_a_list(beate: Client) -> None:
    kim = active("kim@example.org")
    assert 'name="action"' not in page(beate, LIST)
    assert beate.get(f"{LIST}{kim.pk}/delete/").status_code == 403
    assert beate.post(f"{LIST}{kim.pk}/delete/", {"post": "yes"}).status_code == 403
    beate.post(LIST, {"action": "delete_selected", "_selected_action": kim.pk, "post": "yes"})
    assert Member.objects.count() == 1


# one member ------------------------------------------------------------------------------------------------------


def test_the_page_of_a_member_shows_consents_and_mails(beate: Client, post: Post) -> None:
    kim = active("kim@example.org", name="Kim")
    newsletter("kim@example.org")
    post.deliver()
    Delivery.objects.update(state="failed", reason="refused", answer="550 5.1.1 unbekannt")
    shown = page(beate, one(kim))
    for words in ["Einwilligung liegt anderswo vor", "Blatt 1", "Neuigkeiten", "nicht zugestellt", "550 5.1.1"]:
        assert words in shown
    assert "vom Mailserver abgelehnt" in shown


def test_an_officer_corrects_details_and_nothing_else(beate: Client) -> None:
    kim = active("kim@example.org", name="K?m")
    year = timezone.localdate().year
    fields = {
        "name": " Kim  Sommer\r\n",
        "municipality": "burbach",
        "children_years": f"{year - 3}, {year - 9}",
        "note": "ruft lieber an",
        "discreet": "on",
        "state": "left",
        "email": "anders@example.org",
    }
    assert beate.post(one(kim), fields).status_code == 302
    kim = Member.objects.select_related("address").get()
    assert (kim.name, kim.municipality, kim.note) == ("Kim Sommer", "burbach", "ruft lieber an")
    assert kim.children_years == [year - 9, year - 3]
    assert (kim.state, kim.address.email, kim.address.discreet) == ("active", "kim@example.org", True)
    beate.post(one(kim), {**fields, "discreet": ""})
    assert not Address.objects.get().discreet


def test_a_wrong_town_is_refused(beate: Client) -> None:
    kim = active("kim@example.org", municipality="siegen")
    assert beate.post(one(kim), {"municipality": "koeln"}).status_code == 200
    assert Member.objects.get().municipality == "siegen"


def test_who_leaves_while_an_officer_writes_has_left(beate: Client, monkeypatch) -> None:
    kim = active("kim@example.org", name="Kim")
    store = MemberForm.store

    def slowly(form: MemberForm) -> None:
        leaving.leave(kim.address, method="Test")
        store(form)

    monkeypatch.setattr(MemberForm, "store", slowly)
    beate.post(one(kim), {"name": "Kim S."})
    assert Member.objects.get().state == "left"
    assert not Address.objects.get().list_mail


def test_the_history_names_the_row_and_never_the_person(beate: Client) -> None:
    beate.post(ADD, entry("kim@example.org", name="Kim Sommer", way="proof", proof="Blatt 7"))
    kim = Member.objects.get()
    beate.post(one(kim), {"name": "Kim Winter"})
    beate.post(f"{LIST}{kim.pk}/abmelden/")
    beate.post(f"/verwaltung/mitglied/{kim.pk}/loeschen/")
    entries = LogEntry.objects.all()
    assert {entry.object_repr for entry in entries} == {f"Mitglied {kim.pk}"}
    assert [entry.action_flag for entry in entries.order_by("pk")] == [1, 2, 2, 3]
    assert not any(word in str(vars(entry)) for entry in entries for word in ("Sommer", "Winter", "kim@"))
    assert f"Mitglied {kim.pk}" in page(beate, "/verwaltung/")


def test_leaving_by_phone_is_noted_with_who_took_the_call(beate: Client) -> None:
    kim = active("kim@example.org")
    assert "Jetzt abmelden" in page(beate, one(kim))
    assert beate.get(f"{LIST}{kim.pk}/abmelden/").status_code == 405
    for _click in range(2):
        assert beate.post(f"{LIST}{kim.pk}/abmelden/").status_code == 302
    withdrawn = Consent.objects.get(act="withdrawn")
    assert (withdrawn.method, withdrawn.entered_by) == ("Verwaltung", "beate")
    shown = page(beate, one(kim))
    assert "Jetzt abmelden" not in shown
    assert 'name="_save"' not in shown
    assert beate.post(one(kim), {"name": "Neu"}).status_code == 403


def test_the_link_is_sent_once_more_to_who_has_not_confirmed(beate: Client, post: Post, time_machine) -> None:
    olena = asked("olena@example.org")
    path = f"{LIST}{olena.pk}/noch-einmal-fragen/"
    assert "Versuchen Sie es in zehn Minuten" in beate.post(path, follow=True).content.decode()
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    for _click in range(2):
        beate.post(path)
    assert len(post.deliver()) == 2
    assert path not in page(beate, one(active("kim@example.org")))


def test_the_proof_prints_every_field_and_computes_the_hashes_anew(beate: Client, post: Post) -> None:
    kim = asked("kim@example.org")
    signup.confirm(kim)
    shown = page(beate, f"{LIST}{kim.pk}/nachweis/")
    asking = Consent.objects.get(act="asked")
    for words in ["kim@example.org", "um Aufnahme gebeten", "mit dem Link aus der Mail bestätigt", "POST /mitmachen/"]:
        assert words in shown
    assert asking.message_id.strip("<>") in shown
    assert f"{timezone.localtime(asking.at):%H:%M:%S} Uhr" in shown
    for wording in Wording.objects.all():
        assert shown.count(f"berechnet: {wording.sha256}") == 1
    assert "Ja, das Netzwerk darf mir Einladungen" in shown
    assert shown.count("Prüfsumme stimmt<") == Wording.objects.count() == 3
    assert "stimmt nicht" not in shown


def test_a_wording_that_was_tampered_with_is_shown(beate: Client) -> None:
    kim = asked("kim@example.org")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE members_wording DISABLE TRIGGER append_only")
        cursor.execute("UPDATE members_wording SET text = 'Ja zu allem' WHERE kind = 'consent'")
        cursor.execute("ALTER TABLE members_wording ENABLE TRIGGER append_only")
    assert page(beate, f"{LIST}{kim.pk}/nachweis/").count("Prüfsumme stimmt nicht") == 1


def test_erasing_asks_first_and_then_leaves_nothing(beate: Client) -> None:
    kim = active("kim@example.org", name="Kim Sommer")
    path = f"/verwaltung/mitglied/{kim.pk}/loeschen/"
    assert path in page(beate, one(kim))
    assert "Das geht nicht zurück" in page(beate, path)
    assert Member.objects.exists()
    answer = beate.post(path, {"objection": "on"}, follow=True)
    assert "Alle Daten der Person sind gelöscht." in answer.content.decode()
    assert not Address.objects.exists()
    assert not Consent.objects.exists()
    assert Erasure.objects.count() == 1
    assert suppression.is_suppressed("kim@example.org")
    assert beate.post(path).status_code == 404


# entering one person -----------------------------------------------------------------------------------------------


def test_who_calls_is_asked_by_mail(beate: Client, post: Post) -> None:
    answer = beate.post(ADD, entry(" Kim@Example.org", name="Kim", discreet="on", note="rief an"), follow=True)
    assert "bekommt jetzt eine Mail" in answer.content.decode()
    kim = Member.objects.select_related("address").get()
    assert (kim.state, kim.origin, kim.note, kim.address.discreet) == ("pending", "officer", "rief an", True)
    assert Consent.objects.get().entered_by == "beate"
    assert [mail["To"] for mail in post.deliver()] == ["kim@example.org"]


def test_who_signed_a_sheet_is_a_member_at_once(beate: Client) -> None:
    beate.post(ADD, entry("kim@example.org", way="proof", proof="Blatt vom 3. März, Ordner 4"))
    assert Member.objects.get().state == "active"
    assert Consent.objects.get().proof == "Blatt vom 3. März, Ordner 4"
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (entry("", name="Kim"), "Schreiben Sie hier die E-Mail-Adresse hinein."),
        (entry("kim(at)example.org"), "Das @ fehlt"),
        (entry("kim@example.org", way="proof"), "Schreiben Sie, wo die Einwilligung liegt."),
        (entry("aktiv@example.org"), "Diese Adresse steht schon auf der Liste."),
        (entry("gefragt@example.org"), "Diese Adresse ist schon gefragt worden."),
        (entry("gesperrt@example.org", way="proof", proof="Blatt 1"), "Nur die Person selbst kann das aufheben"),
        (entry("kim@example.org", children_years="1899"), "Bitte nur Jahre von"),
    ],
)
def test_an_entry_that_cannot_be_says_why(beate: Client, fields: dict[str, object], words: str) -> None:
    active("aktiv@example.org")
    asked("gefragt@example.org")
    suppression.suppress("gesperrt@example.org", Suppression.Reason.OBJECTION)
    answer = beate.post(ADD, fields)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Member.objects.count() == 2


def test_a_double_click_enters_once_and_asks_once(beate: Client) -> None:
    beate.post(ADD, entry("kim@example.org"))
    beate.post(ADD, entry("kim@example.org"))
    assert (Member.objects.count(), Mailing.objects.count(), Consent.objects.count()) == (1, 1, 1)


def test_a_suppressed_person_may_be_asked_and_lifts_it_by_confirming(beate: Client) -> None:
    suppression.suppress("kim@example.org", Suppression.Reason.OBJECTION)
    beate.post(ADD, entry("kim@example.org"))
    assert suppression.is_suppressed("kim@example.org")
    signup.confirm(Member.objects.get())
    assert not suppression.is_suppressed("kim@example.org")


def test_who_waits_for_confirmation_and_brings_the_sheet_is_a_member(beate: Client) -> None:
    asked("kim@example.org")
    beate.post(ADD, entry("kim@example.org", way="proof", proof="Blatt 9"))
    assert Member.objects.get().state == "active"


# reading a list in ---------------------------------------------------------------------------------------------------


def test_beate_reads_the_list_in_after_a_look_at_it(beate: Client) -> None:
    assert UPLOAD in page(beate, LIST)
    assert "Geändert wird noch nichts" in page(beate, UPLOAD)
    preview = upload(beate, VERTEILER.read_bytes(), "Ordner 4")
    for words in ["<dd>118</dd>", "<dd>7</dd>", "<dd>6</dd>", "Y?lmaz", "zwei Adressen", "Niemand bekommt eine Mail"]:
        assert words in preview
    assert not Member.objects.exists()
    answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "118 Personen aus der Liste sind jetzt dabei." in answer.content.decode()
    assert Member.objects.active().count() == 118
    assert {entry.object_repr for entry in LogEntry.objects.all()} == {
        f"Mitglied {pk}" for pk in Member.objects.values_list("pk", flat=True)
    }


def test_without_a_proof_the_preview_says_that_everybody_is_asked(beate: Client) -> None:
    preview = upload(beate, b"E-Mail\nkim@example.org\n")
    assert "bekommt eine Mail und wird gefragt" in preview
    answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "Eine Person aus der Liste bekommt jetzt eine Mail." in answer.content.decode()
    assert Member.objects.get().state == "pending"


def test_a_double_click_takes_the_list_over_once(beate: Client) -> None:
    preview = upload(beate, VERTEILER.read_bytes())
    for _click in range(2):
        answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "Die Liste ist schon übernommen." in answer.content.decode()
    assert (Mailing.objects.count(), Delivery.objects.count(), Consent.objects.count()) == (1, 118, 118)
    assert "Es gibt nichts zu übernehmen." in upload(beate, VERTEILER.read_bytes())


def test_a_list_that_this_portal_has_not_made_is_refused(beate: Client, time_machine) -> None:
    preview = packed(upload(beate, b"E-Mail\nkim@example.org\n"))
    for forged in ["", "x", preview[:-1] + "A" if preview[-1] != "A" else preview[:-1] + "B"]:
        answer = beate.post(TAKE_OVER, {"list": forged}, follow=True)
        assert "Bitte wählen Sie die Datei noch einmal aus." in answer.content.decode()
    time_machine.move_to(timezone.now() + timedelta(hours=7))
    beate.force_login(User.objects.get())
    time_machine.move_to(timezone.now() + timedelta(hours=6))
    beate.post(TAKE_OVER, {"list": preview})
    assert not Member.objects.exists()


def test_an_unreadable_upload_says_why(beate: Client) -> None:
    assert "Das ist eine PDF-Datei" in upload(beate, b"%PDF-1.7")
    assert "Die Datei ist leer." in upload(beate, b"")
    assert "Wählen Sie eine Datei aus." in beate.post(UPLOAD, {}).content.decode()
    assert beate.post(UPLOAD, {"file": SimpleUploadedFile("x.csv", b"x" * 2_100_000)}).status_code == 413


def test_a_list_too_long_for_the_page_is_sent_to_the_command(beate: Client) -> None:
    rows = "".join(
        f"{suppression.key(str(number))}@example.org;{suppression.key(f'n{number}')}\n" for number in range(4000)
    )
    assert "manage.py import_members" in upload(beate, f"E-Mail;Notiz\n{rows}".encode())


def test_a_list_of_a_thousand_people_fits_through_the_page(beate: Client) -> None:
    rows = "".join(f"Sommer;Kim;kim.sommer{number}@example.org;Siegen;tel. 3/2019\n" for number in range(1000))
    preview = upload(beate, f"Nachname;Vorname;E-Mail;Ort;Notiz\n{rows}".encode(), "Ordner 4")
    assert beate.post(TAKE_OVER, {"list": packed(preview)}).status_code == 302
    assert Member.objects.active().count() == 1000


def test_who_may_only_look_can_change_nothing(client: Client, settings) -> None:
    settings.DEMO = True
    kim = active("kim@example.org")
    client.force_login(User.objects.create_user("gast", password="x" * 20, is_staff=True))
    paths = [UPLOAD, ADD, LIST, one(kim), f"{LIST}{kim.pk}/nachweis/", f"/verwaltung/mitglied/{kim.pk}/loeschen/"]
    assert [client.get(path).status_code for path in paths] == [403] * 6
    posts = [f"{LIST}{kim.pk}/abmelden/", f"{LIST}{kim.pk}/noch-einmal-fragen/", TAKE_OVER]
    assert [client.post(path).status_code for path in posts] == [403] * 3
    client.logout()
    for path in [*paths, *posts]:
        answer = client.post(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/verwaltung/login/")


# the post ------------------------------------------------------------------------------------------------------------


def test_mailings_are_counted_by_state_in_a_fixed_number_of_queries(beate: Client) -> None:
    def queries(count: int) -> int:
        for _number in range(count):
            newsletter("kim@example.org")
        with CaptureQueriesContext(connection) as captured:
            page(beate, "/verwaltung/mailings/mailing/")
        return len(captured)

    active("kim@example.org")
    assert queries(2) == queries(20)


def test_a_mail_that_failed_is_the_first_thing_in_its_line(beate: Client) -> None:
    active("kim@example.org")
    active("olena@example.org")
    mailing = newsletter("kim@example.org", "olena@example.org")
    newsletter("kim@example.org")
    failed = Delivery.objects.filter(mailing=mailing, address__email="kim@example.org")
    failed.update(state="failed", reason="refused", finished_at=timezone.now())
    shown = page(beate, "/verwaltung/mailings/mailing/")
    link = f"/verwaltung/mailings/delivery/?mailing={mailing.pk}&amp;state__exact=failed"
    assert shown.index(link) < shown.index(f"/mailings/mailing/{mailing.pk}/change/")
    shown = page(beate, link.replace("&amp;", "&"))
    assert "kim@example.org" in shown
    assert "olena@example.org" not in shown
    shown = page(beate, "/verwaltung/mailings/mailing/?nicht-zugestellt=ja")
    assert re.findall(r"/mailings/mailing/(\d+)/change/", shown) == [str(mailing.pk)]
    assert "1 nicht zugestellt, 1 wartet" in page(beate, f"/verwaltung/mailings/mailing/{mailing.pk}/change/")


def test_the_post_can_be_read_and_not_be_changed(beate: Client) -> None:
    active("kim@example.org")
    mailing = newsletter("kim@example.org")
    suppression.suppress("olena@example.org", Suppression.Reason.COMPLAINT)
    delivery = Delivery.objects.get()
    for path in [f"mailing/{mailing.pk}", f"delivery/{delivery.pk}", f"suppression/{Suppression.objects.get().pk}"]:
        assert 'name="_save"' not in page(beate, f"/verwaltung/mailings/{path}/change/")
        assert beate.post(f"/verwaltung/mailings/{path}/change/", {}).status_code == 403
        assert beate.post(f"/verwaltung/mailings/{path}/delete/", {"post": "yes"}).status_code == 403
        assert beate.get(f"/verwaltung/mailings/{path.split('/')[0]}/add/").status_code == 403
    assert "Beschwerde" in page(beate, "/verwaltung/mailings/suppression/")
    assert beate.get("/verwaltung/mailings/ratehit/").status_code == 404


def test_the_list_of_deliveries_needs_no_query_per_line(beate: Client) -> None:
    def queries(count: int) -> int:
        emails = [f"kim{number}@example.org" for number in range(count)]
        signup.enter_all([(email, Details()) for email in emails], origin="officer", by="b", proof="x")
        newsletter(*emails)
        with CaptureQueriesContext(connection) as captured:
            page(beate, "/verwaltung/mailings/delivery/")
        return len(captured)

    assert queries(2) == queries(40)
