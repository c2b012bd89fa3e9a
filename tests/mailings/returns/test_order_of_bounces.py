"""What is held depends on which reports there were, never on their order or number (M-11, M-21b)."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from mailings.models import Address, BounceGroup, Delivery, Feedback, Suppression
from mailings.returns import bounce_groups, consequences, feedback
from mailings.returns.feedback import Report
from tests.mailings.copies import examples
from tests.mailings.returns.test_second_line import came_back, family, sent
from tests.mailings.sending.engine import PERSONAL

pytestmark = pytest.mark.django_db

PEOPLE = [*map(family, range(5)), family(0, "web.example")]
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["hard", "hard", "hard", "hard", "soft", "complaint"]),
        st.sampled_from(PEOPLE),
        st.integers(0, 1),  # which copy: of a list mailing, or a personal one
        st.integers(1, 200),  # minutes after it was sent
    ),
    min_size=9,
    max_size=14,
)


@contextmanager
def _copies() -> Iterator[dict[tuple[str, int], Delivery]]:
    with transaction.atomic():
        sent(PEOPLE)
        for email in PEOPLE:
            sent([email], PERSONAL)
        found: dict[tuple[str, int], Delivery] = {}
        for email in PEOPLE:
            theirs = Delivery.objects.filter(address__email=email).order_by("pk")
            found |= {(email, number): copy for number, copy in enumerate(theirs)}
        yield found
        transaction.set_rollback(True)


def outcome(reports: list[tuple[str, str, int, int]], copies: dict[tuple[str, int], Delivery]) -> list[Any]:
    """Everything that follows from these reports; then as if they had never come."""
    with transaction.atomic():
        for kind, email, number, minutes in reports:
            copy = copies[email, number]
            assert copy.finished_at
            at = copy.finished_at + timedelta(minutes=minutes)
            feedback.record(Report(f"{kind}{copy.pk}{at}", Feedback.Kind(kind), at, copy=copy.message_id))
        found = [
            sorted(Address.objects.values_list("email", "list_mail", "bounced_at", "complained_at")),
            sorted(Delivery.objects.values_list("pk", "state")),
            sorted(Suppression.objects.values_list("key", "reason")),
            sorted(BounceGroup.objects.values_list("domain", "mailing__pk", "day", "state"), key=str),
        ]
        transaction.set_rollback(True)
    return found


def test_what_is_held_depends_neither_on_order_nor_on_repetition() -> None:
    seen: set[str] = set()
    with _copies() as copies:

        @examples(6, 500)
        @given(REPORTS, st.randoms(use_true_random=False))
        def check(reports: list[tuple[str, str, int, int]], chance: random.Random) -> None:
            shuffled = reports + chance.choices(reports, k=len(reports) // 2)
            chance.shuffle(shuffled)
            found = outcome(reports, copies)
            assert found == outcome(shuffled, copies)
            seen.update(group[3] for group in found[-1])

        check()
    assert seen == {"counts", "held"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("locked", "silenced"), [(True, 0), (False, 4)])
def test_four_reports_at_the_same_moment_see_each_other(
    locked: bool, silenced: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the locks each counts itself alone: nothing is held, and four members are silenced."""
    mailing = sent([family(number) for number in range(40)])
    BounceGroup.objects.create(domain="gmx.example", mailing=mailing)
    if not locked:
        counted, apply = Barrier(4), consequences.apply
        monkeypatch.setattr(bounce_groups, "one_at_a_time", lambda domain: None)
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
        monkeypatch.setattr(consequences, "apply", lambda addresses: (counted.wait(60), apply(addresses)))

    def report(number: int) -> bool:
        try:
            return came_back(mailing, family(number))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(report, range(4))) == [True] * 4
    assert Address.objects.exclude(bounced_at=None).count() == silenced
