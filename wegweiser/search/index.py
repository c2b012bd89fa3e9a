"""Makes the tables that the search reads, from offers and synonyms.

An offer's words have four classes of weight: A title, B search words and the parts of the title's compounds, C
provider, topics and the parts of search words, D everything else.
"""

import contextlib
import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import chain, repeat
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from kit import ahead, locks
from kit.locks import Lock
from wegweiser.models import Offer, OfferQuerySet, SearchEntry, Synonym, Topic, Word
from wegweiser.search import names, towns, weighing, words
from wegweiser.search.word_lists import NEGATION, PARTS, STOP

# Areas that hold the district and much more.
FAR = (Offer.Area.STATE, Offer.Area.COUNTRY)
_BATCH = 1000
_AT_ONCE = 1_000_000  # characters: for each piece that is sent, Python waits for the thread that makes rows
_FEW = 10  # offers whose words are looked up one by one
_MOST_POSITIONS = 16_000  # of PostgreSQL's 16,383
_MOST_OF_A_WORD = 12
_LONGEST_LEXEME = 100
_SILENT = STOP | {NEGATION}
TakeApart = Callable[[str], list[str]]
Lexeme = tuple[str, str]  # and its class


class _Source(NamedTuple):
    """What the index reads of an offer; an Offer with all it holds would take three times as long."""

    key: int
    title: str
    provider: str
    description: str
    audience: str
    search_words: list[str]
    area: str
    municipalities: list[str]
    languages: list[str]
    cost: str
    topics: list[Topic]

    @property
    def texts(self) -> list[str]:
        topics = (topic.title for topic in self.topics)
        return [self.title, self.provider, self.description, self.audience, *self.search_words, *topics]


class _Batch(NamedTuple):
    """Rows to store, as _COPY reads them, and words that were found as they were made."""

    rows: io.StringIO
    words: set[str]


class _Compounds:
    """Takes words apart, each only once, by the words that are known."""

    def __init__(self, known: Set[str]) -> None:
        self.split: TakeApart = cache(lambda word: words.split_compound(word, known.__contains__))
        self.lexemes: Callable[[str, str, str], list[Lexeme]] = cache(self._lexemes)
        self.abbreviations: TakeApart = cache(lambda name: list(names.abbreviations(name, self.split)))

    def _lexemes(self, word: str, whole: str, part: str) -> list[Lexeme]:
        """The word in its class, and its parts in theirs."""
        return [(words.stem(word), whole), *((words.stem(piece), part) for piece in self.split(word))]


def put_later(offer: Offer) -> None:
    """Calls `put` after the commit, so that nobody waits for the index while holding an offer.

    If `put` fails, `refresh` or the end of a running `rebuild` makes the entry.
    """

    def after_commit() -> None:  # no partial: Django logs what fails by its name
        put(offer.pk)

    transaction.on_commit(after_commit, robust=True)


def put(key: int) -> None:
    """Makes the search entry of one offer that was published or changed; deletes it if the offer is not public.

    The weights of its words are approximate until the next `refresh` or `rebuild`.
    """
    with _alone():
        _put(key)


def _put(key: int) -> None:
    SearchEntry.objects.filter(offer=key).delete()
    if offers := Offer.objects.published().filter(pk=key):
        _make(offers)
        weighing.weigh_new(key)


def refresh(now: datetime | None = None) -> None:
    """Updates outdated search entries, and recounts words and synonyms. Cheap when nothing has changed."""
    with _alone():
        SearchEntry.objects.exclude(offer__state=Offer.State.PUBLISHED).delete()
        _make(_changed(), _words_of_others())
        weighing.weigh_words()
        weighing.weigh_synonyms()


def rebuild() -> None:
    """Makes everything anew, after an import: all compounds are then split by the words of all offers."""
    with _alone():
        Word.objects.all().delete()
        SearchEntry.objects.all().delete()
        _make(Offer.objects.published(), _words_of_others())
        weighing.weigh_words()
        weighing.weigh_synonyms()
        # All this takes a minute with many offers, and each `put` meanwhile has given up before.
        SearchEntry.objects.exclude(offer__state=Offer.State.PUBLISHED).delete()
        for key in list(_changed().values_list("pk", flat=True)):
            _put(key)


