"""Turns the officers' list into offers: first a plan that changes nothing, then the same plan is carried out."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction

from kit import locks, months, phones
from kit.desk.import_plans import Section
from kit.locks import Lock
from mailings.models import Address
from wegweiser import curation, differences, emergencies, first_situations
from wegweiser.imports import lost_letters
from wegweiser.imports.columns import OfferRow, Rejected, Sheet
from wegweiser.models import Offer, Provider, Topic
from wegweiser.search import index
from wegweiser.topics import by_title, ensure

_REJECTED = "Diese Zeilen bleiben weg. Berichtigen Sie sie in Ihrer Datei, und lesen Sie die Datei noch einmal ein."
_LOST = (
    "Beim Speichern sind Buchstaben verloren gegangen. Speichern Sie die Liste in Ihrem Programm als .xlsx, und lesen "
    "Sie diese Datei ein."
)
_NO_FONT = (
    "Diese Buchstaben hat unsere Druckschrift nicht: Im gedruckten Wegweiser steht dort ein Fragezeichen. Auf der "
    "Seite im Internet stimmt alles."
)
_HALVES = (
    "Diese Nummern kann so niemand anrufen. Sie erscheinen nicht, bis jemand sie ergänzt. Oft ist die Null am Anfang "
    "verloren gegangen, weil die Zelle eine Zahl ist: Formatieren Sie die Spalte in Ihrem Programm als Text."
)
_NOWHERE = (
    "In der Spalte „orte“ muss stehen, wo Eltern dafür wohnen müssen: einzelne Orte, „ganzer Kreis“, "
    "„Nordrhein-Westfalen“ oder „bundesweit“. Sonst findet es niemand unter seinem Ort."
)
_EMPTY: tuple[Any, ...] = ("", [], Offer.Cost.UNKNOWN, Offer.Access.UNKNOWN)


class Change(NamedTuple):
    """An offer that differs in the list; `fields` names the differences, in German, and what becomes empty."""

    row: OfferRow
    fields: list[str]


@dataclass(frozen=True)
class Plan:
    """What would become of every row; each is in exactly one of the four lists."""

    new: list[OfferRow]
    changed: list[Change]
    unchanged: list[OfferRow]
    rejected: list[Rejected]

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.changed)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [
            ("neu", len(self.new)),
            ("geändert", len(self.changed)),
            ("unverändert", len(self.unchanged)),
            ("nicht zu verwenden", len(self.rejected)),
        ]

    @property
    def sections(self) -> list[Section]:
        taken = [*self.new, *(change.row for change in self.changed)]
        halves = [(row.number, (row.title, number)) for row in taken for number in row.undialled]
        lost = [(row.number, (row.title, *text)) for row in taken for text in lost_letters.found_in(row)]
        unprintable = [
            (row.number, (row.title, letters[:20])) for row in taken if (letters := lost_letters.unprintable(row))
        ]
        changed = [(row.number, (row.title, ", ".join(fields), row.dials or "–")) for row, fields in self.changed]
        new = [(row.number, (row.title, row.provider, row.dials or "–")) for row in self.new]
        rejected = [(row.number, (row.title or "ohne Titel", row.reason)) for row in self.rejected]
        return [
            Section("Nicht zu verwenden", ("Titel", "Warum"), rejected, _REJECTED),
            Section("Hier fehlen Buchstaben", ("Titel", "Spalte", "Da steht"), lost, _LOST),
            Section("Nicht zu drucken", ("Titel", "Buchstaben"), unprintable, _NO_FONT),
            Section("Nummern, die niemand wählen kann", ("Titel", "Steht da"), halves, _HALVES),
            Section("Geändert", ("Titel", "Was", "Wählt"), changed),
            Section("Alle neuen Angebote ansehen", ("Titel", "Anbieter", "Wählt"), new, is_long=True),
        ]


def plan(sheet: Sheet, *, curated: bool = False) -> Plan:
    """Compares the rows with the stored offers; changes nothing. The same few queries, however long the list is."""
    known = by_title()
    found = Offer.objects.filter(slug__in=[row.slug for row in sheet.rows])
    offers = {offer.slug: offer for offer in found.select_related("provider").prefetch_related("topics")}
    result = Plan([], [], [], list(sheet.rejected))
    for row in sheet.rows:
        offer = offers.get(row.slug)
        if unknown := [topic for topic in row.topics if topic not in known]:
            result.rejected.append(Rejected(row.number, row.title, f"Das Thema „{unknown[0][:80]}“ gibt es nicht."))
        elif _is_nowhere(row, offer):
            result.rejected.append(Rejected(row.number, row.title, _NOWHERE))
        elif offer is None:
            result.new.append(row)
        elif not (fields := _differences(row, offer, known, curated)):
            result.unchanged.append(row)
        elif offer.example or curated:
            result.changed.append(Change(row, fields))
        else:
            reason = "Dieses Angebot ist geprüft. Beispiele ändern es nicht."
            result.rejected.append(Rejected(row.number, row.title, reason))
    result.rejected.sort(key=lambda row: row.number)
    return result


@transaction.atomic
def carry_out(sheet: Sheet, *, curated: bool = False, by: str) -> Plan:
    """Plans again and carries the plan out, all or nothing; a second time it changes nothing."""
    locks.take_patiently(Lock.OFFER_IMPORT)
    planned = plan(sheet, curated=curated)
    if not planned.new and not planned.changed:
        return planned
    topics = ensure()
    providers = _providers([*planned.new, *(change.row for change in planned.changed)])
    _create(planned.new, topics, providers, curated)
    slugs = [change.row.slug for change in planned.changed]
    offers = {offer.slug: offer for offer in Offer.objects.filter(slug__in=slugs)}
    for each in planned.changed:
        row, offer = each.row, offers[each.row.slug]
        # Of what was an example until today nobody has been asked whether it is still true.
        since = {"published_on": months.today()} if curated and offer.example else {}
        curation.change(
            offer,
            by,
            topics=[topics[topic] for topic in row.topics],
            provider=providers[row.provider],
            index=False,
            **_fields(row, curated),
            **since,
        )
    if curated:
        _give_addresses([*planned.new, *(change.row for change in planned.changed)], providers)
    first_situations.create()
    index.rebuild()
    return planned


def _fields(row: OfferRow, curated: bool) -> dict[str, Any]:
    """The fields of the row; an offer that is curated stays so, whatever the list says."""
    return row.contents | ({"example": False} if curated else {})


def _is_nowhere(row: OfferRow, offer: Offer | None) -> bool:
    """Whether a new offer would be in no town's list, or a stored one would leave all."""
    leaves = offer is None or ("area" in row.contents and bool(offer.places))
    return leaves and not row.is_for_somebody


