"""Cells that a list may hold and nobody expects."""

import pytest

from tests.wegweiser.imports.test_importing import read, reasons, row
from wegweiser.models import Offer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stand", ["0000-05", "0000", "05/9999", "Mai 1"])
def test_an_age_that_cannot_be_is_named(stand: str) -> None:
    reason = f"Bei „stand“ steht „{stand}“. Gebraucht werden Jahr und Monat, zum Beispiel 2024-05."
    assert reasons(row(stand=stand)) == [(2, reason)]


def test_a_topic_that_stands_twice_is_one() -> None:
    read(row(themen="Wohnen; wohnen;WOHNEN"))
    assert [topic.title for topic in Offer.objects.get().topics.all()] == ["Wohnen"]