def _changed() -> OfferQuerySet:
    return Offer.objects.published().filter(Q(search_entry=None) | Q(changed_at__gte=F("search_entry__made_at")))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Serialises changes of the index: two at once would forget each other's words."""
    with transaction.atomic():
        locks.take(Lock.SEARCH_INDEX)
        yield


def _make(offers: OfferQuerySet, others: Set[str] = frozenset()) -> None:
    """Makes the search entries of the offers; `others` are words that no offer need contain."""
    by_topic = offers.annotate(first=Min("topics__order")).order_by("first", "pk")  # its words lie together then
    keys = list(by_topic.values_list("pk", flat=True))
    batches = [keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)]
    # All words first: compounds are split by the words that any offer or synonym uses.
    used = {word for batch in batches for word in _spoken("\n".join(" ".join(each.texts) for each in _load(batch)))}
    compounds = _Compounds(used | others | _known(used if len(keys) <= _FEW else None))
    used |= others
    for batch in batches:
        SearchEntry.objects.filter(offer__in=batch).delete()
    make = partial(_batch, compounds=compounds, now=timezone.now())
    for made in ahead.made(make, (list(_load(batch)) for batch in batches)):
        used |= made.words
        _store(made.rows)
    if len(keys) > _FEW:
        _empty_pending_list()
    new = used.difference(Word.objects.filter(word__in=used).values_list("word", flat=True))
    Word.objects.bulk_create(map(_word, sorted(new)), ignore_conflicts=True, batch_size=_BATCH)


def _empty_pending_list() -> None:
    """Sorts new vectors into their indexes: every search would read all those that wait."""
    with connection.cursor() as cursor:
        for name in ("search_entry_vector", "search_entry_begins"):
            cursor.execute("SELECT gin_clean_pending_list(%s)", [name])


def _known(wholes: Set[str] | None) -> set[str]:
    """The words in use already; if `wholes` are few, only those that may be parts of them."""
    known = Word.objects.exclude(phonetic_key="")  # phrases are never parts, and there are far more of them
    if wholes is not None:
        known = known.filter(word__in=set().union(*map(words.pieces, wholes)))
    return set(known.values_list("word", flat=True))


def _words_of_others() -> set[str]:
    """Words that people type though no offer uses them: synonyms, towns, ends of compounds."""
    spoken = set().union(*map(_spoken_often, Synonym.objects.values_list("word", flat=True)))
    return spoken | PARTS | {name for name in towns.names() if name.isalpha()}


def _load(keys: list[int]) -> Iterator[_Source]:
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    chosen: dict[int, list[Topic]] = defaultdict(list)
    through = Offer.topics.through.objects.filter(offer__in=keys).order_by("topic__order", "topic__title")
    for offer, topic in through.values_list("offer", "topic"):
        chosen[offer].append(topics[topic])
    place = {key: number for number, key in enumerate(keys)}
    for row in sorted(Offer.objects.filter(pk__in=keys).values_list(*_READ), key=lambda row: place[row[0]]):
        yield _Source._make([*row, chosen[row[0]]])


_READ = (
    "pk", "title", "provider__name", "description", "audience", "search_words", "area", "municipalities", "languages",
    "cost_kind",
)  # fmt: skip


def _spoken(text: str) -> list[str]:
    """The words of a text, normalised, and those that hyphens join."""
    return [word for word in [*words.tokens(text), *words.chains(text)] if word not in _SILENT]


@lru_cache(maxsize=16_384)
def _spoken_often(text: str) -> list[str]:
    """Kept, because many offers share it, or every refresh asks for it."""
    return _spoken(text)


@lru_cache(maxsize=16_384)
def _content_often(text: str) -> list[str]:
    return words.content(text)


