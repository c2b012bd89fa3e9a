"""Turns the officers' list into members: first a plan that changes nothing, then the same plan is carried out."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from kit.desk.import_plans import Section
from mailings.addresses import InvalidAddress, normalise
from mailings.templates import one_line
from members import existing_people, municipalities, signup
from members.details import Details, plausible_years
from members.imports.columns import Row, damaged
from members.models import Member

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SALUTATIONS = ("Frau", "Herr")
_REJECTED = "Diese Zeilen bleiben weg. Berichtigen Sie sie in Ihrer Datei, und lesen Sie die Datei noch einmal ein."
_DAMAGED = (
    "Diese Personen werden eingetragen. Bitte berichtigen Sie danach den Namen; wo ein Fragezeichen steht, beginnen "
    "Mails bis dahin nur mit „Guten Tag“."
)
_ASKED = "Diese Personen haben wir schon per Mail gefragt. Sie bekommen keine zweite Mail."
_ASKED_WITH = "Diese Personen haben wir schon per Mail gefragt. Mit der Einwilligung sind sie sofort dabei."
_LOST = "Diese Personen werden eingetragen, aber ohne diese Angaben."
# How many characters each field takes.
_LONGEST = {field.name: field.max_length for field in Member._meta.fields}


@dataclass(frozen=True)
class Person:
    """`lost` is what the row says and nobody can take over: the column and its text."""

    number: int
    email: str
    details: Details
    lost: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A row that a person must correct; `written` is the text in the column of addresses."""

    number: int
    name: str
    written: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What would become of every row; each is in exactly one of the seven lists.

    Those who were `asked` and have not answered are entered with the new ones if there is a `consent`.
    """

    new: list[Person]
    repeated: list[Person]
    asked: list[Person]
    listed: list[Person]
    left: list[Person]
    suppressed: list[Person]
    rejected: list[Rejected]
    consent: bool = False

    @property
    def entered(self) -> list[Person]:
        return [*self.new, *self.asked] if self.consent else self.new

    @property
    def changes_something(self) -> bool:
        return bool(self.entered)

    @property
    def counts(self) -> list[tuple[str, int]]:
        return [
            ("neu", len(self.new)),
            ("mehrmals in der Liste", len(self.repeated)),
            (f"gefragt, noch nicht bestätigt{': jetzt dabei' if self.consent else ''}", len(self.asked)),
            ("schon im Netzwerk", len(self.listed)),
            ("abgemeldet, das bleibt so", len(self.left)),
            ("ohne Post von uns (gesperrt)", len(self.suppressed)),
            ("nicht zu verwenden", len(self.rejected)),
        ]

    @property
    def sections(self) -> list[Section]:
        rejected = [(row.number, (row.name, row.written, row.reason)) for row in self.rejected]
        lost = [(each.number, (each.details.name, *pair)) for each in self.new for pair in each.lost]
        return [
            Section("Nicht zu verwenden", ("Name", "Da steht", "Warum"), rejected, _REJECTED),
            _people("Im Namen fehlen Buchstaben", [row for row in self.new if damaged(row.details.name)], _DAMAGED),
            Section("Das wird nicht mit übernommen", ("Name", "Spalte", "Da steht"), lost, _LOST),
            _people("Gefragt, noch nicht bestätigt", self.asked, _ASKED_WITH if self.consent else _ASKED),
            _people("Haben sich abgemeldet und bleiben es", self.left),
            _people("Möchten keine Post von uns", self.suppressed),
            _people("Alle neuen Personen ansehen", self.new, is_long=True),
        ]


def _people(title: str, people: list[Person], text: str = "", *, is_long: bool = False) -> Section:
    rows = [(person.number, (person.details.name or "ohne Namen", person.email)) for person in people]
    return Section(title, ("Name", "Adresse"), rows, text, is_long)


def plan(rows: list[Row], *, consent: str = "") -> Plan:
    """Sorts the rows into new ones and others; changes nothing. Two queries, however long the list is.

    `consent` says where the proof is kept; empty, the people are asked by mail.
    """
    rejected, repeated = [], []
    people: dict[str, Person] = {}
    for row in rows:
        try:
            person = _person(row)
        except InvalidAddress as error:
            rejected.append(Rejected(row.number, row.name, row.email, error.reason))
            continue
        if first := people.get(person.email):
            repeated.append(person)
            person = replace(first, details=_joined(first.details, person.details))
        people[person.email] = person
    known = existing_people.known(list(people))
    new: list[Person] = []
    in_state: dict[str, list[Person]] = {state: [] for state in Member.State.values}
    suppressed: list[Person] = []
    for email, person in people.items():
        if email in known.suppressed:
            suppressed.append(person)
        elif email not in known.states:
            new.append(person)
        else:
            in_state[known.states[email]].append(person)
    asked, listed, left = (in_state[state] for state in (Member.State.PENDING, Member.State.ACTIVE, Member.State.LEFT))
    return Plan(new, repeated, asked, listed, left, suppressed, rejected, consent=bool(consent.strip()))


@transaction.atomic
def carry_out(plan: Plan, *, consent: str, by: str) -> list[Member]:
    """Enters those who are still new, and returns them; carried out twice, a plan enters nobody twice.

    `consent` says where the proof is kept: the people are members at once and nothing is sent, and so are those who
    were asked before and have not answered. Without it each is asked by mail.
    """
    existing_people.take_turns()
    known = existing_people.known([person.email for person in plan.entered])
    people = [(person.email, person.details) for person in plan.new if person.email not in known]
    if consent.strip():
        people += _still_pending(plan.asked)
    if not people:
        return []
    return signup.enter_all(people, origin=Member.Origin.IMPORT, by=by, proof=consent.strip())


def _still_pending(people: list[Person]) -> list[tuple[str, Details]]:
    """Those who have not answered yet; what a person has told herself counts more than the list."""
    found = {person.email: person.details for person in people}
    pending = Member.objects.pending().filter(address__email__in=found).select_related("address")
    return [
        (
            member.mailbox.email,
            _joined(
                Details(
                    **{name: getattr(member, name) for name in Details.FIELDS},
                    discreet=member.mailbox.discreet,
                    note=member.note,
                ),
                found[member.mailbox.email],
            ),
        )
        for member in pending
    ]


def _person(row: Row) -> Person:
    """Raises InvalidAddress if the row holds no address that we can write to."""
    name = row.name
    if name and row.salutation in _SALUTATIONS:
        name = f"{row.salutation} {name}"
    texts = {"name": name} | row.details
    told: dict[str, Any] = {field: one_line(text)[: _LONGEST[field]] for field, text in texts.items()}
    written = {int(year) for year in _YEAR.findall(row.children)}
    years = plausible_years(sorted(written))
    details = Details(municipality=municipalities.find(row.town), children_years=years, note=row.note, **told)
    kept = {"Geburtsjahre": bool(years) and len(years) == len(written), "Anrede": row.salutation in _SALUTATIONS}
    held = {"Geburtsjahre": row.children, "Anrede": row.salutation}
    lost = tuple((column, one_line(text)) for column, text in held.items() if text and not kept[column])
    return Person(row.number, normalise(row.email), details, lost)


def _joined(first: Details, again: Details) -> Details:
    """Joins one person's two rows: the first counts, and the second adds what the first lacks."""
    unsure = not first.name or damaged(first.name)
    notes = [first.note] if again.note in first.note else [first.note, again.note]
    told = {field: getattr(first, field) or getattr(again, field) for field in Details.FIELDS}
    told["name"] = again.name or first.name if unsure else first.name
    return replace(first, **told, note="\n".join(filter(None, notes)))
