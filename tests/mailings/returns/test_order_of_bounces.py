"""What is held depends on which reports there were, never on their order or number (M-11, M-21b)."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from mailings.models import Address, BounceGroup, Delivery, Feedback, Suppression
from mailings.returns import feedback
from mailings.returns.feedback import Report
from tests.mailings.copies import examples
from tests.mailings.returns.test_second_line import NOON, family, sent
from tests.mailings.sending.engine import LETTER, PERSONAL

pytestmark = pytest.mark.django_db

PEOPLE = [family(number) for number in range(6)] + [family(number, "web.example") for number in range(5)]
REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["hard", "hard", "hard", "soft", "complaint"]),
        st.sampled_from(PEOPLE),
        st.integers(0, 5),  # which copy: three of list mailings, three personal ones of two days
        st.integers(1, 200),  # minutes after it was sent
    ),
    max_size=24,
)


@contextmanager
def _copies() -> Iterator[dict[tuple[str, int], Delivery]]:
    with transaction.atomic():
        for number in range(6):
            at = NOON + timedelta(days=number // 2)
            if number < 3:
                sent(PEOPLE, LETTER, at)
            else:
                for email in PEOPLE:
                    sent([email], PERSONAL, at)
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
    with _copies() as copies:

        @examples(8, 500)
        @given(REPORTS, st.randoms(use_true_random=False))
        def check(reports: list[tuple[str, str, int, int]], chance: random.Random) -> None:
            shuffled = reports + chance.choices(reports, k=len(reports) // 2) if reports else []
            chance.shuffle(shuffled)
            assert outcome(reports, copies) == outcome(shuffled, copies)

        check()
