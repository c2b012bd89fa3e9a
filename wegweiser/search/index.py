"""Makes the tables that the search reads, from offers and synonyms.

An offer's words have four classes of weight: A title, B search words and the parts of the title's compounds, C
provider, topics and the parts of search words, D everything else.
"""

import contextlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import datetime
from functools import cache, lru_cache, partial

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from wegweiser.models import Offer, OfferQuerySet, SearchEntry, Synonym, Word
from wegweiser.search import names, towns, words
from wegweiser.search.word_lists import LIGHT, MONEY, NEGATION, PARTS, STOP

_BATCH = 1000
_FEW = 10  # offers whose words are looked up one by one
_MOST_POSITIONS = 16_000  # of PostgreSQL's 16,383
_MOST_OF_A_WORD = 12
_LONGEST_LEXEME = 100
_COMMON = {words.stem(word) for word in LIGHT | MONEY | STOP | {NEGATION}}
TakeApart = Callable[[str], list[str]]


def put_later(offer: Offer) -> None:
    """Calls `put` after the commit, so that nobody waits for the index while holding an offer."""
    transaction.on_commit(partial(put, offer.pk), robust=True)


def put(key: int) -> None:
    """Makes the search entry of one offer that was published or changed; deletes it if the offer is not public.

    The weights of its words are approximate until the next `refresh` or `rebuild`.
    """
    with _alone():
        SearchEntry.objects.filter(offer=key).delete()
        if offers := Offer.objects.published().filter(pk=key):
            _make(offers)
            _weigh_new(key)


def refresh(now: datetime | None = None) -> None:
    """Updates outdated search entries, and recounts words and synonyms. Cheap when nothing has changed."""
    with _alone():
        SearchEntry.objects.exclude(offer__state=Offer.State.PUBLISHED).delete()
        changed = Q(search_entry=None) | Q(changed_at__gte=F("search_entry__made_at"))
        _make(Offer.objects.published().filter(changed), _words_of_others())
        _weigh_words()
        _weigh_synonyms()


def rebuild() -> None:
    """Makes everything anew, after an import: all compounds are then split by the words of all offers."""
    with _alone():
        Word.objects.all().delete()
        SearchEntry.objects.all().delete()
        _make(Offer.objects.published(), _words_of_others())
        _weigh_words()
        _weigh_synonyms()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Serialises changes of the index: two at once would forget each other's words."""
    with transaction.atomic():
        locks.take(Lock.SEARCH_INDEX)
        yield


def _make(offers: OfferQuerySet, others: Set[str] = frozenset()) -> None:
    """Makes the search entries of the offers; `others` are words that no offer need contain."""
    keys = list(offers.order_by("pk").values_list("pk", flat=True))
    batches = [keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)]
    # All words first: compounds are split by the words that any offer or synonym uses.
    used = {word for batch in batches for offer in _load(batch) for word in _spoken(" ".join(_texts(offer)))}
    vocabulary = used | others | _known(used if len(keys) <= _FEW else None)
    used |= others
    split_compound = cache(lambda word: words.split_compound(word, vocabulary.__contains__))
    now = timezone.now()
    for batch in batches:
        search_entries = []
        for offer in _load(batch):
            used |= set(words.suspended_compounds(offer.title, split_compound))
            used |= set(names.abbreviations(offer.provider.name, split_compound))
            search_entries.append(_search_entry(offer, split_compound, now))
        SearchEntry.objects.bulk_create(
            search_entries, update_conflicts=True, unique_fields=["offer"], update_fields=_UPDATED
        )
    if len(keys) > _FEW:
        with connection.cursor() as cursor:  # what waits in the list of an index is read by every search
            cursor.execute("SELECT gin_clean_pending_list('search_entry_begins')")
    new = used.difference(Word.objects.filter(word__in=used).values_list("word", flat=True))
    Word.objects.bulk_create(map(_word, sorted(new)), ignore_conflicts=True, batch_size=_BATCH)


def _known(wholes: Set[str] | None) -> set[str]:
    """The words in use already; if `wholes` are few, only those that may be parts of them."""
    known = Word.objects.exclude(phonetic_key="")  # phrases are never parts, and there are far more of them
    if wholes is not None:
        known = known.filter(word__in=set().union(*map(words.pieces, wholes)))
    return set(known.values_list("word", flat=True))


def _words_of_others() -> set[str]:
    """Words that people type though no offer uses them: synonyms, towns, ends of compounds."""
    spoken = set().union(*map(_spoken_phrase, Synonym.objects.values_list("word", flat=True)))
    return spoken | PARTS | {name for name in towns.names() if name.isalpha()}


_UPDATED = [field.name for field in SearchEntry._meta.fields if not field.primary_key]


def _load(keys: list[int]) -> Iterable[Offer]:
    return Offer.objects.filter(pk__in=keys).select_related("provider").prefetch_related("topics")


def _texts(offer: Offer) -> Iterator[str]:
    yield from (offer.title, offer.provider.name, offer.description, offer.audience)
    yield from offer.search_words
    yield from (topic.title for topic in offer.topics.all())


def _spoken(text: str) -> Iterator[str]:
    """The words of a text, normalised, and those that hyphens join."""
    for word in [*words.tokens(text), *words.chains(text)]:
        if word not in STOP and word != NEGATION:
            yield word


@lru_cache(maxsize=16_384)
def _spoken_phrase(phrase: str) -> frozenset[str]:
    """The words of a synonym; kept, because every refresh asks for all synonyms."""
    return frozenset(_spoken(phrase))


