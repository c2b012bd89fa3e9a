"""Families and officers act in any order: nobody is split, overtaken or forgotten (D-02 to D-05)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events import counting
from events.answering import answers
from events.answering import seats as seat_rules
from events.answering.answers import ChildcareFull, Party
from events.models import BANDS, Capacity, Reply, WaitingListEntry
from tests import FULL
from tests.events.meetings import household, meeting

families = st.integers(0, 7)
parties = st.builds(
    lambda adults, children, cared: Party(adults, *_in_one_band(children, min(children, cared))),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 3),
)
capacities = st.none() | st.integers(0, 12)


def _in_one_band(children: int, cared: int) -> tuple[list[int], list[int]]:
    rest = [0] * (len(BANDS) - 1)
    return [children, *rest], [cared, *rest]


class WaitingList(RuleBasedStateMachine):
    """Eight families and one event. What each has asked for is noted here and compared with what it has."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(datetime(2026, 11, 23, 9, 0).astimezone(), tick=False)
        self.now = self.clock.__enter__()
        self.asked: dict[int, Party | None] = {}
        self.had: dict[int, Party | None] = {}
        self.moves = 0
        self.seen: dict[int, tuple] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        self.clock.__exit__(None, None, None)

    @initialize(seats=capacities, care=st.integers(0, 5))
    def begin(self, seats: int | None, care: int) -> None:
        self.event = meeting(seats=seats, care=care, slug="2026-12-23-treffen")
        self.families = [household(self.event, f"Familie {number}") for number in range(8)]
        self.before = self._look()

    @rule(number=families, party=parties, wait=st.booleans())
    def answers_that_it_comes(self, number: int, party: Party, wait: bool) -> None:
        self._tick()
        try:
            answers.accept(self.families[number], party, wait_for_childcare=wait)
        except ChildcareFull:
            assert self._look() == self.before, "a question stores nothing"
            return
        self.asked[number] = party
        self._check_moves(asking=number)

    @rule(number=families)
    def answers_that_it_cannot(self, number: int) -> None:
        self._tick()
        answers.decline(self.families[number])
        self.asked[number] = None
        self._check_moves()
        assert self.before[number][0] != "open" or self._look()[number][0] == "no"
        assert self._look()[number][0] in ("no", "cancelled")

    @rule(number=families)
    def leaves_the_line(self, number: int) -> None:
        self._tick()
        state, has, _waits, _since = self.before[number]
        answers.leave_waiting_list(self.families[number])
        if state in ("yes", "waiting"):
            self.asked[number] = has
        self._check_moves()
        assert self._look()[number][1] == has

    @rule(seats=capacities, care=st.integers(0, 5))
    def officers_change_the_places(self, seats: int | None, care: int) -> None:
        self._tick()
        seat_rules.change_capacity(self.event, seats, care)
        now = self._look()
        for number, (_state, has, _waits, _since) in self.before.items():
            now_has = now[number][1]
            assert has is None or now_has in (has, self.asked.get(number)), "nobody loses a place (D-05)"
        self._check_moves()

    @invariant()
    def the_books_are_right(self) -> None:
        if not hasattr(self, "event"):
            return
        kept = Capacity.objects.get(event=self.event)
        replies = list(Reply.objects.filter(event=self.event))
        assert kept.seats == sum(reply.seats for reply in replies)
        assert kept.childcare_seats == sum(reply.childcare_seats for reply in replies)
        assert kept.seat_limit == (None if kept.total is None else max(kept.total, kept.seats))
        assert kept.childcare_seat_limit == max(kept.childcare_total, kept.childcare_seats)
        for entry in WaitingListEntry.objects.filter(event=self.event).select_related("reply"):
            assert not _fits(
                kept, entry.seats - entry.reply.seats, entry.childcare_seats - entry.reply.childcare_seats
            ), "waits for nothing"
        numbers = counting.numbers(self.event)
        assert numbers.unasked.total == sum(reply.state != "open" for reply in replies)
        assert (numbers.seats, numbers.childcare_seats) == (kept.seats, kept.childcare_seats)

    @invariant()
    def every_family_has_all_it_asked_for_or_what_it_had(self) -> None:
        if not hasattr(self, "event"):
            return
        for number, (state, has, waits, _since) in self._look().items():
            wanted = self.asked.get(number)
            if wanted is None:
                assert (has, waits) == (None, None)
            elif waits is None:
                assert (state, has) == ("yes", wanted)
            else:
                assert waits == wanted
                assert state == ("yes" if has else "waiting")
                assert has == self.had.get(number)
        self.had = {number: has for number, (_state, has, _waits, _since) in self._look().items()}

    def _tick(self) -> None:
        self.now.shift(timedelta(seconds=1))
        self.before = self._look()
        self.seen = None  # something is about to happen

    def _look(self) -> dict[int, tuple]:
        """What each family has and waits for. Read once after each thing that happens."""
        if self.seen is None:
            self.seen = self._read()
        return self.seen

    def _read(self) -> dict[int, tuple]:
        numbers = {family.pk: number for number, family in enumerate(self.families)}
        seen = {}
        for reply in Reply.objects.filter(event=self.event).select_related("waiting_list_entry"):
            entry = answers.waiting_list_entry_of(reply)
            waits = answers.party_of(entry) if entry else None
            seen[numbers[reply.pk]] = (reply.state, answers.party_of(reply), waits, entry.since if entry else None)
        return seen

    def _check_moves(self, asking: int | None = None) -> None:
        """A family that got more in this step overtook no family that had waited longer for the same or less."""
        now = self._look()
        for number, (_state, has, _waits, since) in self.before.items():
            gained = _more(has, now[number][1])
            if gained is None:
                continue
            self.moves += 1
            since = None if number == asking else since
            for other, (_s, other_has, waits, other_since) in now.items():
                longer = waits is not None and other != number and (since is None or other_since < since)
                if longer:
                    need = _more(other_has, waits)
                    assert need is None or not (need[0] <= gained[0] and need[1] <= gained[1]), "overtaken"


def _more(has: Party | None, wants: Party | None) -> tuple[int, int] | None:
    """The seats that `wants` takes beyond `has`; None if none."""
    if wants is None:
        return None
    seats = wants.seats - (has.seats if has else 0)
    care = wants.childcare_seats - (has.childcare_seats if has else 0)
    return (seats, care) if seats > 0 or care > 0 else None


def _fits(kept: Capacity, seats: int, care: int) -> bool:
    return (
        kept.seat_limit is None or kept.seats + seats <= kept.seat_limit
    ) and kept.childcare_seats + care <= kept.childcare_seat_limit


@pytest.mark.django_db
def test_nobody_is_split_overtaken_or_forgotten() -> None:
    run_state_machine_as_test(
        WaitingList,
        settings=hypothesis_settings(
            max_examples=1000 if FULL else 15,
            stateful_step_count=50 if FULL else 20,
            derandomize=not FULL,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_control_a_line_that_forgets_to_move_up_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seat_rules, "move_up", lambda event: [])
    with pytest.raises(AssertionError, match="waits for nothing"):
        run_state_machine_as_test(
            WaitingList,
            settings=hypothesis_settings(
                max_examples=200, stateful_step_count=50,
                phases=[Phase.generate], report_multiple_bugs=False, derandomize=True, deadline=None, database=None,
                suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
