"""The officers' list of members. Beate is the officer; Kim, Olena and the others are invented."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, Delivery
from members import leaving, pauses, signup
from members.desk.forms import MemberForm
from members.details import Details
from members.models import Consent, Member, Wording
from netzwerk.models import Erasure
from tests.desk import change, logged, page, person_form
from tests.members.people import active, asked, newsletter
from tests.post import Post

pytestmark = pytest.mark.django_db

LIST = "/verwaltung/members/member/"


def one(member: Member) -> str:
    return f"{LIST}{member.pk}/change/"


def person(member: Member) -> str:
    return f"/verwaltung/mitglied/{member.pk}/"


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


def test_the_page_of_a_member_shows_consents_and_mails(beate: Client, post: Post) -> None:
    kim = active("kim@example.org", name="Kim")
    newsletter("kim@example.org")
    post.deliver()
    Delivery.objects.update(state="failed", reason="refused", answer="550 5.1.1 unbekannt")
    shown = page(beate, person(kim))
    for words in ["Einwilligung liegt anderswo vor", "Blatt 1", "Neuigkeiten", "nicht zugestellt", "550 5.1.1"]:
        assert words in shown
    assert "Diese Adresse gibt es nicht." in shown


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
    assert change(beate, one(kim), fields).status_code == 302
    kim = Member.objects.select_related("address").get()
    assert (kim.name, kim.municipality, kim.note) == ("Kim Sommer", "burbach", "ruft lieber an")
    assert kim.children_years == [year - 9, year - 3]
    assert (kim.state, kim.address.email, kim.address.discreet) == ("active", "kim@example.org", True)
    change(beate, one(kim), {**fields, "discreet": ""})
    assert not Address.objects.get().discreet


def test_a_wrong_town_is_refused(beate: Client) -> None:
    kim = active("kim@example.org", municipality="siegen")
    assert change(beate, one(kim), {"municipality": "koeln"}).status_code == 200
    assert Member.objects.get().municipality == "siegen"


def test_who_leaves_while_an_officer_writes_has_left(beate: Client, monkeypatch) -> None:
    kim = active("kim@example.org", name="Kim")
    store = MemberForm.store

    def slowly(form: MemberForm, by: str) -> None:
        leaving.leave(kim.address, method="Test")
        store(form, by)

    monkeypatch.setattr(MemberForm, "store", slowly)
    change(beate, one(kim), {"name": "Kim S."})
    assert Member.objects.get().state == "left"
    assert not Address.objects.get().list_mail


def test_the_history_names_the_row_and_never_the_person(beate: Client) -> None:
    beate.post(f"{LIST}add/", person_form("kim@example.org", name="Kim Sommer", way="proof", proof="Blatt 7"))
    kim = Member.objects.get()
    change(beate, one(kim), {"name": "Kim Winter"})
    beate.post(f"{LIST}{kim.pk}/abmelden/")
    beate.post(f"/verwaltung/mitglied/{kim.pk}/loeschen/")
    assert {line.split(": ")[1] for line in logged()} == {f"Mitglied {kim.pk}"}
    assert [line.split(": ")[0] for line in logged()] == ["eingetragen", "geändert", "geändert", "Person gelöscht"]
    assert not any(word in line for line in logged() for word in ("Sommer", "Winter", "kim@"))
    assert f"Mitglied {kim.pk}" in page(beate, "/verwaltung/alles/")


def test_leaving_by_phone_is_noted_with_who_took_the_call(beate: Client) -> None:
    kim = active("kim@example.org")
    assert "Von der Liste abmelden" in page(beate, person(kim))
    assert beate.get(f"{LIST}{kim.pk}/abmelden/").status_code == 405
    for _click in range(2):
        assert beate.post(f"{LIST}{kim.pk}/abmelden/").status_code == 302
    withdrawn = Consent.objects.get(act="withdrawn")
    assert (withdrawn.method, withdrawn.entered_by) == ("Verwaltung", "beate")
    shown = page(beate, person(kim))
    assert "Von der Liste abmelden" not in shown
    assert "Angaben ändern" not in shown
    assert beate.get(one(kim))["Location"] == person(kim)
    assert beate.post(one(kim), {"name": "Neu"}).status_code == 403


def test_the_link_is_sent_once_more_to_who_has_not_confirmed(beate: Client, post: Post, time_machine) -> None:
    olena = asked("olena@example.org")
    path = f"{LIST}{olena.pk}/noch-einmal-fragen/"
    assert "Versuchen Sie es in zehn Minuten" in beate.post(path, follow=True).content.decode()
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    for _click in range(2):
        beate.post(path)
    assert len(post.deliver()) == 2
    assert path not in page(beate, person(active("kim@example.org")))


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
    assert path in page(beate, person(kim))
    assert "Das lässt sich nicht rückgängig machen" in page(beate, path)
    assert Member.objects.exists()
    answer = beate.post(path, {"objection": "on"}, follow=True)
    assert "Alle Daten der Person sind gelöscht." in answer.content.decode()
    assert not Address.objects.exists()
    assert not Consent.objects.exists()
    assert Erasure.objects.count() == 1
    assert suppression.is_suppressed("kim@example.org")
    assert beate.post(path).status_code == 404


def test_who_may_only_look_can_change_nothing(client: Client, settings) -> None:
    settings.DEMO = True
    kim = active("kim@example.org")
    client.force_login(User.objects.create_user("gast", is_staff=True))
    pages = ["", "add/", "einlesen/", f"{kim.pk}/change/", f"{kim.pk}/nachweis/"]
    paths = [*(LIST + page for page in pages), person(kim), f"{person(kim)}loeschen/"]
    assert [client.get(path).status_code for path in paths] == [403] * 7
    actions = [f"{kim.pk}/abmelden/", f"{kim.pk}/noch-einmal-fragen/", "einlesen/uebernehmen/"]
    posts = [LIST + action for action in actions]
    assert [client.post(path).status_code for path in posts] == [403] * 3
    client.logout()
    for path in [*paths, *posts]:
        answer = client.post(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/verwaltung/login/")
