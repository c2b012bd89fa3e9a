"""The accessibility statement: when somebody last reviewed it, and when that is due again (P-20)."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from netzwerk.models import Heartbeat

URL = "/barrierefreiheit/"
# The law asks for a review once a year; a month before, "Heute" does.
REMIND_AFTER, LATEST = timedelta(days=335), timedelta(days=365)
_NEVER = "[Bitte ergänzen: Haken bei „heute überprüft“ setzen]"


def note_review() -> None:
    Heartbeat.beat(Heartbeat.Name.STATEMENT, timezone.now())


def reviewed_on() -> str:
    """The day of the last review in words, for the statement itself."""
    last = Heartbeat.objects.filter(name=Heartbeat.Name.STATEMENT).first()
    return date_format(timezone.localtime(last.at), "j. F Y") if last else _NEVER


def last_review(beats: dict[str, datetime]) -> datetime | None:
    """From the heartbeats; a portal that nobody has reviewed yet counts from its first day."""
    return beats.get(Heartbeat.Name.STATEMENT) or beats.get(Heartbeat.Name.INSTALLED)
