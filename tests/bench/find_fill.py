"""Offers in any number, with made-up words as often as words of a language are used."""

import random
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction

from kit import months
from wegweiser import curation, topics
from wegweiser.models import Offer, Provider
from wegweiser.search import index

_BATCH = 5000
_PROVIDERS = 2000
_SINGLE = 20


def fill(number: int, common: int, vocabulary: list[str]) -> dict[str, object]:
    """`number` offers; each of `common` words stands in every 25th, in the title, a search word or the text.

    Returns those words, how many seconds the index took, and the milliseconds of single offers.
    """
    chance = random.Random(5)
    words, used = vocabulary[:common], vocabulary[common:]
    weights = [1 / (rank + 20) for rank in range(len(used))]
    providers = Provider.objects.bulk_create(
        [Provider(name=f"Träger {used[row].title()} {row}") for row in range(_PROVIDERS)]
    )
    known = [topic.pk for topic in topics.ensure().values()]
    spoken = _endless(chance, used, weights)
    for start in range(0, number, _BATCH):
        rows = range(start, min(start + _BATCH, number))
        _create([_offer(row, chance, spoken, words, providers) for row in rows], chance, known)
    begin = time.perf_counter()
    index.rebuild()
    rebuild = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"common": words, "rebuild": rebuild, "put": sorted(map(_put, Offer.objects.order_by("pk")[:_SINGLE]))}


def _put(offer: Offer) -> float:
    """The milliseconds of saving an offer with another title and text, its version kept and the search following."""
    title = " ".join(reversed(offer.title.split())).capitalize()
    begin = time.perf_counter()
    with transaction.atomic():
        curation.change(offer, "beate", title=title, description=f"{title}. {offer.description}")
    return (time.perf_counter() - begin) * 1000


def _endless(chance: random.Random, used: list[str], weights: list[float]) -> Iterator[str]:
    while True:
        yield from chance.choices(used, weights, k=10_000)


def _offer(
    row: int, chance: random.Random, spoken: Iterator[str], words: list[str], providers: list[Provider]
) -> Offer:
    title, text, searched = ([next(spoken) for _ in range(length)] for length in (4, 40, 6))
    for word in words:
        if chance.random() < 0.04:
            chance.choice([title, text, text, searched]).insert(0, word)
    area = chance.choices(list(Offer.Area), [70, 15, 5, 10])[0]
    return Offer(
        slug=f"angebot-{row}",
        title=" ".join(title).capitalize()[:150],
        provider=providers[row % len(providers)],
        description=" ".join(text).capitalize() + ".",
        audience="Eltern",
        municipalities=[chance.choice(list(settings.MUNICIPALITIES))] if area == Offer.Area.LOCAL else [],
        area=area,
        phones=[f"030 23125-{row % 1000}"],
        languages=["de"] if chance.random() < 0.8 else ["de", chance.choice(["en", "tr", "uk", "ru", "ar"])],
        cost_kind=chance.choice(list(Offer.Cost)),
        search_words=searched,
        state=Offer.State.PUBLISHED,
        published_on=months.today(),
        example=True,
    )


def _create(offers: list[Offer], chance: random.Random, known: list[int]) -> None:
    made = Offer.objects.bulk_create(offers)
    through = Offer.topics.through
    through.objects.bulk_create(
        through(offer=offer, topic_id=topic) for offer in made for topic in chance.sample(known, chance.randint(1, 3))
    )
