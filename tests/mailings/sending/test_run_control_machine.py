"""A mailing is held, resumed and stopped in any order: its numbers add up, and it ends when everything has ended
(M-19).
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mailings.models import Address, Delivery, Mailing
from mailings.returns import feedback
from mailings.sending import run_control
from members import leaving, pauses
from netzwerk.privacy import register
from tests import FULL
from tests.mailings.copies import examples
from tests.mailings.sending.engine import LETTER, PERSONAL, write_to
from tests.mailings.sending.mortal import (
    AWAY,
    DIES_AFTER,
    DIES_BEFORE,
    DIES_RECORDED,
    OUTCOMES,
    SENT,
    Books,
    Mortal,
    Scripted,
    Step,
)
from tests.members.people import active

EVENTS = ["leaves", "pauses", "is erased", "bounces", "complains", "hold", "go on", "stop", "another worker"]
number = st.integers(0, 7)
steps = st.lists(
    st.tuples(st.sampled_from([SENT, *OUTCOMES]), st.sampled_from([None, None, *EVENTS]), number), min_size=1
)


def households(count: int) -> list[str]:
    """Each with a mail provider of its own: many bounces of one provider take effect only when an officer says so."""
    return [f"familie.{number}@haus{number}.example" for number in range(count)]


class Run(RuleBasedStateMachine):
    """Up to three mailings to eight people. What must not be sent is noted here, and compared with what is."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.clock = time_machine.travel(datetime(2026, 11, 23, 9, 0).astimezone(), tick=False)
        self.now = self.clock.__enter__()
        self.books = Books(Counter(), Counter())
        self.expected: dict[int, int] = {}
        self.off_list: set[int] = set()
        self.gone: set[int] = set()
        self.held: set[int] = set()
        self.stopped: set[int] = set()
        self.wrong: list[str] = []
        self.events = 0

    def teardown(self) -> None:
        try:
            self.comes_to_an_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.clock.__exit__(None, None, None)

    # what officers do --------------------------------------------------------------------------------------------

    @initialize(to=st.integers(3, 8))
    def begin(self, to: int) -> None:
        self.queue(to, personal=False)

    @precondition(lambda self: len(self.expected) < 3)
    @rule(to=st.integers(1, 8), personal=st.booleans())
    def queue(self, to: int, personal: bool) -> None:
        for email in households(to):
            if not Address.objects.filter(email=email).exists():
                active(email)
        Delivery.objects.exclude(mailing__in=self.expected).delete()  # the greetings
        self.expected[write_to(households(to), PERSONAL if personal else LETTER).pk] = to

    @rule(what=st.sampled_from(["hold", "go on", "stop"]), n=number)
    def an_officer_orders(self, what: str, n: int) -> None:
        mailing = Mailing.objects.get(pk=list(self.expected)[n % len(self.expected)])
        {"hold": run_control.hold, "go on": run_control.resume, "stop": run_control.stop}[what](mailing)
        self.held = self.held | {mailing.pk} if what == "hold" else self.held - {mailing.pk}
        self.stopped |= {mailing.pk} if what == "stop" else set()

    @rule()
    def old_rows_are_forgotten(self) -> None:
        run_control.freeze_counts(timezone.now())

    # what people and their mailboxes do --------------------------------------------------------------------------

    @rule(what=st.sampled_from(["leaves", "pauses", "is erased"]), n=number)
    def somebody(self, what: str, n: int) -> None:
        address = Address.objects.filter(email=households(8)[n]).first()
        if address is None:
            return
        if what == "leaves":
            leaving.leave(address, method="test")
            self.off_list.add(address.pk)
        elif what == "pauses":
            pauses.pause(address, 1)
            self.off_list.add(address.pk)
        else:
            self.now.shift(timedelta(seconds=1))  # nobody is erased twice in a moment
            register.erase(address, timezone.now())
            self.gone.add(address.pk)

    @rule(what=st.sampled_from(["bounces", "complains"]), n=number)
    def a_copy(self, what: str, n: int) -> None:
        copies = list(Delivery.objects.select_related("address").order_by("pk"))
        if not copies:
            return
        copy = copies[n % len(copies)]
        kind = feedback.Kind.HARD if what == "bounces" else feedback.Kind.COMPLAINT
        self.events += 1
        if feedback.record(feedback.Report(str(self.events), kind, timezone.now(), copy=copy.message_id)):
            (self.gone if what == "bounces" else self.off_list).add(copy.address_id)

    # what workers do ---------------------------------------------------------------------------------------------

    @rule(script=steps, connections=st.integers(1, 3))
    def a_worker_sends_a_batch(self, script: list[tuple[str, str | None, int]], connections: int) -> None:
        self.worker([Step(outcome, self.event(name, n)) for outcome, name, n in script], connections).work()

    @rule(
        outcome=st.sampled_from([DIES_BEFORE, DIES_AFTER, DIES_RECORDED]),
        times=st.integers(1, 5),
        connections=st.integers(1, 3),
    )
    def workers_die(self, outcome: str, times: int, connections: int) -> None:
        """One after the other, each as soon as the lease of the one before has run out."""
        for _ in range(times):
            self.worker([Step(outcome)], connections).work()
            self.now.shift(timedelta(seconds=200))

    @rule(seconds=st.sampled_from([20, 100, 200, 3600, 5 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now.shift(timedelta(seconds=seconds))

    def worker(self, script: list[Step], connections: int = 1) -> Mortal:
        """One that claims now: what was ordered or left before must show in what it sends."""
        gone, off_list, halted = set(self.gone), set(self.off_list), self.held | self.stopped

        def look(copy: Delivery) -> None:
            is_list = copy.mailing.kind == Mailing.Kind.LIST
            if copy.address_id in gone or (is_list and copy.address_id in off_list):
                self.wrong.append(f"{copy.address} is written to, and must not be")
            if copy.mailing_id in halted:
                self.wrong.append(f"{copy} goes out in spite of an order")

        return Mortal(Scripted(script, self.books, look), connections)

    def event(self, name: str | None, n: int) -> Any:
        if name is None:
            return lambda: None
        if name == "another worker":
            return lambda: self.worker([Step(SENT)]).work()
        if name in ("hold", "go on", "stop"):
            return lambda: self.an_officer_orders(name, n)
        if name in ("bounces", "complains"):
            return lambda: self.a_copy(name, n)
        return lambda: self.somebody(name, n)

    # what holds after each of these ------------------------------------------------------------------------------

    @invariant()
    def numbers_add_up(self) -> None:
        for mailing in Mailing.objects.filter(pk__in=self.expected):
            numbers = run_control.counts(mailing)
            ended = sum(numbers[state] for state in ("sent", "failed", "cancelled", "bounced", "complained"))
            still = mailing.deliveries.filter(state__in=["queued", "held", "sending"]).count()
            assert ended + still == numbers["recipients"] == self.expected[mailing.pk]
            assert run_control.is_finished(numbers) == (still == 0)

    @invariant()
    def nobody_is_written_to_who_must_not_be(self) -> None:
        assert self.wrong == []

    @invariant()
    def nobody_is_lost_and_nobody_gets_it_twice(self) -> None:
        for copy in Delivery.objects.filter(state=Delivery.State.SENT):
            assert self.books.taken[copy.pk], "sent, as we believe, and never handed over"
        for copy, taken in self.books.taken.items():
            assert taken <= 1 + self.books.may_repeat[copy]

    def comes_to_an_end(self) -> None:
        """With well-behaved workers, and no more orders, within days."""
        for mailing in Mailing.objects.filter(pk__in=self.held - self.stopped):
            run_control.resume(mailing)
        self.held.clear()
        for _ in range(60):
            while self.worker([Step(SENT)]).work():
                pass
            if not Delivery.objects.open().exists():
                break
            self.now.shift(timedelta(hours=5))
        assert not Delivery.objects.open().exists()
        assert all(
            run_control.is_finished(run_control.counts(mailing))
            for mailing in Mailing.objects.filter(pk__in=self.expected)
        )
        self.numbers_add_up()
        self.nobody_is_written_to_who_must_not_be()
        self.nobody_is_lost_and_nobody_gets_it_twice()


@pytest.mark.django_db
@pytest.mark.parametrize("order", [run_control.resume, run_control.hold])
def test_what_is_stopped_stays_stopped(order: Callable[[Mailing], int]) -> None:
    """Also what a worker had in hand and could not send, and whatever somebody presses on an older page."""
    mailing = write_to(households(3))
    books = Books(Counter(), Counter())
    script = Scripted([Step(SENT, lambda: run_control.stop(mailing)), Step(AWAY)], books, lambda copy: None)
    Mortal(script).work()
    assert order(mailing) == 0
    Mortal(Scripted([Step(SENT)], books, lambda copy: None)).work()
    assert books.taken.total() == 1
    assert run_control.is_finished(run_control.counts(mailing))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.logs_errors
def test_whatever_happens_the_numbers_add_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """15 times 20 things; 500 times 40 in `make proof`."""
    settings.MAIL_PER_MINUTE = 0
    monkeypatch.setattr("mailings.sending.queue.BATCH", 3)
    length = hypothesis_settings(
        examples(15, 500), stateful_step_count=40 if FULL else 20, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Run, settings=length)