def _differences(row: OfferRow, offer: Offer, topics: dict[str, Topic], curated: bool) -> list[str]:
    differing = [
        differences.label(name) + (" (wird leer)" if value in _EMPTY else "")
        for name, value in _fields(row, curated).items()
        if not _is_same(name, getattr(offer, name), value)
    ]
    if offer.provider.name != row.provider:
        differing.append("Anbieter")
    if {topic.slug for topic in offer.topics.all()} != {topics[topic].slug for topic in row.topics}:
        differing.append("Themen")
    return differing


def _is_same(name: str, stored: Any, read: Any) -> bool:
    return phones.are_same(stored, read) if name == "phones" else bool(stored == read)


def _providers(rows: list[OfferRow]) -> dict[str, Provider]:
    names = {row.provider for row in rows}
    Provider.objects.bulk_create([Provider(name=name) for name in sorted(names)], ignore_conflicts=True)
    return {provider.name: provider for provider in Provider.objects.filter(name__in=names)}


def _create(rows: list[OfferRow], topics: dict[str, Topic], providers: dict[str, Provider], curated: bool) -> None:
    offers = Offer.objects.bulk_create(
        Offer(
            slug=row.slug,
            provider=providers[row.provider],
            state=Offer.State.PUBLISHED,
            published_on=months.today(),
            emergency=emergencies.is_likely(row.title, row.contents.get("search_words", [])),
            **{"example": True} | _fields(row, curated),
        )
        for row in rows
    )
    through = Offer.topics.through
    through.objects.bulk_create(
        through(offer=offer, topic=topics[topic])
        for offer, row in zip(offers, rows, strict=True)
        for topic in row.topics
    )


def _give_addresses(rows: list[OfferRow], providers: dict[str, Provider]) -> None:
    """For curated lists: a provider without an address gets that of its first offer that has one."""
    wanted: dict[str, str] = {}
    for row in rows:
        email = row.contents.get("email")
        if email and providers[row.provider].address_id is None:
            wanted.setdefault(row.provider, email)
    Address.objects.bulk_create([Address(email=email) for email in set(wanted.values())], ignore_conflicts=True)
    addresses = {address.email: address for address in Address.objects.filter(email__in=wanted.values())}
    for name, email in wanted.items():
        Provider.objects.filter(pk=providers[name].pk, address=None).update(address=addresses[email])
