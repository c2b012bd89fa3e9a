"""Turns the officers' list into offers: first a plan that changes nothing, then the same plan is carried out."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from kit import locks, months
from kit.locks import Lock
from mailings.models import Address
from wegweiser import curation, differences, first_situations
from wegweiser.imports.columns import OfferRow, Rejected, Sheet
from wegweiser.models import Offer, Provider, Topic
from wegweiser.search import index
from wegweiser.topics import by_title, ensure


@dataclass(frozen=True)
class Change:
    """An offer that differs in the list; `fields` names the differences, in German."""

    entry: OfferRow
    fields: list[str]


@dataclass(frozen=True)
class Plan:
    """What would become of every row; each is in exactly one of the four lists."""

    new: list[OfferRow]
    changed: list[Change]
    unchanged: list[OfferRow]
    rejected: list[Rejected]

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [
            ("neu", len(self.new)),
            ("geändert", len(self.changed)),
            ("unverändert", len(self.unchanged)),
            ("nicht zu verwenden", len(self.rejected)),
        ]


def plan(sheet: Sheet, *, curated: bool = False) -> Plan:
    """Compares the rows with the stored offers; changes nothing. The same few queries, however long the list is."""
    known = by_title()
    found = Offer.objects.filter(slug__in=[entry.slug for entry in sheet.entries])
    offers = {offer.slug: offer for offer in found.select_related("provider").prefetch_related("topics")}
    result = Plan([], [], [], list(sheet.rejected))
    for entry in sheet.entries:
        offer = offers.get(entry.slug)
        if unknown := [topic for topic in entry.topics if topic not in known]:
            result.rejected.append(Rejected(entry.number, entry.title, f"Das Thema „{unknown[0][:80]}“ gibt es nicht."))
        elif offer is None:
            result.new.append(entry)
        elif not (fields := _differences(entry, offer, known, curated)):
            result.unchanged.append(entry)
        elif offer.example or curated:
            result.changed.append(Change(entry, fields))
        else:
            reason = "Dieses Angebot ist geprüft. Beispiele ändern es nicht."
            result.rejected.append(Rejected(entry.number, entry.title, reason))
    result.rejected.sort(key=lambda row: row.number)
    return result


@transaction.atomic
def carry_out(sheet: Sheet, *, curated: bool = False, by: str) -> Plan:
    """Plans again and carries the plan out, all or nothing; a second time it changes nothing."""
    locks.take(Lock.OFFER_IMPORT)
    planned = plan(sheet, curated=curated)
    if not planned.new and not planned.changed:
        return planned
    topics = ensure()
    providers = _providers([*planned.new, *(change.entry for change in planned.changed)])
    _create(planned.new, topics, providers, curated)
    slugs = [change.entry.slug for change in planned.changed]
    offers = {offer.slug: offer for offer in Offer.objects.filter(slug__in=slugs)}
    for each in planned.changed:
        entry = each.entry
        curation.change(
            offers[entry.slug],
            by,
            topics=[topics[topic] for topic in entry.topics],
            provider=providers[entry.provider],
            index=False,
            **_fields(entry, curated),
        )
    if curated:
        _give_addresses([*planned.new, *(change.entry for change in planned.changed)], providers)
    first_situations.create()
    index.rebuild()
    return planned


def _fields(entry: OfferRow, curated: bool) -> dict[str, Any]:
    """The fields of the row; an offer that is curated stays so, whatever the list says."""
    return (
        entry.contents
        | {"source": entry.source, "source_month": entry.source_month}
        | ({"example": False} if curated else {})
    )


def _differences(entry: OfferRow, offer: Offer, topics: dict[str, Topic], curated: bool) -> list[str]:
    differing = [
        differences.label(name) for name, value in _fields(entry, curated).items() if getattr(offer, name) != value
    ]
    if offer.provider.name != entry.provider:
        differing.append("Anbieter")
    if {topic.slug for topic in offer.topics.all()} != {topics[topic].slug for topic in entry.topics}:
        differing.append("Themen")
    return differing


def _providers(entries: list[OfferRow]) -> dict[str, Provider]:
    names = {entry.provider for entry in entries}
    Provider.objects.bulk_create([Provider(name=name) for name in sorted(names)], ignore_conflicts=True)
    return {provider.name: provider for provider in Provider.objects.filter(name__in=names)}


def _create(entries: list[OfferRow], topics: dict[str, Topic], providers: dict[str, Provider], curated: bool) -> None:
    offers = Offer.objects.bulk_create(
        Offer(
            slug=entry.slug,
            provider=providers[entry.provider],
            state=Offer.State.PUBLISHED,
            published_on=months.today(),
            **{"example": True} | _fields(entry, curated),
        )
        for entry in entries
    )
    through = Offer.topics.through
    through.objects.bulk_create(
        through(offer=offer, topic=topics[topic])
        for offer, entry in zip(offers, entries, strict=True)
        for topic in entry.topics
    )


def _give_addresses(entries: list[OfferRow], providers: dict[str, Provider]) -> None:
    """For curated lists: a provider without an address gets that of its first offer that has one."""
    wanted: dict[str, str] = {}
    for entry in entries:
        email = entry.contents["email"]
        if email and providers[entry.provider].address_id is None:
            wanted.setdefault(entry.provider, email)
    Address.objects.bulk_create([Address(email=email) for email in set(wanted.values())], ignore_conflicts=True)
    rows = {address.email: address for address in Address.objects.filter(email__in=wanted.values())}
    for name, email in wanted.items():
        Provider.objects.filter(pk=providers[name].pk, address=None).update(address=rows[email])
