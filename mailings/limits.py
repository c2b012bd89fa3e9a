"""Limits requests of strangers: of one mailbox, of a network, of all of them together (P-05, P-26, S-22).

A request is counted before anything is known about its address, in a transaction of its own: what follows cannot undo
the count. No key is shared between kinds of request, except the mailbox, which has one budget over all kinds.
Keys are HMACs with a key of the day: nobody can tell whose they were, and after a day they match nothing.
"""

import hmac
import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kit import locks, networks
from kit.locks import Lock
from mailings import proof_of_work
from mailings.models import RateHit

PER_MAILBOX_DAY = 3
MAILBOX_PAUSE = timedelta(minutes=10)
PER_KIND_HOUR = 100
LONGEST_WAIT = timedelta(hours=2)
# Requests a day from one network, by the length of its prefix. Telephones share IPv4 addresses.
MAIL_NETWORKS = {64: 20, 56: 60, 48: 200, 32: 20, 24: 200}
# Beyond so many times its budget not even proofs open a network's way: one machine cannot fill the queue of proofs.
MOST_WITH_PROOF = 3
_LENGTHS = {4: (32, 24), 6: (64, 56, 48)}

_SEEN = """
    SELECT key, count(*), (array_agg(at ORDER BY at DESC))[%(nth)s]
    FROM mailings_ratehit WHERE key = ANY(%(keys)s) AND at > %(since)s GROUP BY key
"""


class NotNow(Exception):
    """The request is not carried out now. str() is a German sentence for people, who can send the form again.

    It depends on the network and on the portal, never on the address.
    """

    challenge = ""


class ProofNeeded(NotNow):
    """Nothing was counted: the form comes back with a `challenge` for the visitor's device."""

    def __init__(self, challenge: str, *, from_network: bool) -> None:
        crowd = _("Aus Ihrem Netz kommen gerade sehr viele Anfragen.") if from_network else _crowd()
        todo = _("Deshalb muss Ihr Gerät kurz rechnen. Danach schicken Sie das Formular bitte noch einmal ab.")
        super().__init__(f"{crowd} {todo}")
        self.challenge = challenge


class Overrun(NotNow):
    """The queue of those with proofs is full, too: only mail to people whom we know still goes out."""

    def __init__(self) -> None:
        known = _("Kennen wir Ihre Adresse schon, dann ist unsere Mail unterwegs.")
        others = _("Sonst versuchen Sie es bitte in zwei Stunden noch einmal, oder rufen Sie uns an: %(phone)s.")
        super().__init__(f"{_crowd()} {known} {others}" % {"phone": settings.CONTACT_PHONE})


@dataclass(frozen=True)
class Request:
    """What a stranger asks for.

    `kind` has its own keys and its own queue. `mailbox` is a canonical address, "" if no mail is asked for; a mail
    `about` the same goes there once in MAILBOX_PAUSE. `scope`: what a network's budget is for, if not for the kind.
    """

    kind: str
    ip: str
    proof: str = ""
    mailbox: str = ""
    about: str = ""
    scope: str = ""
    networks: Mapping[int, int] = field(default_factory=lambda: MAIL_NETWORKS)
    longest_wait: timedelta = LONGEST_WAIT


class Turn(NamedTuple):
    """`allowed`: the budget of the mailbox has room. `due_at`: when the mail is due if it goes to a stranger.

    `overrun`: no stranger is served now. `counted` are the rows of the mailbox.
    """

    allowed: bool
    due_at: datetime
    overrun: bool
    counted: list[RateHit]


class _Lane(NamedTuple):
    """A queue of strangers, and when its hour has room for the next."""

    key: str
    due_at: datetime


class _Seen(NamedTuple):
    number: int
    hundredth: datetime  # the hundredth-newest, or None


_Rows = list[tuple[str, datetime]]


def take_turn(request: Request, *, crowded: bool = False) -> Turn:
    """Counts one request and commits; always the same four statements, whatever the mailbox.

    Raises ProofNeeded, having counted nothing, if the network's budget is used up, if the queue is full, or if the
    caller says `crowded`, and the request brings no proof. Must not be called in a transaction.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        locks.take(Lock.STRANGER_MAIL)
        lane, overrun, rows = _queue_up(request, now, crowded)
        allowed, due_at, more = _mailbox(request, lane.due_at, now)
        hits = RateHit.objects.bulk_create(RateHit(key=key, at=at) for key, at in [*rows, *more])
    return Turn(allowed, due_at, overrun, hits[len(rows) :])


@contextmanager
def forgiving(turn: Turn) -> Iterator[None]:
    """Gives the mailbox its try back if an error of ours keeps the mail from being written: people press again."""
    try:
        yield
    except Exception:
        RateHit.objects.filter(pk__in=[hit.pk for hit in turn.counted]).delete()
        raise


def held_until(kinds: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Until when strangers wait, for each of the kinds whose hourly limit is holding any back."""
    rows = RateHit.objects.filter(key__in=[_lane_key(kind, proven) for kind in kinds for proven in (False, True)])
    until: dict[str, datetime] = {}
    for key, at in rows.filter(at__gt=now).order_by("at").values_list("key", "at"):
        until[key.split(" ")[1]] = at
    return until


