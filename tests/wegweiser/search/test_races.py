"""An officer changes an offer while the index is made anew: neither waits for the other for ever, nothing is lost."""

import threading

import pytest
from django.db import connection, transaction

from tests.wegweiser.offers import offer
from wegweiser import curation
from wegweiser.models import Offer
from wegweiser.search import index, ranking

pytestmark = pytest.mark.django_db(transaction=True)


def found(question: str) -> list[str]:
    return [each.slug for each in ranking.offers(ranking.find(ranking.parse(question)))]


@pytest.mark.slow
def test_a_change_and_a_new_index_at_once_end_well() -> None:
    for number in range(8):
        offer(f"treff-{number}", title=f"Treff {number}")
    index.rebuild()
    failed: list[Exception] = []

    def rebuild() -> None:
        try:
            for _ in range(6):
                index.rebuild()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    anew = threading.Thread(target=rebuild)
    anew.start()
    while anew.is_alive():
        for number in range(8):
            with transaction.atomic():
                each = curation.locked(Offer.objects.get(slug=f"treff-{number}"))
                curation.change(
                    each, "beate", title=f"Trommeln {number} {'laut' if each.title.endswith('leise') else 'leise'}"
                )
    anew.join()
    assert failed == []
    assert set(found("trommeln")) == {f"treff-{number}" for number in range(8)}
