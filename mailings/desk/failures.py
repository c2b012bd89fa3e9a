"""Why a copy has not arrived, and what to do about it, in words that officers understand."""

import re
from datetime import datetime
from typing import NamedTuple

from mailings.models import RECENT, BounceGroup, Delivery, Feedback, RelayStatus
from mailings.returns.classification import kind_of, says_full, status_in

State, Reason, Kind = Delivery.State, Delivery.Reason, Feedback.Kind


class Failure(NamedTuple):
    what: str
    todo: str


GONE = Failure(
    "Diese Adresse gibt es nicht.", "Fragen Sie die Person nach ihrer neuen Adresse, wenn Sie sie erreichen."
)
MANY = Failure(
    "Der Mailserver sagt, dass es diese Adresse nicht gibt, und zugleich viele andere.",
    "Unter „Heute“ entscheiden, ob es an uns lag. Gesperrt ist sie noch nicht.",
)
OUR_FAULT = Failure("Zurückgekommen, aber es lag an uns.", "Nichts: Die nächste versucht es wieder.")
FULL = Failure("Das Postfach ist voll.", "Später noch einmal schreiben, oder anrufen.")
NOT_NOW = Failure("Das Postfach nimmt gerade nichts an, meist ist es voll.", "Nichts: Die nächste versucht es wieder.")
BLOCKED = Failure("Der Mailserver hält die Mail für Werbung.", "Sagen Sie Ihrer IT Bescheid.")
GIVEN_UP = Failure("Fast zwei Tage lang nicht angenommen.", "Später noch einmal schreiben, oder anrufen.")
REFUSED = Failure("Der Mailserver hat die Mail abgelehnt.", "Bei mehreren: Sagen Sie Ihrer IT Bescheid.")
POISON = Failure("Der Versand brach mehrmals ab.", "Sagen Sie Ihrer IT Bescheid.")
UNWANTED = Failure("Als unerwünscht gemeldet.", "Nicht mehr anschreiben. Die Person ist abgemeldet.")

# What went wrong with a copy. One that was complained about has arrived: it is no NOT_ARRIVED.
FAULTS = [*Delivery.NOT_ARRIVED, State.COMPLAINED]

_GROUPED = {BounceGroup.State.HELD: MANY, BounceGroup.State.DROPPED: OUR_FAULT}
_FULL_STATUS = re.compile(r"[45]\.2\.2")
_BLOCKED_WORDS = re.compile(r"spam|block|black.?list|reputation|policy|junk", re.IGNORECASE)


def new_since(relay: RelayStatus | None, now: datetime) -> datetime:
    """The moment from which failures count as new: earlier ones are old, or an officer has ticked them off."""
    seen = relay and relay.failures_seen_at
    return max(seen, now - RECENT) if seen else now - RECENT


def tick_off(until: datetime) -> int:
    """Ticks off what had not arrived until then, which an officer has seen; returns how many. Call in a transaction."""
    RelayStatus.objects.get_or_create(pk=RelayStatus.THE_ONE)
    relay = RelayStatus.objects.select_for_update().get(pk=RelayStatus.THE_ONE)
    number = Delivery.objects.not_arrived(new_since(relay, until)).filter(finished_at__lte=until).count()
    if number:
        RelayStatus.objects.filter(pk=relay.pk).update(failures_seen_at=until)
    return number


def failure_of(delivery: Delivery) -> Failure:
    """Explains a copy that failed or came back. Reads its feedback with its groups: prefetch these for many."""
    if delivery.state == State.COMPLAINED:
        return UNWANTED
    if delivery.state == State.BOUNCED:
        return _bounced(delivery)
    if delivery.reason == Reason.POISON:
        return POISON
    return _refused(delivery)


def _bounced(delivery: Delivery) -> Failure:
    hard = [feedback for feedback in delivery.feedback.all() if feedback.kind == Kind.HARD]
    if hard:
        return _GROUPED.get(BounceGroup.State(hard[0].group.state), GONE) if hard[0].group else GONE
    return FULL if _is_full(words_of(delivery)) else NOT_NOW


def words_of(delivery: Delivery) -> str:
    """What the server said, at once or in a mail afterwards."""
    return delivery.answer or next((feedback.words for feedback in delivery.feedback.all() if feedback.words), "")


def _refused(delivery: Delivery) -> Failure:
    answer = delivery.answer
    if _is_full(answer):
        return FULL
    if _BLOCKED_WORDS.search(answer):
        return BLOCKED
    if delivery.reason == Reason.GIVEN_UP:
        return GIVEN_UP
    return GONE if answer and kind_of(status_in(answer), answer) == Kind.HARD else REFUSED


def _is_full(answer: str) -> bool:
    return bool(_FULL_STATUS.fullmatch(status_in(answer)) or says_full(answer))
