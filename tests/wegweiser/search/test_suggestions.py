"""While Kim types, offers and topics come that hold what she has typed so far."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import FULL
from tests.wegweiser.offers import offer
from tests.wegweiser.search.test_fuzz import HOSTILE
from wegweiser.models import FailedSearch, Offer
from wegweiser.search import index, words
from wegweiser.search.suggestions import SHORTEST, suggest
from wegweiser.search.word_lists import NEGATIONS, STOP

pytestmark = pytest.mark.usefixtures("wegweiser")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("unterhaltsv", "unterhaltsvorschuss"),
        ("Unterhaltsvorschuß", "unterhaltsvorschuss"),
        ("kind zu", "kinderzuschlag"),
        ("kinder zuschl", "kinderzuschlag"),
        ("mama kind ku", "mutter-vater-kind-kur"),
        ("steuerklasse 2", "steuerklasse-2"),
        ("ich brauche hilfe bei wohnge", "wohngeld"),
        ("miete", "mieterbund-siegerland"),
        ("wohngeld kreuz", "wohngeld-kreuztal"),
    ],
)
def test_the_last_word_may_go_on(typed: str, first: str) -> None:
    assert suggest(typed).offers[0].slug == first


@pytest.mark.slow
def test_suggestions_stay_while_a_word_is_being_finished() -> None:
    missed = []
    for each in Offer.objects.published().order_by("slug")[:: 1 if FULL else 4]:
        for word in set(words.spoken(each.title)) - STOP - NEGATIONS:
            shown = {end: {found.slug for found in suggest(word[:end], 1000).offers} for end in range(2, len(word) + 1)}
            missed += [word[:end] for end, slugs in shown.items() if end >= SHORTEST and each.slug not in slugs]
    assert missed == []


def test_topics_come_by_the_words_of_their_titles() -> None:
    assert [topic.title for topic in suggest("tren").topics] == ["Trennung und Scheidung"]
    assert [topic.slug for topic in suggest("scheid").topics] == ["trennung-und-scheidung"]
    assert [topic.title for topic in suggest("un").topics] == ["Finanzielle Unterstützung"]


def test_what_the_title_begins_with_comes_before_search_words() -> None:
    offer("elefantenhaus", title="Haus am Zoo", search_words=["Elefant"])
    offer("elefanten", title="Elefantenkinder, eine Spielgruppe")
    offer("junge-elefanten", title="Junge Elefanten")
    offer("zoo", title="Zoo", description="Mit Elefanten.")
    index.refresh()
    assert [each.slug for each in suggest("elefan").offers] == ["elefanten", "junge-elefanten", "elefantenhaus"]
    assert [each.title for each in suggest("elefan", limit=1).offers] == ["Elefantenkinder, eine Spielgruppe"]
    Offer.objects.filter(slug="elefanten").update(state=Offer.State.ARCHIVED)
    assert [each.slug for each in suggest("elefan").offers] == ["junge-elefanten", "elefantenhaus"]


@pytest.mark.parametrize("typed", ["", " ", "k", "xqzwv", "kein", "?!", "kita xqzwv"])
def test_a_letter_and_unknown_words_suggest_nothing(typed: str) -> None:
    assert not suggest(typed)


def test_suggesting_reads_three_times_and_writes_nothing() -> None:
    for typed in ("ki", "unterhalt vorschuss kreuztal geld", *HOSTILE):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            suggest(typed)
        assert len(asked) <= 3
        assert {query["sql"].split()[0] for query in asked} <= {"SELECT"}
    assert not FailedSearch.objects.exists()


def test_suggestions_are_read_through_their_index() -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        suggest("kinder zu")
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = ""
        for statement in [query["sql"] for query in asked][:2]:
            cursor.execute("EXPLAIN " + statement)
            plan += "".join(row[0] for row in cursor.fetchall())
    assert re.search(r"wegweiser_word_word_\w+_like", plan)
    assert "search_entry_typed" in plan
    assert "search_entry_begins" in plan