def clear_queue(kind: str, now: datetime) -> None:
    """Makes room: forgets whose turn would still have come."""
    RateHit.objects.filter(key__in=[_lane_key(kind, False), _lane_key(kind, True)], at__gt=now).delete()


def forget(now: datetime) -> int:
    """Deletes counts that are no longer needed; returns the number of rows."""
    return RateHit.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]


def _queue_up(request: Request, now: datetime, crowded: bool) -> tuple[_Lane, bool, _Rows]:
    """The lane, whether it takes no more strangers, and what is to be counted for it. Raises ProofNeeded."""
    around = _networks(request.ip)
    places = {length: _keys(f"{request.scope or request.kind}:{place}", now) for length, place in around}
    task = request.kind, around[-1][1]  # the widest: telephones change addresses
    seed = proof_of_work.solved(request.proof, *task)
    spent = _keys(f"proof:{seed}", now)
    plain, proven = _lane_key(request.kind, False), _lane_key(request.kind, True)
    seen = _seen([plain, proven, *spent, *(key for keys in places.values() for key in keys)], now)

    def is_beyond(times: int) -> bool:
        numbers = {length: sum(seen[key].number for key in keys if key in seen) for length, keys in places.items()}
        return any(number >= times * request.networks[length] for length, number in numbers.items())

    def lane(key: str) -> _Lane:
        hundredth = seen[key].hundredth if key in seen else None
        return _Lane(key, max(now, hundredth + timedelta(hours=1)) if hundredth else now)

    latest = now + request.longest_wait
    rows = [(keys[0], now) for keys in places.values()]
    if not (crowded or is_beyond(1) or lane(plain).due_at > latest):
        return lane(plain), False, [*rows, lane(plain)]
    if not seed or any(key in seen for key in spent):
        raise ProofNeeded(proof_of_work.challenge(*task), from_network=is_beyond(1))
    rows.append((spent[0], now))
    overrun = is_beyond(MOST_WITH_PROOF) or lane(proven).due_at > latest
    return lane(proven), overrun, rows if overrun else [*rows, lane(proven)]


def _mailbox(request: Request, due_at: datetime, now: datetime) -> tuple[bool, datetime, _Rows]:
    """Whether the mailbox may get the mail, when it is due at least MAILBOX_PAUSE from every other, and what to count.

    What is refused is not counted for the mailbox: otherwise a stranger could lock it for ever. It writes as many rows.
    """
    of_box = _keys(f"mailbox:{request.mailbox}", now)
    of_mail = _keys(f"mail:{request.kind}:{request.about}:{request.mailbox}", now)
    hits = RateHit.objects.filter(key__in=[*of_box, *of_mail], at__gt=now - timedelta(days=1)).order_by("at")
    found = list(hits.values_list("key", "at"))
    if not request.mailbox:
        return True, due_at, []
    others = [at for key, at in found if key in of_box]
    same = [at for key, at in found if key in of_mail and at > now - MAILBOX_PAUSE]
    if same or len(others) >= PER_MAILBOX_DAY:
        return False, due_at, [("refused", now), ("refused", now)]
    for at in others:
        if abs(due_at - at) < MAILBOX_PAUSE:
            due_at = at + MAILBOX_PAUSE
    return True, due_at, [(of_box[0], due_at), (of_mail[0], now)]


def _seen(keys: list[str], now: datetime) -> dict[str, _Seen]:
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"keys": keys, "nth": PER_KIND_HOUR, "since": now - timedelta(days=1)})
        return {key: _Seen(number, hundredth) for key, number, hundredth in cursor.fetchall()}


def _crowd() -> str:
    return _("Gerade kommen sehr viele Anfragen.")


def _lane_key(kind: str, proven: bool) -> str:
    return f"lane {kind} proven" if proven else f"lane {kind}"


def _keys(what: str, now: datetime) -> list[str]:
    """Today's key and yesterday's, because 24 hours touch two days."""
    return [_key(what, now), _key(what, now - timedelta(days=1))]


def _key(what: str, day: datetime) -> str:
    daily = hmac.digest(settings.HASH_KEY.encode(), f"limits {day:%Y-%m-%d}".encode(), "sha256")
    return hmac.new(daily, what.encode(), "sha256").hexdigest()


def _networks(ip: str) -> list[tuple[int, str]]:
    """The networks of an address, by the length of their prefixes. All unreadable addresses count as one."""
    address = networks.address_in(ip)
    if address is None:
        return [(32, "unknown")]
    return [
        (length, str(ipaddress.ip_network((address, length), strict=False))) for length in _LENGTHS[address.version]
    ]
