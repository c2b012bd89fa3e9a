"""The Zwischenbilanz adds up: a year made by hand, and what forgetting and erasing may not change (R-07)."""

import json
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.answering import answers, phone_answers
from events.answering.answers import Details
from kit import tallies
from kit.tallies import Channel, What
from mailings.models import Address
from members import callers
from members.details import Details as About
from netzwerk import upkeep
from netzwerk.models import CountedSince, PublishedReport, Tally
from netzwerk.privacy import register
from netzwerk.report import counting, publishing, sheet, spans
from netzwerk.report.figures import FIGURES
from netzwerk.report.spans import Span
from tests.events.meetings import invite, meeting, party
from tests.netzwerk.desk import crowd
from tests.netzwerk.report.year import live, on
from tests.post import Post
from tests.tallies import counted

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).with_name("2025.json")


def printed(begin: str = "2025-01-01", end: str = "2025-12-31", **options: Any) -> str:
    return as_file(begin, end, **options).decode()


def as_file(begin: str = "2025-01-01", end: str = "2025-12-31", **options: Any) -> bytes:
    """What stands in the file into which somebody has sent it."""
    file = BytesIO()
    out = TextIOWrapper(file, encoding="utf-8", newline="")
    call_command("report", "--from", begin, "--to", end, stdout=out, **options)
    out.flush()
    return file.getvalue()


@pytest.fixture
def year(post: Post, client) -> None:
    live(post)


def test_a_year_made_by_hand_has_the_figures_counted_by_hand(year) -> None:
    with on("2026-01-11"):
        assert printed() == GOLDEN.read_text(encoding="utf-8")


def test_erasing_everybody_and_forgetting_everything_changes_no_figure(year) -> None:
    with on("2026-01-11"):
        before = printed(), printed(format="csv")
    with on("2031-01-11"):
        for address in Address.objects.all():
            register.erase(address, timezone.now())
        upkeep.run()
        assert Address.objects.count() == 0
    with on("2026-01-11"):
        assert (printed(), printed(format="csv")) == before


def test_a_family_that_is_erased_on_the_evening_of_the_meeting_is_still_counted(post: Post) -> None:
    with on("2025-09-01"):
        event = meeting(seats=7, care=2, begins_at=timezone.now() + timedelta(days=19))
        (anna,) = invite(event, "anna@example.org")
        answers.accept(anna, party(1, 4, care=1))
    with on("2025-09-21"):  # before the daily job has come to it
        register.erase(Address.objects.get(email="anna@example.org"), timezone.now())
        counting.catch_up(timezone.now())
    assert (counted(What.CHILDREN), counted(What.CHILDCARE), counted(What.HELD)) == (1, 1, 1)


def test_a_caller_is_invited_by_being_called_once() -> None:
    event = meeting()
    caller = callers.enter("030 23125-118", About(name="Frau Hees"), by="amt", proof="am Telefon")
    for adults in (1, 2):
        phone_answers.enter_member(event, caller, party(adults), Details(), "amt", wait_for_childcare=False)
    assert counted(What.INVITED) == 1


def test_what_is_published_is_rounded_and_stays(year) -> None:
    with on("2026-01-11"):
        before = printed(public=True)
        found = json.loads(before)
        assert (found["public"], found["note"]) == (True, "")
        assert [found[key] for key in ("members", "joined", "left", "invited", "families")] == [10, 10, 0, 10, 0]
        assert (found["came"], found["events"], found["percent"]) == ({"adults": 5, "children": 5}, 1, {"checked": 67})
        assert as_file(public=True, format="pdf").startswith(b"%PDF-1.7")
    with on("2026-02-11"):
        tallies.count(What.INVITED, 100, on=date(2025, 5, 1))
        assert printed(public=True) == before
        assert json.loads(printed())["invited"] == 109


def test_spans_that_tell_too_much_are_refused_in_a_sentence(year) -> None:
    with on("2026-01-11"):
        for begin, end in (("2025-01-01", "2025-12-30"), ("2025-02-01", "2025-07-31"), ("2024-07-01", "2025-06-30")):
            with pytest.raises(CommandError, match="nur ganze Jahre und Halbjahre"):
                printed(begin, end, public=True)
        with pytest.raises(CommandError, match="noch nicht vorbei"):
            printed("2026-01-01", "2026-06-30", public=True)
        with pytest.raises(CommandError, match="liegt nach dem letzten"):
            printed("2026-02-01", "2026-01-01")


