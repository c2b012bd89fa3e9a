"""The Wegweiser with the 120 offers of the district, imported once for a whole module."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from wegweiser import first_synonyms
from wegweiser.models import Synonym

ANGEBOTE = Path(settings.BASE_DIR) / "wegweiser" / "demo" / "angebote.csv"


@pytest.fixture(scope="module")
def _imported(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        first_synonyms.create(Synonym)  # a test that truncates tables may have gone before
        call_command("import_offers", str(ANGEBOTE), stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def wegweiser(_imported: None, db: None) -> None:
    """What a test changes is undone after it; the offers stay for the next."""
