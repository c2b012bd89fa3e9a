"""One action on many offers or hints at once, and the way back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from wegweiser import curation
from wegweiser.models import Hint, Offer, Version

# More at once would keep a page waiting, and be too much to go back.
MOST = 500


class Order(NamedTuple):
    """What officers can do to many rows: the rule, the question before it, and what is said and logged after it."""

    rule: Callable[[Any, str], bool]
    question: str
    done: str


@dataclass(frozen=True)
class Kind:
    """Rows that orders are for. `way_back` notes, as JSON holds it, what a later `undo` needs to know of them."""

    one: str
    many: str
    orders: dict[str, Order]
    way_back: Callable[[list[Any]], list[Any]]
    undo: Callable[[list[Any], str], list[Any]]

    def in_words(self, number: int) -> str:
        return f"1 {self.one}" if number == 1 else f"{number} {self.many}"


@transaction.atomic
def carry_out(order: Order, rows: Iterable[Any], by: str) -> list[Any]:
    """Carries out the order and returns the rows that it changed."""
    return [row for row in rows if order.rule(row, by)]


def _former_versions(offers: list[Offer]) -> list[int]:
    newest = Version.objects.filter(offer__in=[offer.pk for offer in offers]).order_by("offer_id", "-pk")
    return list(newest.distinct("offer_id").values_list("pk", flat=True))


@transaction.atomic
def _give_back(versions: list[int], by: str) -> list[Offer]:
    """Gives the offers the state and the check back that they had; those that changed since stay as they are."""
    restored = []
    for version in Version.objects.filter(pk__in=versions).select_related("offer").order_by("offer_id"):
        offer = curation.locked(version.offer)
        if not offer.versions.filter(pk__gt=version.pk).exists() and curation.give_back(offer, version, by):
            restored.append(offer)
    return restored


def _when_done(hints: list[Hint]) -> list[tuple[int, str]]:
    done = Hint.objects.filter(pk__in=[hint.pk for hint in hints], done_at__isnull=False)
    return [(pk, at.isoformat()) for pk, at in done.values_list("pk", "done_at") if at]


@transaction.atomic
def _open_again(done: list[tuple[int, str]], by: str) -> list[Hint]:
    """Those that somebody has opened and done again meanwhile stay done."""
    rows = (Hint.objects.filter(pk=pk, done_at=datetime.fromisoformat(at)).first() for pk, at in done)
    return [hint for hint in rows if hint and curation.reopen(hint)]


OFFERS = Kind(
    "Angebot",
    "Angebote",
    {
        "check_today": Order(curation.checked_today, "als heute geprüft kennzeichnen", "Heute geprüft."),
        "publish": Order(curation.publish, "veröffentlichen", "Veröffentlicht."),
        "archive": Order(curation.archive, "nicht mehr zeigen", "Aus dem Wegweiser genommen."),
    },
    _former_versions,
    _give_back,
)
HINTS = Kind(
    "Hinweis",
    "Hinweise",
    {"done": Order(curation.done, "als erledigt abhaken", "Erledigt.")},
    _when_done,
    _open_again,
)
