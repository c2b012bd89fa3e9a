"""Long lists, read in pieces."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kit.batches import in_batches
from mailings.models import Address

pytestmark = pytest.mark.django_db


def test_seven_in_pieces_of_three_come_in_their_order() -> None:
    emails = [f"p{number}@example.org" for number in range(7)]
    Address.objects.bulk_create(Address(email=email) for email in reversed(emails))
    with CaptureQueriesContext(connection) as queries:
        assert [address.email for address in in_batches(Address.objects.order_by("email"), 3)] == emails
    assert len(queries) == 1 + 3


def test_one_that_vanishes_meanwhile_is_left_out() -> None:
    Address.objects.bulk_create(Address(email=f"{name}@example.org") for name in ("anna", "bea", "cem"))
    rows = in_batches(Address.objects.order_by("email"), 1)
    assert next(rows).email == "anna@example.org"
    Address.objects.filter(email="bea@example.org").delete()
    assert [address.email for address in rows] == ["cem@example.org"]