def test_what_began_to_be_counted_later_is_no_nought(year) -> None:
    CountedSince.objects.create(what="mail sent", on=date(2025, 4, 1))
    CountedSince.objects.create(what="invited", on=date(2026, 1, 1))
    with on("2026-01-11"):
        found = json.loads(printed())
    assert found["mails"] == {"sent": 11, "returned": 1}
    assert found["counted_since"] == {"mails.sent": "2025-04-01"}
    assert (found["invited"], found["before"][0]["mails"]["sent"]) == (None, None)
    assert found["before"][1]["members"] is None  # there was no portal


def test_any_span_is_counted_as_of_any_day(year) -> None:
    found = sheet.exact(Span(date(2025, 6, 30), date(2025, 9, 20)), date(2025, 9, 3))
    assert [found.now.of(key) for key in ("left", "invited", "families", "events", "answers.link")] == [1, 9, 0, 0, 3]
    assert [column.span.label for column in found.columns] == ["30.6.–20.9.2023", "30.6.–20.9.2024", "30.6.–20.9.2025"]


def test_spans_of_former_years_end_with_the_month_too() -> None:
    assert Span(date(2024, 2, 1), date(2024, 2, 29)).years_before(1) == Span(date(2023, 2, 1), date(2023, 2, 28))
    assert Span(date(2025, 2, 1), date(2025, 2, 28)).years_before(1) == Span(date(2024, 2, 1), date(2024, 2, 29))
    assert [span.name for span in (spans.year(2026), *spans.halves(2026))] == ["2026", "2026-1", "2026-2"]
    assert spans.named("2026-2") == spans.halves(2026)[1]
    assert (spans.named("2026-3"), spans.named("26"), Span(date(2026, 1, 2), date(2026, 12, 31)).name) == (
        None,
        None,
        "",
    )


def naive(rows: list[tuple[What, date, str, int]], span: Span) -> dict[str, int]:
    """The same figures, counted row by row."""
    found = dict.fromkeys((figure.key for figure in FIGURES), 0)
    for what, on_day, of, number in rows:
        for figure in FIGURES:
            begin = date.min if figure.level else span.begin
            if what in figure.whats and figure.of in ("", of) and begin <= on_day <= span.end:
                found[figure.key] += number if what in figure.plus else -number
    return found


@pytest.mark.parametrize("number", [200, pytest.param(10_000, marks=pytest.mark.proof)])
def test_random_events_are_counted_as_one_would_count_them_by_hand(number: int) -> None:
    random = Random(number)
    keys = {What.HELD: ["treffen", "vortrag"], What.ANSWERED: [*Channel.values], What.CHILDREN: ["3-5", "6-9"]}
    rows = [(What.JOINED, date(2023, 1, 1), "", 1)]
    for _time in range(number):
        what = random.choice(list(What))
        day = date(2023, 1, 1) + timedelta(days=random.randrange(3 * 365))
        rows.append((what, day, random.choice(keys.get(what, [""])), random.choice([1, 1, 1, 2, 5])))
    for what, day, of, times in rows:
        tallies.count(what, times, on=day, of=of)
    year = spans.year(2025)
    for column in sheet.exact(year, date(2026, 1, 1)).columns:
        expected = naive(rows, column.span)
        expected["percent.checked"] = round(100 * expected["percent.checked"] / expected["offers"])
        assert column.values == expected
        assert column.months[column.span.end] == expected["members"]


def test_what_is_rolled_back_is_not_counted() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        tallies.count(What.INVITED, 5)
        raise ZeroDivisionError
    assert counted("invited") == 0


def test_nobody_changes_what_was_counted_or_published(year) -> None:
    with on("2026-01-11"):
        publishing.publish(spans.year(2025), "amt")
    for model, other in ((Tally, {"number": 0}), (PublishedReport, {"figures": {}})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**other)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()


@pytest.mark.proof
def test_a_hundred_thousand_members_cost_five_queries_that_read_each_tally_once() -> None:
    """About two seconds on two quiet cores, in PostgreSQL's own units, which no other load changes."""
    day = date(2023, 1, 1)
    rows = [
        Tally(what=what, on=day + timedelta(days=number % 1000))
        for what in ("joined", "confirmed", "answered")
        for number in range(100_000)
    ]
    Tally.objects.bulk_create(rows, batch_size=10_000)
    crowd.analyse()
    with CaptureQueriesContext(connection) as captured:
        found = sheet.exact(spans.year(2025), date(2026, 1, 1))
    assert (found.now.of("members"), found.columns[0].of("joined")) == (100_000, 36_500)
    prices = [crowd.cost(query["sql"]) for query in captured.captured_queries]
    assert len(prices) == 5
    assert sum(prices) < 30_000, prices
