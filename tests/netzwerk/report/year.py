"""2025 as it was in an invented network, made by the portal's own actions. Its figures are counted by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from events import editing
from events.answering import answers, phone_answers
from events.answering.answers import Details
from events.models import Event
from mailings.models import Address, Delivery
from mailings.returns import feedback
from mailings.returns.feedback import Report
from members import leaving, signup
from netzwerk.report import counting
from tests.events.meetings import invite, meeting, party, reply_of
from tests.members.people import active, asked, request_of
from tests.post import Post
from tests.wegweiser.offers import offer
from wegweiser import counting as wegweiser_counting
from wegweiser import curation
from wegweiser.reporting import hints
from wegweiser.search import failed_searches

BERLIN = ZoneInfo("Europe/Berlin")
FAMILIES = [f"familie.{number}@example.org" for number in range(1, 10)]
ANNA, BEN, CEM, DUA = FAMILIES[:4]


@contextmanager
def on(day: str) -> Iterator[None]:
    """Sets the clock to noon of this day in Berlin."""
    with time_machine.travel(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=BERLIN), tick=False):
        yield


def live(post: Post) -> None:
    """2024: 2 joined. 2025: 8 joined, 1 of them by her own link; 2 left, 1 came back the next day."""
    with on("2024-11-04"):
        active("frueh.eins@example.org")
        active("frueh.zwei@example.org")
    with on("2025-01-31"):
        for email in FAMILIES[:7]:
            active(email)
    with on("2025-02-03"):
        asked(FAMILIES[7])
        signup.confirm(request_of(FAMILIES[7]))
    with on("2025-06-30"):
        leaving.leave(Address.objects.get(email="frueh.eins@example.org"), "Test")
        leaving.leave(Address.objects.get(email=DUA), "Test")
    with on("2025-07-01"):
        leaving.undo(Address.objects.get(email=DUA))
    _breakfast(post)
    _guide()


def _breakfast(post: Post) -> None:
    """One meeting for 7 people, 2 of them in childcare. 9 invited; 3 answered by link, 1 by telephone; 1 moved up."""
    with on("2025-09-01"):
        begins_at = timezone.now() + timedelta(days=19)
        event = meeting(seats=7, care=2, begins_at=begins_at, kind=Event.Kind.MEETING)
        invite(event)
    with on("2025-09-03"):
        post.deliver()
        copy = Delivery.objects.filter(mailing__template="events/invitation").latest("pk")
        feedback.record(Report("1", feedback.Kind.SOFT, timezone.now(), copy=copy.message_id))
        answers.accept(reply_of(event, ANNA), party(1, 2, 4, care=2))
        answers.accept(reply_of(event, BEN), party(2, 12))
        answers.accept(reply_of(event, CEM), party(1, 7))  # waits
        phone_answers.enter_name(event, "", party(1), Details(name="Frau Lang"), "amt", wait_for_childcare=False)
    with on("2025-09-05"):
        answers.accept(reply_of(event, ANNA), party(1, 2, 4, 5, care=3), wait_for_childcare=True)  # no third place
        answers.decline(reply_of(event, BEN))  # Cem moves up
    with on("2025-09-21"):
        counting.catch_up(timezone.now())
        editing.came(event, 4, 5)
        editing.came(event, 3, 4)


def _guide() -> None:
    """3 offers, 2 of them checked; 1 check, 1 hint, 4 searches without a hit and 2 brochures."""
    with on("2025-10-01"):
        offer("kleiderkiste")
        offer("tafel", title="Tafel", checked_on=None)
        found = offer("beratung", title="Beratung", checked_on=None)
        curation.checked_today(found, "amt")
        hints.record(found, "Die Nummer stimmt nicht.", "198.51.100.7")
        for _time in range(4):
            failed_searches.record("Schwimmkurs in Bad Laasphe")
        for _time in range(2):
            wegweiser_counting.brochure_fetched()
        counting.catch_up(timezone.now())
