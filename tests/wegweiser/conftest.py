"""The Wegweiser with the 120 offers of the district, put there once for a whole module."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import rows


@pytest.fixture(scope="module")
def _imported(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        rows.put_back("with_offers")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def wegweiser(_imported: None, db: None) -> None:
    """What a test changes is undone after it; the offers stay for the next."""
