"""The list for the door: to print, as CSV and XLSX without formulas (S-10), names and no remarks (P-24)."""

import csv
import io
import re

import pytest
from django.test import Client
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from events import door
from events.answering import answers
from events.answering.answers import Details
from events.door import Household
from events.models import Event, Reply
from kit.spreadsheets.writing import TRIGGERS, csv_of, unguarded, xlsx_of
from members.models import Member
from tests import FULL
from tests.desk import page
from tests.events.desk.test_event_forms import at
from tests.events.meetings import household, invite, meeting, party

pytestmark = pytest.mark.django_db


# Hundreds of cells take minutes to make smaller, and the first that fails tells enough.
NOT_SHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]


def breakfast() -> Event:
    event = meeting(seats=20, care=10)
    anna, ben, cem = invite(event, "anna@example.org", "ben.k@example.org", "cem@example.org")
    answers.accept(anna, party(1, 4, 7, care=1), Details("=1+1", "Ärmel, Anna", "+49 30 23125-001"))
    answers.accept(ben, party(2))
    answers.decline(cem)
    answers.accept(household(event, "Zoe"), party(1, 12), Details("Bitte Stuhl", "Zoe Berg", "030 23125-9"), by="amt")
    return event


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_who_comes_stands_by_name_with_heads_childcare_and_phone(beate: Client) -> None:
    event = breakfast()
    assert door.households(event, by_address=True) == [
        Household("Ärmel, Anna", 1, "+49 30 23125-001", [0, 1, 1, 0, 0], [0, 1, 0, 0, 0]),
        Household("ohne Namen (ben.k)", 2),
        Household("Zoe Berg", 1, "030 23125-9", [0, 0, 0, 1, 0]),
    ]
    shown = page(beate, at(event, "tuer"))
    for part in ("Ärmel, Anna", "1 (3–5), 1 (6–9)", "+49 30 23125-001", "Zusammen"):
        assert part in shown
    for part in ("cem", "=1+1", "Bitte Stuhl", "@example.org"):
        assert part not in shown
    assert re.findall(r'data-label="Personen">(\d+)', shown) == ["3", "2", "2", "7"]
    assert shown.count('class="blank"') == 4


def test_a_member_who_gave_no_name_with_the_answer_is_named_as_in_the_list() -> None:
    event = meeting()
    (ben,) = invite(event, "ben@example.org")
    answers.accept(ben, party(1))
    Member.objects.update(name="Ben Klein")
    assert [each.name for each in door.households(event)] == ["Ben Klein"]


def test_nobody_comes_yet(beate: Client) -> None:
    event = meeting()
    assert "Noch hat niemand zugesagt." in page(beate, at(event, "tuer"))
    assert next(iter(door.rows(event)))[:3] == ["Zusammen", "0", "0"]


def test_both_files_hold_the_same_and_the_number_stays_readable(beate: Client) -> None:
    event = breakfast()
    answer = beate.post(f"/verwaltung/events/event/{event.pk}/tuer/liste.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{event.slug}.csv"'
    assert "no-store" in answer["Cache-Control"]
    rows = read_csv(answer.getvalue())
    assert rows[0] == door.HEADER
    first = ["Ärmel, Anna", "3", "1", "0", "1", "1", "0", "0", "0", "1", "0", "0", "0", "'+49 30 23125-001"]
    assert rows[1] == first
    assert rows[-1][:9] == ["Zusammen", "7", "4", "0", "1", "1", "1", "0", "0"]
    book = load_workbook(io.BytesIO(beate.post(f"/verwaltung/events/event/{event.pk}/tuer/liste.xlsx").getvalue()))
    cells = [[cell.value or "" for cell in row] for row in book.active.rows]
    assert cells[1] == [*first[:-1], "+49 30 23125-001"]
    assert book.active["N2"].data_type == "s"
    assert not any(remark in cell for row in cells for cell in row for remark in ("1+1", "Stuhl"))
    assert beate.post(f"/verwaltung/events/event/{event.pk}/tuer/liste.exe").status_code == 404


def test_only_who_comes_is_on_it() -> None:
    event = breakfast()
    Reply.objects.filter(name="Zoe Berg").update(state="waiting", seats=0, adults=0)
    assert [each.name for each in door.households(event)] == ["Ärmel, Anna", "ohne Namen"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@given(
    people=st.lists(
        st.tuples(st.text(max_size=40), st.sampled_from(["+49 30 23125-1", "=2+3", "@x", "\t=1", "|cmd", "%A", "-1"])),
        min_size=25,
        max_size=25,
    )
)
@hypothesis_settings(max_examples=100 if FULL else 15, phases=NOT_SHRUNK)
def test_no_cell_becomes_a_formula(form: str, people: list[tuple[str, str]]) -> None:
    """S-10, in full: 100 × 25 × 2 = 5,000 cells that people can fill, in either kind of file."""
    households = [Household(name, 1, phone) for name, phone in people]
    rows = [each.row() for each in households]
    if form == "csv":
        read = read_csv(csv_of(door.HEADER, rows))
        for made, row in zip(read[1:], rows, strict=True):
            assert not any(cell.startswith(TRIGGERS) for cell in made)
            assert unguarded(made[-1]).strip() == row[-1].strip()
    else:
        book = load_workbook(io.BytesIO(xlsx_of(door.HEADER, rows)))
        assert not any(cell.value and cell.data_type != "s" for row in book.active.rows for cell in row)
