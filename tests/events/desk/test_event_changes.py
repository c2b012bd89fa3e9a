"""Officers change and discard events. Beate and Ruth are invented officers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events import counting
from events.answering import answers
from events.answering.answers import Details
from events.models import Event
from tests.desk import logged, page
from tests.events.desk.test_event_forms import ADD, again, at, filled, tag, told
from tests.events.meetings import berlin, household, invite, meeting, party, taken
from tests.post import Post

pytestmark = pytest.mark.django_db


def test_saving_touches_only_what_was_changed_and_writes_to_nobody(beate: Client, post: Post) -> None:
    event = meeting(seats=10, care=4)
    (anna,) = invite(event, "anna@example.org")
    answers.accept(anna, party(1, 3, care=1))
    post.deliver()
    before = Event.objects.values().get()
    answer = beate.post(at(event), again(event, text="Mit Musik."), follow=True)
    assert "Gespeichert." in told(answer)
    after = Event.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == {"text", "changed_at"}
    assert taken(event) == (2, 1)
    assert post.deliver() == []


@pytest.mark.parametrize(
    ("changed", "steps"),
    [({"day": "2027-01-20"}, 1), ({"place": "Kulturhaus"}, 1), ({"text": "Mit Musik."}, 0), ({"capacity": "12"}, 0)],
)
def test_what_calendars_show_counts_up_though_nobody_is_told(
    beate: Client, changed: dict[str, str], steps: int
) -> None:
    """RFC 5545 §3.8.7.4: a calendar that has the old entry takes the new one."""
    event = meeting(begins_at=berlin("2027-01-10 15:00"), sequence=3)
    beate.post(at(event), again(event, last_day="", **changed))
    event.refresh_from_db()
    assert event.sequence == 3 + steps


@pytest.mark.parametrize(("later", "left", "asked"), [(9, -1, True), (9, 1, False), (0, -1, False)])
def test_a_new_day_needs_new_time_to_answer(beate: Client, later: int, left: int, asked: bool) -> None:
    """It moves by `later` days; people may answer for `left` more days."""
    now = timezone.now()
    event = meeting(begins_at=now.replace(hour=12, minute=0) + timedelta(days=3), answer_by=now + timedelta(days=left))
    moved = timezone.localtime(event.begins_at) + timedelta(days=later, hours=1)
    typed = again(event, day=f"{moved:%Y-%m-%d}", begins=f"{moved:%H:%M}", last_day="")
    answer = beate.post(at(event), typed, follow=True)
    said = "Am neuen Tag kann so niemand mehr antworten. Wählen Sie auch hier einen neuen Tag." in told(answer)
    before, event = event, Event.objects.get()
    assert (said, event.begins_at == before.begins_at) == (asked, asked)


def test_two_officers_do_not_overwrite_each_other(beate: Client) -> None:
    event = meeting()
    opened = again(event, text="Von Ruth")
    beate.post(at(event), again(event, text="Von Beate"))
    answer = beate.post(at(event), opened)
    assert "Sie haben das hier schon in einem anderen Fenster geändert" in told(answer)
    assert "<mark>Von Ruth</mark>" in told(answer)
    assert Event.objects.get().text == "Von Beate"


def test_more_places_let_the_next_families_move_up_with_a_mail(beate: Client, post: Post) -> None:
    event = meeting(seats=2)
    anna, ben, cem = invite(event, "anna@example.org", "ben@example.org", "cem@example.org")
    for reply in (anna, ben, cem):
        answers.accept(reply, party(1, 7))
    gerd = answers.accept(household(event, "Gerd"), party(1), Details("", "Gerd Lang", "030 23125-1"), by="amt")
    assert gerd.state == "waiting"
    post.deliver()
    answer = beate.post(at(event), again(event, capacity="5"), follow=True)
    assert "2 Familien von der Warteliste haben jetzt Platz" in told(answer)
    assert "bitte anrufen: Gerd Lang (030 231251)" in told(answer)
    assert [mail["To"] for mail in post.deliver()] == ["ben@example.org"]
    assert taken(event) == (5, 0)


def test_fewer_places_take_none_from_anybody(beate: Client) -> None:
    """D-05"""
    event = meeting(seats=10)
    (anna,) = invite(event, "anna@example.org")
    answers.accept(anna, party(2, 3, 5))
    said = told(beate.post(at(event), again(event, capacity="1"), follow=True))
    assert "Vergeben sind 4 Plätze, 3 mehr als 1. Niemand verliert seinen Platz." in said
    assert "mehr als" not in told(beate.post(at(event), again(event, text="Mit Musik."), follow=True))
    event.capacity.refresh_from_db()
    assert (event.capacity.total, event.capacity.seat_limit, event.capacity.seats) == (1, 4, 4)
    assert answers.read(anna.pk).state == "yes"
    assert "4 von 1 belegt, 0 frei" in page(beate, at(event, "ueberblick"))


def test_more_time_to_answer_lets_those_in_line_go_first(beate: Client, post: Post) -> None:
    """Capacity that came free after the old day were not passed on; a family that asks now must not overtake."""
    event = meeting(seats=1)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(1))
    answers.accept(ben, party(1))
    Event.objects.update(answer_by=timezone.now() - timedelta(days=1))
    answers.decline(anna, by="amt")
    assert answers.read(ben.pk).state == "waiting"
    post.deliver()
    beate.post(at(event), again(event, answer_day="", answer_time=""))
    assert answers.read(ben.pk).state == "yes"
    assert [mail["To"] for mail in post.deliver()] == ["ben@example.org"]


def test_the_address_follows_a_draft_and_stays_once_it_is_public(beate: Client) -> None:
    beate.post(ADD, filled())
    event = Event.objects.get()
    beate.post(at(event), again(event, day="2027-12-11", last_day="", kind="workshop", answer_day="", answer_time=""))
    event.refresh_from_db()
    assert event.slug == "2027-12-11-workshop"
    beate.post(at(event, "veroeffentlichen"))
    beate.post(at(event), again(event, day="2027-12-18", last_day="", answer_day="", answer_time=""))
    event.refresh_from_db()
    assert (event.state, event.slug) == ("published", "2027-12-11-workshop")
    assert event.begins_at == berlin("2027-12-18 10:00")


def test_what_is_over_and_counted_keeps_its_day(beate: Client) -> None:
    event = meeting(begins_at=(timezone.localtime() - timedelta(days=3)).replace(hour=10))
    counting.freeze(timezone.now())
    answer = beate.post(at(event), again(event, day="2027-12-18", last_day=""))
    assert "Dieses Treffen ist vorbei." in told(answer)
    answer = beate.post(at(event), again(event, text="Es war schön."))
    assert answer.status_code == 302


def test_a_draft_in_the_wrong_year_is_put_right(beate: Client) -> None:
    beate.post(ADD, filled(day="2025-12-06"))
    event = Event.objects.get()
    assert "Der Beginn liegt in der Vergangenheit." in page(beate, at(event, "ueberblick"))
    beate.post(at(event), again(event, day="2027-12-04", last_day="", answer_day="", answer_time=""))
    assert Event.objects.get().slug == "2027-12-04-treffen"


# the calendar's title (M-15) ---------------------------------------------------------------------------------------


def test_a_telling_title_for_the_calendar_is_asked_about_once(beate: Client) -> None:
    telling = filled(calendar_title="Treffen für Alleinerziehende")
    answer = beate.post(ADD, telling)
    assert "Im Titel für den Kalender steht „Alleinerziehende“." in told(answer)
    assert "„Termin“ (unser Vorschlag)" in told(answer)
    assert not Event.objects.exists()
    beate.post(ADD, telling | {"choice": "neutral"})
    assert Event.objects.get().calendar_title == "Termin"
    event = Event.objects.get()
    beate.post(at(event), again(event, calendar_title="Treffen für Alleinerziehende", choice="anyway"))
    event.refresh_from_db()
    assert event.calendar_title == "Treffen für Alleinerziehende"
    assert beate.post(at(event), again(event, text="Neu")).status_code == 302


def test_an_empty_title_for_the_calendar_is_termin(beate: Client) -> None:
    beate.post(ADD, filled(calendar_title=" "))
    assert Event.objects.get().calendar_title == "Termin"


# copies, drafts ----------------------------------------------------------------------------------------------------


def test_the_next_meeting_begins_with_everything_but_the_days(beate: Client) -> None:
    event = meeting(seats=40, care=12, text="Mit Kuchen", childcare_bands=[1, 2], begins_at=berlin("2026-12-05 15:00"))
    shown = page(beate, f"{ADD}?vorlage={event.pk}")
    for part in ("Adventsfrühstück", "Mit Kuchen", 'value="15:00"', 'value="17:00"', 'value="40"', 'value="12"'):
        assert part in shown
    assert "value=" not in tag(shown, "id_day")
    assert str(event.uid) not in shown
    assert page(beate, f"{ADD}?vorlage=999999999999999999999")
    assert Event.objects.count() == 1


def test_a_draft_is_thrown_away_and_nothing_else(beate: Client) -> None:
    draft, public = meeting(state="draft"), meeting()
    assert "Der Entwurf ist dann weg" in page(beate, at(draft, "loeschen"))
    answer = beate.post(at(draft, "loeschen"), follow=True)
    assert "Der Entwurf ist gelöscht." in told(answer)
    answer = beate.post(at(public, "loeschen"), follow=True)
    assert "Löschen lassen sich nur Entwürfe." in told(answer)
    assert list(Event.objects.all()) == [public]
    assert beate.post(at(draft, "loeschen")).status_code == 404
    assert logged() == [f"gelöscht: Veranstaltung {draft.pk}: Entwurf gelöscht."]