def _batch(sources: list[_Source], compounds: _Compounds, now: datetime) -> _Batch:
    rows = io.StringIO(newline="")
    csv.writer(rows, quoting=csv.QUOTE_ALL).writerows(_row(source, compounds, now) for source in sources)
    rows.seek(0)
    said = (words.suspended_compounds(source.title, compounds.split) for source in sources)
    short = (compounds.abbreviations(source.provider) for source in sources)
    return _Batch(rows, set().union(*said, *short))


def _row(source: _Source, compounds: _Compounds, now: datetime) -> tuple[object, ...]:
    """The columns of a search entry, as _COPY names them."""
    towns = source.municipalities if source.area == Offer.Area.LOCAL else []
    facets = [("area", source.area), ("cost", source.cost)]
    facets += [("town", town) for town in towns] + [("language", language) for language in source.languages]
    return (
        source.key,
        _vector(_lexemes(source, compounds)),
        source.area in FAR,
        words.normalise(source.title)[:150],
        len(source.topics),
        f"{{{','.join(towns)}}}",
        source.area,
        _listed([("topic", topic.pk) for topic in source.topics]),
        _listed(facets),
        now,
    )


_COPY = """
COPY wegweiser_searchentry (offer_id, vector, far, title, breadth, towns, area, topics, facets, made_at)
FROM STDIN WITH (FORMAT csv)
"""


def _store(rows: io.StringIO) -> None:
    """By COPY: PostgreSQL takes twice as long to read the same as a statement."""
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, rows, _AT_ONCE)


def _listed(values: Sequence[tuple[str, object]]) -> str:
    """,town=siegen,language=de, — commas around each, so that one is found as it stands."""
    return "".join([",", *[f"{kind}={value}," for kind, value in values]])


def _lexemes(source: _Source, compounds: _Compounds) -> Iterable[Lexeme]:
    """The lexemes by which the offer is found, each with its class."""
    title = words.content(source.title)
    found = [(words.stem(word), "A") for word in words.suspended_compounds(source.title, compounds.split)]
    found += _classed(_spoken(source.title), "A", "B", compounds)
    # A title's first word is its subject: "Jugendamt der Stadt" ranks before "Beistandschaft des Jugendamts".
    found += [(stem, "A") for stem in title[:1]]
    for phrase in source.search_words:
        found += _classed(_spoken_often(phrase), "B", "C", compounds)
    found += [(run[:_LONGEST_LEXEME], "A") for run in words.ngrams(title)]
    for phrase, weight in [(source.provider, "B"), *((word, "A") for word in source.search_words)]:
        if len(stems := _content_often(phrase)) > 1:
            found.append((words.key(stems)[:_LONGEST_LEXEME], weight))
    found += [(words.stem(short), "C") for short in compounds.abbreviations(source.provider)]
    found += [(run[:_LONGEST_LEXEME], "C") for run in words.ngrams(_content_often(source.provider))]
    for text in [source.provider, *(topic.title for topic in source.topics)]:
        found += _classed(_spoken_often(text), "C", "C", compounds)
    for spoken in (_spoken(source.description), _spoken_often(source.audience)):
        found += _classed(spoken, "D", "D", compounds)
    return found


def _classed(spoken: list[str], whole: str, part: str, compounds: _Compounds) -> Iterable[Lexeme]:
    return chain.from_iterable(map(compounds.lexemes, spoken, repeat(whole), repeat(part)))


def _vector(lexemes: Iterable[Lexeme]) -> str:
    """A tsvector in PostgreSQL's text form, '{lexeme}':1A,7D. Lexemes hold letters, digits and _ only."""
    places: dict[str, list[str]] = defaultdict(list)
    positions = chain(range(1, _MOST_POSITIONS), repeat(_MOST_POSITIONS))
    for place, (lexeme, weight) in zip(positions, lexemes, strict=False):
        places[lexeme].append(f"{place}{weight}")
    return " ".join([f"'{lexeme}':{','.join(found[:_MOST_OF_A_WORD])}" for lexeme, found in places.items()])


def _word(word: str) -> Word:
    return Word(word=word, stem=words.stem(word), phonetic_key=words.phonetic_key(word), weight=0)
