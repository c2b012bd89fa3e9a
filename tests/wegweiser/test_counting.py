"""What the Wegweiser counts for the report: by topic and town, and never by words."""

import pytest
from django.test import Client
from django.utils import timezone

from netzwerk.models import Tally
from tests.tallies import counted, counts
from tests.wegweiser.offers import offer
from wegweiser import counting
from wegweiser.models import BrochureDay, FailedSearch
from wegweiser.search import failed_searches, index

pytestmark = pytest.mark.django_db


@pytest.fixture
def clothes() -> None:
    offer("kleiderkiste", topics=["wohnen"])
    index.rebuild()


def daily() -> dict[str, int]:
    counting.daily(timezone.now())
    return {what: number for what, number in counts().items() if what.startswith("searched")}


def test_a_search_is_counted_once_by_topic_and_town(clothes: None) -> None:
    for question in ("Kleiderkist in Bad Laasphe", "Hundefutter", "Hundefutter Geisweid", "Kreuztal oder Siegen"):
        failed_searches.record(question)
    expected = {"searched in vain wohnen/bad-laasphe": 1, "searched in vain /": 2, "searched in vain /siegen": 1}
    assert daily() == expected
    assert daily() == expected
    failed_searches.record("Hundefutter")
    assert daily() == expected | {"searched in vain /": 3}
    assert "hundefutter" not in str(list(Tally.objects.values_list())).lower()


def test_forgetting_a_person_changes_no_figure() -> None:
    for _time in range(3):
        failed_searches.record("Mechthild Ohrenschmaus")
    failed_searches.forget_person("ohrenschmaus@example.org", ["Mechthild Ohrenschmaus"])
    assert not FailedSearch.objects.exists()
    assert counted("searched in vain") == 3
    assert daily() == {"searched in vain /": 3}


def test_how_many_offers_there_are_follows_every_change(clothes: None) -> None:
    found = offer("tafel", title="Tafel", checked_on=None)
    counting.daily(timezone.now())
    assert (counted("offers"), counted("fresh offers")) == (2, 1)
    type(found).objects.filter(pk=found.pk).update(state="archived")
    counting.daily(timezone.now())
    counting.daily(timezone.now())
    assert (counted("offers"), counted("fresh offers")) == (1, 1)


def test_a_brochure_is_counted_when_it_is_sent_and_of_the_reader_nothing(clothes: None, client: Client) -> None:
    sent = client.get("/wegweiser/wegweiser.pdf")
    assert client.head("/wegweiser/wegweiser.pdf").status_code == 200
    assert client.get("/wegweiser/wegweiser.pdf", headers={"if-none-match": sent["ETag"]}).status_code == 304
    assert list(BrochureDay.objects.values_list("count", flat=True)) == [1]
    counting.brochure_fetched()
    counting.daily(timezone.now())
    assert counted("brochure") == 2