def _search_entry(offer: Offer, split_compound: TakeApart, now: datetime) -> SearchEntry:
    local = offer.area == Offer.Area.LOCAL
    return SearchEntry(
        offer=offer,
        vector=_vector(_lexemes(offer, split_compound)),
        title=words.normalise(offer.title)[:150],
        topics=[topic.pk for topic in offer.topics.all()],
        towns=offer.municipalities if local else [],
        area=offer.area,
        languages=offer.languages,
        cost=offer.cost_kind,
        made_at=now,
    )


def _lexemes(offer: Offer, split_compound: TakeApart) -> Iterator[tuple[str, str]]:
    """The lexemes by which the offer is found, each with its class."""
    yield from ((words.stem(word), "A") for word in words.suspended_compounds(offer.title, split_compound))
    yield from _classed(offer.title, "A", "B", split_compound)
    # A title's first word is its subject: "Jugendamt der Stadt" ranks before "Beistandschaft des Jugendamts".
    yield from ((stem, "A") for stem in words.content(offer.title)[:1])
    for phrase in offer.search_words:
        yield from _classed(phrase, "B", "C", split_compound)
    yield from ((run, "A") for run in words.ngrams(words.content(offer.title)))
    for phrase, weight in [(offer.provider.name, "B"), *((word, "A") for word in offer.search_words)]:
        if len(stems := words.content(phrase)) > 1:
            yield words.key(stems), weight
    yield from ((words.stem(short), "C") for short in names.abbreviations(offer.provider.name, split_compound))
    yield from ((run, "C") for run in words.ngrams(words.content(offer.provider.name)))
    for text in [offer.provider.name, *(topic.title for topic in offer.topics.all())]:
        yield from _classed(text, "C", "C", split_compound)
    for text in (offer.description, offer.audience):
        yield from _classed(text, "D", "D", split_compound)


def _classed(text: str, whole: str, part: str, split_compound: TakeApart) -> Iterator[tuple[str, str]]:
    for word in _spoken(text):
        yield words.stem(word), whole
        yield from ((words.stem(piece), part) for piece in split_compound(word))


def _vector(lexemes: Iterable[tuple[str, str]]) -> str:
    """A tsvector in PostgreSQL's text form, '{lexeme}':1A,7D. Lexemes hold letters, digits and _ only."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, (lexeme, weight) in enumerate(lexemes, 1):
        if len(places[lexeme[:_LONGEST_LEXEME]]) < _MOST_OF_A_WORD:
            places[lexeme[:_LONGEST_LEXEME]].append(f"{min(place, _MOST_POSITIONS)}{weight}")
    return " ".join(f"'{lexeme}':{','.join(found)}" for lexeme, found in places.items())


def _word(word: str) -> Word:
    return Word(word=word, stem=words.stem(word), phonetic_key=words.phonetic_key(word), weight=0)


def _weigh_words() -> None:
    """Weighs every word, and every phrase, by how few offers use it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH used AS (SELECT word, ndoc FROM ts_stat('SELECT vector FROM wegweiser_searchentry')),
            weighed AS (
                SELECT word, ln(1 + (SELECT count(*) FROM wegweiser_searchentry)::float / ndoc) weight FROM used
            ),
            phrases AS (
                INSERT INTO wegweiser_word (word, stem, phonetic_key, weight)
                SELECT word, word, '', weight FROM weighed WHERE word LIKE '%\\_%'
                ON CONFLICT (word) DO UPDATE SET weight = excluded.weight
            )
            UPDATE wegweiser_word known SET weight = coalesce(weighed.weight, 0)
            FROM wegweiser_word word LEFT JOIN weighed ON weighed.word = word.stem
            WHERE known.word = word.word AND known.weight IS DISTINCT FROM coalesce(weighed.weight, 0)
              AND word.phonetic_key <> ''
            """
        )


def _weigh_new(key: int) -> None:
    """Weighs the words that only this offer uses."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            WITH used AS (
                SELECT unnest(tsvector_to_array(vector)) AS lexeme,
                       ln(1 + (SELECT count(*) FROM wegweiser_searchentry)::float) AS weight
                FROM wegweiser_searchentry WHERE offer_id = %s
            ), phrases AS (
                INSERT INTO wegweiser_word (word, stem, phonetic_key, weight)
                SELECT lexeme, lexeme, '', weight FROM used WHERE lexeme LIKE '%%\_%%' ON CONFLICT (word) DO NOTHING
            )
            UPDATE wegweiser_word word SET weight = used.weight FROM used
            WHERE word.stem = used.lexeme AND word.weight = 0 AND word.phonetic_key <> ''
            """,
            [key],
        )


def _weigh_synonyms() -> None:
    """Weighs every synonym by its most telling word: "kein Geld" has one that few others share, "wer hilft
    mir" none.
    """
    phrases = {key: words.phrase(word) for key, word in Synonym.objects.values_list("pk", "word")}
    shared = Counter(stem for stems in phrases.values() for stem in stems)
    most = math.log(1 + len(phrases))
    weights = []
    for stems in phrases.values():
        rarest = min((shared[stem] for stem in stems if stem not in _COMMON), default=len(phrases))
        weights.append(math.log(1 + len(phrases) / rarest) / most)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE wegweiser_synonym synonym SET stems = new.stems, weight = new.weight
            FROM (
                SELECT id, string_to_array(joined, ' ')::varchar[] AS stems, weight
                FROM unnest(%s::bigint[], %s::text[], %s::float[]) AS read (id, joined, weight)
            ) AS new
            WHERE synonym.id = new.id AND (synonym.stems <> new.stems OR synonym.weight <> new.weight)
            """,
            [list(phrases), [" ".join(stems) for stems in phrases.values()], weights],
        )
