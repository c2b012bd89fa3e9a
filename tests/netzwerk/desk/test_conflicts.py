"""Beate and Ruth at the same record: nothing is overwritten unseen (D-15). Both are invented."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.flatpages.models import FlatPage
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from events.models import Event
from kit.desk.admin import ReadOnly
from kit.desk.comparison import Comparison
from members.models import Member, Newsletter
from tests import FULL
from tests.desk import page
from tests.events.meetings import meeting
from tests.members.people import active
from tests.pressing import press, send
from tests.slow import one_in
from tests.wegweiser.offers import offer, provider
from wegweiser.models import Advice, Offer, Provider, Situation, Synonym, Topic

pytestmark = pytest.mark.django_db


class Record(NamedTuple):
    """How one is made, a field of it, and the button that saves."""

    make: Callable[[], Model]
    field: str
    button: str = "Speichern"


def newsletter() -> Newsletter:
    return Newsletter.objects.create(subject="Neues im Advent", text="bis bald!")


def situation() -> Situation:
    found = Situation.objects.create(title="Frisch getrennt", slug="frisch", intro="Was jetzt hilft.")
    Advice.objects.create(situation=found, order=1, offer=offer(), sentence="Rufen Sie an.")
    return found


RECORDS: dict[type[Model], Record] = {
    Event: Record(meeting, "title", "Speichern"),
    FlatPage: Record(lambda: FlatPage.objects.get(url="/impressum/"), "content"),
    Member: Record(lambda: active("kim@example.org", name="Kim"), "note"),
    Newsletter: Record(newsletter, "text", "Speichern und ansehen"),
    Offer: Record(offer, "description"),
    Provider: Record(provider, "name"),
    Situation: Record(situation, "intro"),
    Synonym: Record(lambda: Synonym.objects.create(word="omas haus", means=["kindergarten"]), "means"),
    Topic: Record(lambda: Topic.objects.create(slug="umzug", title="Umzug", text="Kisten", order=99), "text"),
}


@pytest.fixture
def ruth(beate: Client) -> Client:
    """Beate has a colleague."""
    other = Client()
    other.force_login(User.objects.create_superuser("ruth", first_name="Ruth", last_name="Demir"))
    return other


def at(row: Model) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def shown(client: Client, row: Model, field: str) -> str:
    """What stands in the field."""
    html = page(client, at(row))
    found = re.search(rf'<textarea[^>]*name="{field}"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    found = found or re.search(rf'<input[^>]*name="{field}" value="([^"]*)"', html)
    found = found or re.search(rf'<input[^>]*value="([^"]*)"[^>]*name="{field}"', html)
    assert found, field
    return found[1].strip()


def test_every_record_that_can_be_changed_is_tried() -> None:
    """A new one fails here until it stands in the table."""
    changed = {model for model, desk in admin.site._registry.items() if not isinstance(desk, ReadOnly)}
    # What django-axes counts is shown to the technician only, and all of it read-only.
    assert {model for model in changed if model._meta.app_label != "axes"} == set(RECORDS)


@pytest.mark.parametrize("model", one_in(3, RECORDS), ids=lambda model: model._meta.label)
def test_the_second_one_to_save_is_asked(beate: Client, ruth: Client, model: type[Model]) -> None:
    record = RECORDS[model]
    row = record.make()
    opened = page(beate, at(row)), page(ruth, at(row))
    send(ruth, opened[1], record.button, at(row), **{record.field: "von ruth"})
    asked = press(beate, opened[0], record.button, at(row), **{record.field: "von beate"})
    assert "Ruth Demir hat das hier auch gerade geändert" in asked
    assert "beate" in asked
    assert shown(beate, row, record.field) == "von ruth"
    send(beate, asked, "So speichern, wie gewählt", at(row))
    assert shown(beate, row, record.field) == "von beate"


@pytest.mark.parametrize("model", RECORDS if FULL else [Event, FlatPage], ids=lambda model: model._meta.label)
def test_control_without_the_comparison_the_second_one_overwrites(
    beate: Client, ruth: Client, model: type[Model], monkeypatch
) -> None:
    monkeypatch.setattr(Comparison, "overwrites", False)
    record = RECORDS[model]
    row = record.make()
    opened = page(beate, at(row)), page(ruth, at(row))
    send(ruth, opened[1], record.button, at(row), **{record.field: "von ruth"})
    send(beate, opened[0], record.button, at(row), **{record.field: "von beate"})
    assert shown(beate, row, record.field) == "von beate"


# the page -----------------------------------------------------------------------------------------------------------


def conflict(beate: Client, ruth: Client, row: Offer, mine: dict[str, str], theirs: dict[str, str]) -> str:
    opened = page(beate, at(row)), page(ruth, at(row))
    send(ruth, opened[1], "Speichern", at(row), **theirs)
    return press(beate, opened[0], "Speichern", at(row), **mine)


def test_each_field_is_chosen_by_itself_and_what_only_she_changed_is_suggested(beate: Client, ruth: Client) -> None:
    kiste = offer(hours="Montag bis Freitag, 9 bis 12 Uhr", phones=["030 23125-140"])
    mine = {"hours": "Montag bis Freitag, 9 bis 12 Uhr, Donnerstag auch 14 bis 17 Uhr", "cost": "5 Euro"}
    theirs = {"hours": "Montag bis Freitag, 8 bis 12 Uhr", "phones": "030 23125-145"}
    asked = conflict(beate, ruth, kiste, mine, theirs)
    assert "An 3 Stellen\n" in asked
    for words in ("<mark>, Donnerstag auch 14 bis 17 Uhr</mark>", "<mark>8</mark>", "030 <mark>23125-145</mark>"):
        assert words in asked
    assert "wie bisher, von Ihnen nicht geändert" in asked
    assert "Angaben sind in beiden Fassungen gleich" in asked
    send(beate, asked, "So speichern, wie gewählt", at(kiste), **{"keep:hours": "theirs"})
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.phones, kiste.cost) == (theirs["hours"], ["030 23125-145"], "5 Euro")


@pytest.mark.parametrize(
    ("button", "hours", "cost"),
    [
        ("Überall meine behalten", "von beate", "5 Euro"),
        ("Überall die von Ruth Demir nehmen", "von ruth", "kostenlos"),
    ],
)
def test_one_version_is_taken_as_a_whole(beate: Client, ruth: Client, button: str, hours: str, cost: str) -> None:
    kiste = offer(hours="9 bis 12 Uhr", cost="kostenlos")
    asked = conflict(beate, ruth, kiste, {"hours": "von beate", "cost": "5 Euro"}, {"hours": "von ruth"})
    press(beate, asked, button, at(kiste))
    kiste.refresh_from_db()
    assert (kiste.hours, kiste.cost) == (hours, cost)


def test_a_third_change_meanwhile_is_asked_about_again(beate: Client, ruth: Client) -> None:
    kiste = offer(hours="9 bis 12 Uhr")
    asked = conflict(beate, ruth, kiste, {"hours": "von beate"}, {"hours": "von ruth"})
    send(ruth, page(ruth, at(kiste)), "Speichern", at(kiste), hours="noch einmal von ruth")
    again = press(beate, asked, "Überall meine behalten", at(kiste))
    assert "noch einmal" in again
    kiste.refresh_from_db()
    assert kiste.hours == "noch einmal von ruth"
    send(beate, again, "Überall meine behalten", at(kiste))
    kiste.refresh_from_db()
    assert kiste.hours == "von beate"


def test_who_changes_something_else_or_the_same_is_not_asked(beate: Client, ruth: Client) -> None:
    kiste = offer(hours="9 bis 12 Uhr")
    html = page(beate, at(kiste))
    for _ in range(2):  # a double click
        assert "ist gespeichert." in press(beate, html, "Speichern", at(kiste), hours="8 bis 12 Uhr")


def test_what_was_cleared_by_the_other_one_is_not_lost(beate: Client, ruth: Client) -> None:
    text = "Zeile 1\r\n„Anführung“ <script>alert(1)</script>\r\n" + "ä" * 500
    kiste = offer(description="Kleidung")
    asked = conflict(beate, ruth, kiste, {"description": text}, {"description": "kurz"})
    assert "<script>alert" not in asked
    send(beate, asked, "So speichern, wie gewählt", at(kiste))
    kiste.refresh_from_db()
    assert kiste.description.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_a_wrong_value_is_named_and_the_choice_stays(beate: Client, ruth: Client) -> None:
    kiste = offer(hours="9 bis 12 Uhr")
    asked = conflict(beate, ruth, kiste, {"hours": "von beate", "phones": "23125100"}, {"hours": "von ruth"})
    answer = press(beate, asked, "So speichern, wie gewählt", at(kiste))
    assert "lässt sich so nicht anrufen" in answer
    press(beate, answer, "Speichern", at(kiste), phones="030 23125-101")
    kiste.refresh_from_db()
    assert kiste.hours == "von beate"


@pytest.mark.parametrize("packed", ["", "gefälscht", "\0"])
def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(beate: Client, packed: str) -> None:
    haus = provider(name="Haus Lindenweg")
    answer = beate.post(at(haus), {"name": "Haus Ahorn", "email": "", "loaded": packed}).content.decode()
    assert "Jemand anderes hat das hier auch gerade geändert" in answer
    haus.refresh_from_db()
    assert haus.name == "Haus Lindenweg"


def test_a_record_that_was_deleted_meanwhile_gives_the_text_back(beate: Client) -> None:
    haus = Synonym.objects.create(word="omas haus", means=["kindergarten"])
    html = page(beate, at(haus))
    path = at(haus)
    haus.delete()
    answer = send(beate, html, "Speichern", path, means="krippe, hort")
    assert answer.status_code == 404
    assert "Jemand hat es gelöscht" in answer.content.decode()
    assert "krippe, hort" in answer.content.decode()


def test_a_member_who_left_meanwhile_is_not_changed_and_the_note_can_be_copied(beate: Client) -> None:
    kim = active("kim@example.org")
    html = page(beate, at(kim))
    Member.objects.update(state="left", left_at=kim.joined_at)
    answer = send(beate, html, "Speichern", at(kim), note="Ruft am Montag an.")
    assert answer.status_code == 403
    assert "Das lässt sich nicht mehr ändern" in answer.content.decode()
    assert "Ruft am Montag an." in answer.content.decode()


# rows of an inline list ---------------------------------------------------------------------------------------------


def steps(row: Situation) -> list[str]:
    return sorted(row.advice.values_list("sentence", flat=True))


def test_rows_are_compared_one_by_one(beate: Client, ruth: Client) -> None:
    """Ruth changes the first step and adds one; Beate changes the first, and adds one, too."""
    row = situation()
    opened = page(beate, at(row)), page(ruth, at(row))
    prefix = re.findall(r'name="(\w+)-TOTAL_FORMS"', opened[0])[0]

    def typed(name: str, slug: str) -> dict[str, str]:
        new = {"order": "2", "offer": str(offer(slug).pk), "sentence": f"{name} Zusatz"}
        return {f"{prefix}-0-sentence": f"{name} Satz"} | {f"{prefix}-1-{field}": value for field, value in new.items()}

    send(ruth, opened[1], "Speichern", at(row), **typed("Ruths", "kita"))
    asked = press(beate, opened[0], "Speichern", at(row), **typed("Beates", "hort"))
    assert "An 3 Stellen" in asked
    assert "gibt es in dieser Fassung nicht" in asked
    assert steps(row) == ["Ruths Satz", "Ruths Zusatz"]
    send(beate, asked, "So speichern, wie gewählt", at(row))
    assert steps(row) == ["Beates Satz", "Beates Zusatz", "Ruths Zusatz"]


def test_a_row_that_the_other_one_deleted_can_be_kept(beate: Client, ruth: Client) -> None:
    row = situation()
    opened = page(beate, at(row)), page(ruth, at(row))
    prefix = re.findall(r'name="(\w+)-TOTAL_FORMS"', opened[0])[0]
    send(ruth, opened[1], "Speichern", at(row), **{f"{prefix}-0-DELETE": "on"})
    assert steps(row) == []
    asked = press(beate, opened[0], "Speichern", at(row), **{f"{prefix}-0-sentence": "Beates Satz"})
    send(beate, asked, "So speichern, wie gewählt", at(row))
    assert steps(row) == ["Beates Satz"]


def test_nothing_is_changed_in_the_list_itself() -> None:
    """Fields in a list would have no version."""
    assert [desk for desk in admin.site._registry.values() if desk.list_editable] == []
