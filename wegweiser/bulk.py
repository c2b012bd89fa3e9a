"""One action on many offers at once, and the way back. The former versions are what it goes back to."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db import transaction

from wegweiser import curation
from wegweiser.models import Offer, Version

# More at once would keep a page waiting, and be too much to go back.
MOST = 500


class Order(NamedTuple):
    """What officers can do to many offers: the rule, the question before it, and what is said and logged after it."""

    rule: Callable[[Offer, str], bool]
    question: str
    done: str


ORDERS = {
    "check_today": Order(curation.checked_today, "als heute geprüft kennzeichnen", "Heute geprüft."),
    "publish": Order(curation.publish, "veröffentlichen", "Veröffentlicht."),
    "archive": Order(curation.archive, "nicht mehr zeigen", "Aus dem Wegweiser genommen."),
}


def offers_in_words(number: int) -> str:
    return "1 Angebot" if number == 1 else f"{number} Angebote"


@transaction.atomic
def carry_out(order: Order, offers: Iterable[Offer], by: str) -> list[Offer]:
    """Carries out the order and returns the offers that it changed."""
    return [offer for offer in offers if order.rule(offer, by)]


def way_back(offers: Iterable[Offer]) -> list[int]:
    """The versions that a later `undo` of what was just done to these offers goes back to."""
    newest = Version.objects.filter(offer__in=[offer.pk for offer in offers]).order_by("offer_id", "-pk")
    return list(newest.distinct("offer_id").values_list("pk", flat=True))


@transaction.atomic
def undo(versions: Iterable[int], by: str) -> list[Offer]:
    """Gives the offers the state and the check back that they had; those that changed since stay as they are."""
    restored = []
    for version in Version.objects.filter(pk__in=list(versions)).select_related("offer").order_by("offer_id"):
        offer = curation.locked(version.offer)
        if not offer.versions.filter(pk__gt=version.pk).exists() and _give_back(offer, version, by):
            restored.append(offer)
    return restored


def _give_back(offer: Offer, version: Version, by: str) -> bool:
    held = version.contents
    checked_on = date.fromisoformat(held["checked_on"]) if held["checked_on"] else None
    return curation.change(offer, by, state=held["state"], example=held["example"], checked_on=checked_on)
