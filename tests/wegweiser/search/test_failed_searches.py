"""Searches without success are counted for the officers: words and day, no person, no address, no flood."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.utils import timezone

from netzwerk.privacy import register
from tests.desk import page
from tests.wegweiser.offers import offer
from wegweiser.models import FailedSearch, Synonym
from wegweiser.search import failed_searches, index

pytestmark = pytest.mark.django_db


def held() -> dict[str, int]:
    return dict(FailedSearch.objects.values_list("words", "count"))


def test_a_search_in_vain_is_counted_by_its_words_whatever_their_order(client: Client) -> None:
    client.get("/wegweiser/", {"q": "Zahnarzt für mein Krokodil"})
    client.get("/wegweiser/", {"q": "ich suche krokodil ZAHNARZT"})
    assert held() == {"krokodil zahnarzt": 2}
    assert FailedSearch.objects.get().day == timezone.localdate()


def test_looking_twice_writes_once_each_and_head_writes_nothing(client: Client) -> None:
    for _ in range(3):
        client.head("/wegweiser/?q=zahnarzt")
    assert held() == {}


@pytest.mark.parametrize(
    "question",
    [
        "kim.sommer@example.org",
        "kim sommer @ example org",
        "030 23125-101",
        "0151 23 12 51 00",
        "lindenweg 7",
        "Hauptstraße 12a",
        "https://example.org/zahnarzt",
        "www.example.org",
        "example.org",
        "12.03.2019",
        "",
        "ich und du",
        "hilfe",
        "nicht",
        "ein viel zu langer satz über zahnärzte krokodile nilpferde giraffen elefanten und zebras",
        "donaudampfschifffahrtsgesellschaft rindfleischetikettierungsgesetz",
    ],
)
def test_what_could_tell_of_a_person_or_says_nothing_is_not_kept(question: str) -> None:
    failed_searches.record(question)
    assert held() == {}


def test_officers_see_words_from_the_third_time_on() -> None:
    for question, times in (("zahnarzt", 3), ("krokodil", 2)):
        for _ in range(times):
            failed_searches.record(question)
    FailedSearch.objects.create(words="nilpferd", day=timezone.localdate() - timedelta(days=10), count=2)
    failed_searches.record("nilpferd")
    assert [(row["words"], row["times"]) for row in failed_searches.shown()] == [("nilpferd", 3), ("zahnarzt", 3)]


def test_nobody_can_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failed_searches, "MOST_ROWS_A_DAY", 5)
    monkeypatch.setattr(failed_searches, "MOST_A_DAY", 3)
    for word in ["alpaka", "biber", "chamaeleon", "dachs", "esel", "faultier", "giraffe"]:
        for _ in range(5):
            failed_searches.record(word)
    assert len(held()) == 5
    assert set(held().values()) == {3}


def test_after_ninety_days_they_are_forgotten() -> None:
    now = timezone.now()
    for days in (89, 91):
        FailedSearch.objects.create(words=f"vor {days} tagen", day=now.date() - timedelta(days=days))
    register.expire(now)
    assert held() == {"vor 89 tagen": 1}


@pytest.mark.parametrize(
    ("email", "name", "left"),
    [
        # any word of the name, every word of the address before the "@"
        ("kim.sommer@example.org", "", {"sommer", "sommerferien", "yoga"}),
        ("ks@example.org", "Kim Sommer", {"sommerferien", "yoga"}),
        ("ks@example.org", "Mama von Leon", {"kim sommer", "sommer", "sommerferien", "yoga"}),
        ("sommer@example.org", "", {"sommerferien", "yoga"}),
        ("ks@example.org", "KIM", {"sommer", "sommerferien", "yoga"}),
        ("info@example.org", "", {"kim sommer", "sommer", "sommerferien", "yoga"}),
    ],
)
def test_what_could_name_a_person_goes_with_her(email: str, name: str, left: set[str]) -> None:
    """P-08"""
    for words in ("kim sommer", "sommer", "sommerferien", "yoga"):
        FailedSearch.objects.create(words=words, day=timezone.localdate())
    failed_searches.forget_person(email, [name])
    assert set(held()) == left


def test_a_search_in_vain_becomes_a_synonym_with_one_click_and_one_choice(beate: Client) -> None:
    """The form proposes near words of offers and their topics; nothing is entered by itself."""
    offer(title="Kleiderkiste", topics=["wohnen"])
    offer("trommeln", title="Trommelkreis", description="Laut sein.", topics=["treffpunkte-und-selbsthilfe"])
    index.refresh()
    FailedSearch.objects.create(words="gebraucht kleiderlager", day=timezone.localdate(), count=3)
    shown = page(beate, "/verwaltung/wegweiser/failedsearch/")
    [link] = re.findall(r'<a class="go" href="([^"]*)">Gleiche Bedeutung eintragen</a>', shown)
    form = page(beate, urljoin("/verwaltung/wegweiser/failedsearch/", link))
    assert 'value="gebraucht kleiderlager"' in form
    [proposed] = re.findall(r"Vorschläge: ([^<]*)\.", form)
    assert "kleiderkiste" in proposed.split(", ")
    assert proposed.split(", ")[-1] == "Wohnen"
    assert "trommel" not in proposed
    assert not Synonym.objects.filter(word__icontains="kleiderlager").exists()
    assert "Vorschläge" not in page(beate, "/verwaltung/wegweiser/synonym/add/")
