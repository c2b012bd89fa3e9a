"""A newsletter goes out in ten minutes, or at a day and time, and can be taken back until then (M-23).

Beate and Ruth are invented officers; Kim, Jana and Olena are invented members.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from mailings.models import Mailing
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from members import leaving
from members.models import Newsletter
from members.newsletters import scheduling, writing
from tests.desk import logged, page
from tests.members.newsletters.test_pages import at, draft, seen, shown, told, words
from tests.members.people import active
from tests.pressing import press
from tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 11, 29, 21, 30, tzinfo=BERLIN)
SEVEN = datetime(2026, 11, 30, 7, 0, tzinfo=BERLIN)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


def in_again(beate: Client) -> Client:
    """Beate, signed in at this moment; sessions end within a day."""
    beate.force_login(User.objects.get(username="beate"))
    return beate


def work(sink: Sink) -> list[str]:
    """What one pass of a new worker process delivers: the recipients."""
    before = len(sink.messages)
    with closing(Smtp(sink.url)) as transport:
        Worker(transport).work_all()
    return sorted(email for message in sink.messages[before:] for email in message.recipients)


def plan(newsletter: Newsletter, moment: datetime = SEVEN) -> None:
    scheduling.schedule(newsletter, moment, "beate")


def newsletter_now(newsletter: Newsletter) -> tuple[datetime | None, bool, str]:
    """For when it is planned, whether it has been started, and who has pressed."""
    newsletter.refresh_from_db()
    return newsletter.send_at, newsletter.mailing_id is not None, newsletter.sent_by


# from the form to the mail server ------------------------------------------------------------------------------------


def test_tomorrow_at_seven_it_goes_to_those_who_are_on_the_list_then(beate: Client, clock) -> None:
    active("kim@example.org")
    jana = active("jana@example.org")
    newsletter = draft()
    with Sink() as sink:
        asked = page(beate, at(newsletter, "verschicken"))
        assert 'value="2026-11-30"' in asked
        assert 'value="07:00"' in asked
        shown_next = press(beate, asked, "Zu dieser Zeit verschicken", at(newsletter, "verschicken"))
        assert "Sie geht am Montag, 30. November, um 7 Uhr hinaus." in shown_next
        assert newsletter_now(newsletter) == (SEVEN, False, "beate")
        assert logged() == [f"verschickt: Rundmail {newsletter.pk}: Geplant für Montag, 30. November, um 7 Uhr."]
        clock.move_to(SEVEN - timedelta(seconds=1))
        assert work(sink) == []
        leaving.leave(jana.address, "Link")
        active("olena@example.org")
        clock.move_to(SEVEN)
        assert work(sink) == ["kim@example.org", "olena@example.org"]
        assert newsletter_now(newsletter) == (None, True, "beate")
        assert work(sink) == []
    assert "Verschickt von beate am 30. November 2026" in page(in_again(beate), at(newsletter, "verlauf"))


def test_what_the_button_sends_can_be_taken_back_for_ten_minutes(beate: Client, clock) -> None:
    active("kim@example.org")
    newsletter = draft()
    with Sink() as sink:
        asked = page(beate, at(newsletter, "verschicken"))
        waiting = press(beate, asked, "In 10 Minuten an 1 Person verschicken", at(newsletter, "verschicken"))
        assert "Sie geht am Sonntag, 29. November, um 21.40 Uhr hinaus." in waiting
        clock.shift(599)
        assert work(sink) == []
        back = press(beate, waiting, "Zurückholen")
        assert "Zurückgeholt. Niemand hat sie bekommen" in back
        clock.shift(600)
        assert work(sink) == []
        assert newsletter_now(newsletter) == (None, False, "")
        asked = page(beate, at(newsletter, "verschicken"))
        press(beate, asked, "In 10 Minuten an 1 Person verschicken", at(newsletter, "verschicken"))
        clock.shift(600)
        assert work(sink) == ["kim@example.org"]
    late = beate.post(at(newsletter, "zurueckholen"), follow=True)
    assert "schon unterwegs (von beate" in told(late)
    assert "Anhalten geht noch" in told(late)


def test_until_it_is_taken_back_nothing_of_it_changes(beate: Client, clock) -> None:
    active("kim@example.org")
    newsletter = draft()
    opened, as_seen = shown(newsletter), seen(newsletter)
    clock.shift(1)
    plan(newsletter)
    assert "Das lässt sich nicht mehr ändern" in told(
        beate.post(at(newsletter, "change"), words(text="Anders", **opened))
    )
    for path, data in (("loeschen", {}), ("verschicken", as_seen), ("flyer/entfernen", as_seen)):
        answer = beate.post(at(newsletter, path), data, follow=True)
        assert "geht am Montag, 30. November, um 7 Uhr hinaus. Holen Sie sie zurück" in told(answer)
    for path in ("change", "loeschen", "verschicken"):
        assert beate.get(at(newsletter, path))["Location"] == at(newsletter, "vorschau")
    waiting = page(beate, at(newsletter, "vorschau"))
    assert "Text oder Auswahl ändern" not in waiting
    assert "geplant" in page(beate, "/verwaltung/members/newsletter/")
    press(beate, waiting, "Zurückholen")
    assert "ist wieder ein Entwurf" in told(beate.post(at(newsletter, "zurueckholen"), follow=True))
    # What was open before it was planned does not send it now.
    answer = beate.post(at(newsletter, "verschicken"), as_seen, follow=True)
    assert "Sehen Sie sie sich noch einmal an." in told(answer)
    assert newsletter_now(newsletter) == (None, False, "")
    assert not Mailing.objects.exists()


# the clocks of Berlin ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "clock_time", "sentence"),
    [
        ("2026-11-29", "21:30", "Diese Zeit ist schon vorbei."),
        ("2026-11-28", "22:00", "Diese Zeit ist schon vorbei."),
        ("2027-01-28", "21:31", "Das sind mehr als 60 Tage."),
        ("", "07:00", "Wählen Sie einen Tag."),
        ("2026-11-30", "", "Geben Sie eine Uhrzeit an."),
        ("2026-11-30", "sieben", "Schreiben Sie die Uhrzeit so: 15:30."),
    ],
)
def test_what_cannot_be_is_named(beate: Client, clock, day: str, clock_time: str, sentence: str) -> None:
    active("kim@example.org")
    newsletter = draft()
    answer = beate.post(
        at(newsletter, "verschicken"), {**seen(newsletter), "when": "at", "day": day, "clock": clock_time}
    )
    assert sentence in told(answer)
    assert f'name="clock" value="{clock_time}"' in told(answer)
    assert newsletter_now(newsletter) == (None, False, "")


def test_the_hour_that_is_missing_is_refused_and_the_hour_that_comes_twice_is_asked_about(beate: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        in_again(beate)
        gap = {**seen(newsletter), "when": "at", "day": "2027-03-28", "clock": "02:30"}
        assert "2.30 Uhr gibt es am 28.3.2027 nicht" in told(beate.post(at(newsletter, "verschicken"), gap))
    with time_machine.travel(datetime(2026, 10, 1, 12, tzinfo=UTC), tick=False):
        in_again(beate)
        typed = {**seen(newsletter), "when": "at", "day": "2026-10-25", "clock": "02:30"}
        asked = told(beate.post(at(newsletter, "verschicken"), typed))
        assert "2.30 Uhr gibt es am 25.10.2026 zweimal. Welche meinen Sie?" in asked
        shown_next = press(beate, asked, "Zu dieser Zeit verschicken", at(newsletter, "verschicken"), season="winter")
        assert "Sonntag, 25. Oktober, um 2.30 Uhr (Winterzeit)" in shown_next
    assert newsletter_now(newsletter) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), False, "beate")


@pytest.mark.parametrize(
    ("on", "before", "seven"),
    [
        ("2027-03-28", datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 6, tzinfo=UTC)),
    ],
)
def test_seven_stays_seven_when_the_clocks_change_at_night(
    beate: Client, clock, on: str, before: datetime, seven: datetime
) -> None:
    """Planned the evening before; each pass of the worker is a new one, as after a restart."""
    active("kim@example.org")
    newsletter = draft()
    clock.move_to(before)
    in_again(beate)
    with Sink() as sink:
        asked = page(beate, at(newsletter, "verschicken"))
        assert f'value="{on}"' in asked
        press(beate, asked, "Zu dieser Zeit verschicken", at(newsletter, "verschicken"))
        clock.move_to(seven - timedelta(minutes=1))
        assert work(sink) == []
        clock.move_to(seven)
        assert work(sink) == ["kim@example.org"]


# nobody, and what goes wrong -----------------------------------------------------------------------------------------


def test_if_nobody_is_left_the_officer_reads_it(beate: Client, clock) -> None:
    kim = active("kim@example.org")
    newsletter = draft()
    plan(newsletter)
    leaving.leave(kim.address, "Link")
    clock.move_to(SEVEN)
    with Sink() as sink:
        assert work(sink) == []
    assert newsletter_now(newsletter) == (None, False, "")
    assert not Mailing.objects.exists()
    looked = page(in_again(beate), at(newsletter, "vorschau"))
    assert "Sie sollte am Montag, 30. November, um 7 Uhr hinausgehen." in looked
    assert "Da hätte niemand sie bekommen." in looked
    today = page(beate, "/verwaltung/")
    assert "Rundmail ging nicht hinaus" in today
    assert "„Neues im Advent“: Als es so weit war" in today
    assert at(newsletter, "vorschau") in today
    assert "nicht verschickt" in page(beate, "/verwaltung/members/newsletter/")


@pytest.mark.logs_errors
def test_what_fails_there_stops_no_other_mail_and_stands_on_today(beate: Client, clock, monkeypatch) -> None:
    active("kim@example.org")
    broken, good = draft(subject="Kaputt"), draft()
    plan(broken)
    plan(good)

    def start(locked: Newsletter, by: str) -> Mailing:
        if locked == broken:
            raise ValueError
        return started(locked, by)

    started = writing.start
    monkeypatch.setattr(writing, "start", start)
    clock.move_to(SEVEN)
    with Sink() as sink:
        assert work(sink) == ["kim@example.org"]
        assert "Kaputt" not in page(in_again(beate), "/verwaltung/")
        clock.shift(timedelta(minutes=15, seconds=1))
        today = page(beate, "/verwaltung/")
        assert "Rundmail ist noch nicht unterwegs" in today
        assert "„Kaputt“: Läuft der Mailversand" in today
        monkeypatch.undo()
        assert work(sink) == ["kim@example.org"]
