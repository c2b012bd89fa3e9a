"""The index follows the offers: published, changed, gone, made anew."""

import pytest
from django.db.models import Min
from django.db.models.expressions import RawSQL
from django.utils import timezone

from tests import FULL
from tests.wegweiser.offers import offer, provider
from tests.wegweiser.search.test_search import found
from wegweiser import curation
from wegweiser.models import Offer, SearchEntry, Word
from wegweiser.search import index, weighing

pytestmark = pytest.mark.usefixtures("wegweiser")


def test_an_offer_is_found_when_it_is_published_and_gone_when_it_is_not(django_capture_on_commit_callbacks) -> None:
    drums = offer("trommelkreis", title="Trommelkreis", description="Laut sein.", state=Offer.State.DRAFT)
    index.put(drums.pk)
    assert found("trommelkreis") == []
    with django_capture_on_commit_callbacks(execute=True):
        curation.publish(drums, by="beate")
    assert found("trommelkreis") == ["trommelkreis"]
    with django_capture_on_commit_callbacks(execute=True):
        curation.change(drums, "beate", title="Flötenkreis", provider=provider("Haus am Hang"))
    assert found("trommeln") == []
    assert found("floete")[:1] == ["trommelkreis"] == found("haus am hang")[:1]
    curation.archive(drums, by="beate")
    assert found("flötenkreis") == []


def test_offers_of_a_topic_lie_side_by_side_in_a_new_index() -> None:
    """Words that are common in a topic are then read from few blocks."""
    index.rebuild()
    first = dict(Offer.objects.annotate(first=Min("topics__order")).values_list("pk", "first"))
    lying = SearchEntry.objects.order_by(RawSQL("ctid", [])).values_list("pk", flat=True)
    assert len(lying) == 120
    assert [first[key] for key in lying] == sorted(first[key] for key in lying)


def test_what_changed_behind_our_back_is_put_right_by_the_daily_work() -> None:
    Offer.objects.filter(slug="kindergeld").update(state=Offer.State.ARCHIVED)
    assert "kindergeld" not in found("kindergeld")
    offer("trommelkreis", title="Trommelkreis", description="Laut sein.")
    assert found("trommelkreis") == []
    index.refresh()
    assert found("trommelkreis") == ["trommelkreis"]
    assert not SearchEntry.objects.filter(offer__slug="kindergeld").exists()


def test_the_index_made_anew_is_the_same() -> None:
    def held() -> tuple[list[object], list[object]]:
        return (
            list(SearchEntry.objects.order_by("offer").values_list("offer", "vector", "topics", "facets")),
            list(Word.objects.order_by("word").values_list("word", "stem", "phonetic_key", "weight")),
        )

    before = held()
    index.rebuild()
    assert held() == before
    index.refresh()
    assert held() == before
    keys = list(Offer.objects.published().values_list("pk", flat=True))
    for key in keys if FULL else keys[::8]:
        index.put(key)
    assert held() == before


def test_words_of_one_offer_are_stored_as_a_new_index_would_store_them() -> None:
    """Beate turns offers into others, one by one; every word of theirs is in use before and after."""
    offers = list(Offer.objects.published().order_by("pk"))
    for changed, other in zip(offers[::12], offers[5::12], strict=False):
        changed.title = f"{other.title} und {changed.title}"[:150]
        changed.description, changed.search_words = f"{changed.description} {other.title}", other.search_words[:3]
        changed.municipalities, changed.area, changed.cost_kind = other.municipalities, other.area, other.cost_kind
        changed.save()
        changed.topics.add(*other.topics.all())
        index.put(changed.pk)
    index.refresh()
    columns = ("offer", "vector", "far", "title", "breadth", "towns", "area", "topics", "facets")
    entries = list(SearchEntry.objects.order_by("offer").values_list(*columns))
    weights = dict(Word.objects.filter(weight__gt=0).values_list("word", "weight"))
    index.rebuild()
    assert list(SearchEntry.objects.order_by("offer").values_list(*columns)) == entries
    made = dict(Word.objects.filter(weight__gt=0).values_list("word", "weight"))
    assert {word: weights.get(word) for word in made} == made


def test_a_change_that_comes_while_the_index_is_made_anew_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beate's own update of the index has waited for the long one, and given up."""
    weigh = weighing.weigh_words

    def weigh_meanwhile() -> None:
        weigh()
        Offer.objects.filter(slug="kindergeld").update(title="Xylophonkreis", changed_at=timezone.now())
        Offer.objects.filter(slug="wohngeld").update(state=Offer.State.ARCHIVED)

    monkeypatch.setattr(weighing, "weigh_words", weigh_meanwhile)
    index.rebuild()
    assert found("xylophonkreis")[:1] == ["kindergeld"]
    assert not SearchEntry.objects.filter(offer__slug="wohngeld").exists()


def test_rare_words_weigh_more_than_common_ones() -> None:
    weights = dict(Word.objects.filter(word__in=["unterhalt", "kind", "alimente"]).values_list("word", "weight"))
    assert weights["unterhalt"] > weights["kind"] > weights["alimente"] == 0
