"""The list for the door: to print, as CSV and XLSX without formulas (S-10), names and no remarks (P-24)."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from events import door
from events.answering import answers
from events.answering.answers import Details
from events.door import Household
from events.models import Capacity, Event, Reply
from kit.local_time import midnight
from kit.spreadsheets.writing import TRIGGERS, csv_of, unguarded, xlsx_of
from members.models import Member
from tests import FULL
from tests.desk import logged, page
from tests.events.desk.test_event_forms import at
from tests.events.meetings import household, invite, meeting, party
from tests.post import Post
from tests.pressing import form_of, press

pytestmark = pytest.mark.django_db


# Hundreds of cells take minutes to make smaller, and the first that fails tells enough.
NOT_SHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]


def breakfast() -> Event:
    event = meeting(seats=20, care=10)
    anna, ben, cem = invite(event, "anna@example.org", "ben.k@example.org", "cem@example.org")
    answers.accept(anna, party(1, 4, 7, care=1), Details("=1+1", "Ärmel, Anna", "+49 30 23125-001"))
    answers.accept(ben, party(2), Details("", "", "+ privat"))
    answers.decline(cem)
    answers.accept(household(event, "Zoe"), party(1, 12), Details("Bitte Stuhl", "Zoe Berg", "030 23125-9"), by="amt")
    return event


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_who_comes_stands_by_name_with_heads_childcare_and_phone(beate: Client) -> None:
    event = breakfast()
    assert door.households(event, by_address=True) == [
        Household("Ärmel, Anna", 1, "+49 30 23125-001", [0, 1, 1, 0, 0], [0, 1, 0, 0, 0]),
        Household("ohne Namen (ben.k)", 2, "+ privat"),
        Household("Zoe Berg", 1, "030 23125-9", [0, 0, 0, 1, 0]),
    ]
    shown = page(beate, at(event, "tuer"))
    for part in ("Ärmel, Anna", "1 (3–5), 1 (6–9)", 'href="tel:+493023125001">030 23125001</a>', "Zusammen"):
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
    first = ["Ärmel, Anna", "3", "1", "0", "1", "1", "0", "0", "0", "1", "0", "0", "0", "030 23125001"]
    assert rows[1] == first
    assert rows[2][-1] == "'+ privat"
    assert rows[-1][:9] == ["Zusammen", "7", "4", "0", "1", "1", "1", "0", "0"]
    book = load_workbook(io.BytesIO(beate.post(f"/verwaltung/events/event/{event.pk}/tuer/liste.xlsx").getvalue()))
    cells = [[cell.value or "" for cell in row] for row in book.active.rows]
    assert cells[1] == first
    assert cells[2][-1] == "+ privat"
    assert {book.active[cell].data_type for cell in ("N2", "N3")} == {"s"}
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


# ticking -----------------------------------------------------------------------------------------------------------


def now(event: Event) -> None:
    """The event has begun an hour ago, or at midnight: a meeting of yesterday stands nowhere under "Heute"."""
    begun = max(timezone.now() - timedelta(hours=1), midnight(timezone.localdate()))
    Event.objects.filter(pk=event.pk).update(begins_at=begun, answer_by=begun, ends_at=begun + timedelta(hours=2))
    event.refresh_from_db()


def at_the_door(shown: str) -> dict[str, tuple[int, int]]:
    found = re.findall(r'data-count="(\w+)">(\d+)</span> <small>von (\d+)', shown)
    return {name: (int(some), int(all)) for name, some, all in found}


def test_ticking_without_javascript_leads_back_to_the_row(beate: Client) -> None:
    """Two taps from "Heute": the list, then the household. A third takes it back."""
    event = breakfast()
    now(event)
    [today] = [alert for alert in beate.get("/verwaltung/").context["alerts"] if "Tür" in alert.action]
    shown = page(beate, today.url)
    assert at_the_door(shown) == {"people": (0, 7), "families": (0, 3), "in_childcare": (0, 1)}
    anna = Reply.objects.get(name="Ärmel, Anna")
    path, data = form_of(shown, "Da: Ärmel, Anna")
    assert path == f"{at(event, 'tuer')}{anna.pk}/"
    assert beate.post(path, data)["Location"] == f"{at(event, 'tuer')}#familie-{anna.pk}"
    assert beate.post(path, data).status_code == 302  # a double click
    shown = page(beate, at(event, "tuer"))
    assert at_the_door(shown) == {"people": (3, 7), "families": (1, 3), "in_childcare": (1, 1)}
    assert len(re.findall('aria-pressed="true"', shown)) == 1
    shown = press(beate, shown, "Da: Ärmel, Anna")
    assert at_the_door(shown)["people"] == (0, 7)
    assert [line for line in logged() if "Ärmel" in line] == []


def test_before_its_days_nothing_can_be_ticked(beate: Client) -> None:
    event = breakfast()
    assert "Da: Ärmel" not in page(beate, at(event, "tuer"))
    anna = Reply.objects.get(name="Ärmel, Anna")
    answer = beate.post(f"{at(event, 'tuer')}{anna.pk}/", {"da": "ja"}, follow=True)
    assert "Hier können Sie gerade nicht abhaken." in answer.content.decode()
    assert "nicht abhaken" in beate.post(at(event, "tuer/dazu"), {"name": "Zoe"}, follow=True).content.decode()
    assert not Reply.objects.came().exists()


def test_two_phones_tick_the_same_household_and_the_script_learns_the_whole_list(beate: Client) -> None:
    event = breakfast()
    now(event)
    anna, zoe = Reply.objects.get(name="Ärmel, Anna"), Reply.objects.get(name="Zoe Berg")
    script = {"accept": "application/json"}
    tapped = int((timezone.now() - timedelta(seconds=9)).timestamp() * 1000)

    def tick(reply: Reply, here: str, moment: object) -> dict[str, object]:
        answer = beate.post(f"{at(event, 'tuer')}{reply.pk}/", {"da": here, "um": moment}, headers=script)
        return answer.json()

    count = {"people": [3, 7], "families": [1, 3], "in_childcare": [1, 1]}
    taken = {"here": [anna.pk], "count": count, "refusal": ""}
    assert tick(anna, "ja", tapped) == taken
    assert tick(anna, "ja", tapped) == taken  # sent again: its answer was lost
    assert tick(anna, "ja", tapped + 2000) == taken
    assert tick(zoe, "ja", tapped)["here"] == [anna.pk, zoe.pk]
    assert tick(anna, "nein", tapped + 4000)["here"] == [zoe.pk]
    late = tick(anna, "ja", tapped)  # a copy that was long on its way
    assert late["here"] == [zoe.pk]
    assert "nach Ihnen anders abgehakt" in str(late["refusal"])
    for odd in ("", "morgen", "9" * 40, "-1"):
        assert tick(anna, "ja", odd)["here"] == [anna.pk, zoe.pk]
    assert beate.get(at(event, "tuer"), headers=script).json()["here"] == [anna.pk, zoe.pk]


def test_a_long_list_costs_no_more_queries(beate: Client, django_assert_max_num_queries) -> None:
    event = breakfast()
    now(event)
    Reply.objects.bulk_create([Reply(event=event, name=f"F{n}", state="yes", seats=1, adults=1) for n in range(60)])
    with django_assert_max_num_queries(12):
        assert at_the_door(page(beate, at(event, "tuer")))["families"] == (0, 63)


def test_somebody_unannounced_is_added_with_a_name_and_numbers(beate: Client, post: Post) -> None:
    event = breakfast()
    now(event)
    Capacity.objects.update(total=7, seat_limit=7)
    post.deliver()
    shown = page(beate, at(event, "tuer"))
    wrong = press(beate, shown, "Ist da", name=" ", adults="2")
    assert "Schreiben Sie einen Namen. Ein Vorname genügt." in wrong
    assert '<option value="2" selected>' in wrong
    done = press(beate, wrong, "Ist da", name="Familie Öz", children_1="1", cared_for="on", phone="030 23125-44")
    assert "Familie Öz ist da: 2 Erwachsene und 1 Kind, das Kind in der Kinderbetreuung." in done
    assert "Vergeben sind 10 Plätze, 3 mehr als 7." in done
    assert at_the_door(done) == {"people": (3, 10), "families": (1, 4), "in_childcare": (1, 2)}
    press(beate, wrong, "Ist da", name="Familie Öz", children_1="1", cared_for="on")  # sent again
    assert Reply.objects.filter(name="Familie Öz").count() == 1
    assert post.deliver() == []
    assert logged()[0] == (
        f"geändert: Veranstaltung {event.pk}: An der Tür dazugekommen: "
        "2 Erwachsene und 1 Kind, das Kind in der Kinderbetreuung."
    )


def test_who_had_declined_and_comes_after_all_is_asked_about_by_name(beate: Client) -> None:
    """The log names nobody, and a double click is one family."""
    event = breakfast()
    now(event)
    dua = household(event, "Dua Herbst")
    answers.decline(dua, Details("Bitte ruhig", "Dua Herbst"), by="amt")
    asked = press(beate, page(beate, at(event, "tuer")), "Ist da", name="dua herbst", children_1="1")
    assert "Unter diesem Namen gibt es schon eine Antwort. Ist es diese Familie?" in asked
    assert "ruhig" not in asked
    assert not dua.event.replies.filter(name="dua herbst").exists()
    for _ in range(2):
        done = press(beate, asked, "Ja, sie hatte abgesagt")
    assert "Dua herbst ist da: 1 erwachsene Person und 1 Kind." in " ".join(done.split())
    dua.refresh_from_db()
    assert (dua.state, dua.seats, dua.name, dua.remark) == ("yes", 2, "Dua Herbst", "Bitte ruhig")
    assert at_the_door(done)["families"] == (1, 4)
    assert "Dua" not in str(logged())


def test_another_family_of_the_same_name_is_added(beate: Client) -> None:
    event = breakfast()
    now(event)
    household(event, "Dua Herbst")
    asked = press(beate, page(beate, at(event, "tuer")), "Ist da", name="Dua Herbst")
    assert "Ja, sie hatte nicht geantwortet" in asked
    press(beate, asked, "Nein, eine andere")
    assert sorted(Reply.objects.filter(name="Dua Herbst").values_list("state", flat=True)) == ["open", "yes"]


def test_who_was_added_by_mistake_is_taken_away_after_the_tick(beate: Client) -> None:
    event = breakfast()
    now(event)
    shown = press(beate, page(beate, at(event, "tuer")), "Ist da", name="Zoe Nord")
    assert shown.count('class="take-away"') == 1
    zoe = Reply.objects.get(name="Zoe Nord")
    still_ticked = press(beate, shown, "streichen: Zoe Nord")
    assert "erst „Da“ zurücknehmen, dann streichen" in still_ticked
    done = press(beate, press(beate, still_ticked, "Da: Zoe Nord"), "streichen: Zoe Nord")
    assert "Zoe Nord steht nicht mehr auf der Liste." in done
    assert not Reply.objects.filter(pk=zoe.pk).exists()
    assert logged()[-1] == f"geändert: Veranstaltung {event.pk}: An der Tür wieder gestrichen: eine Familie."
    anna = Reply.objects.get(name="Ärmel, Anna")
    refused = beate.post(f"{at(event, 'tuer')}{anna.pk}/streichen/", follow=True).content.decode()
    assert "Gestrichen ist nichts." in refused
    assert Reply.objects.filter(pk=anna.pk).exists()


def test_afterwards_the_ticks_are_proposed_and_only_what_is_saved_counts(beate: Client) -> None:
    event = breakfast()
    now(event)
    assert "abgehakt" not in page(beate, at(event, "ueberblick"))
    Reply.objects.filter(name__in=["Ärmel, Anna", "Zoe Berg"]).update(arrived_at=timezone.now())
    shown = page(beate, at(event, "ueberblick"))
    assert "An der Tür abgehakt: 2 Erwachsene und 3 Kinder." in shown
    event.refresh_from_db()
    assert event.came_adults is None
    press(beate, shown, "Speichern", came_adults="3")
    event.refresh_from_db()
    assert (event.came_adults, event.came_children) == (3, 3)
    assert logged() == [f"geändert: Veranstaltung {event.pk}: Gekommen: 3 Erwachsene und 3 Kinder."]
    assert "abgehakt" not in page(beate, at(event, "ueberblick"))
