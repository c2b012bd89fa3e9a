"""Weighs words and synonyms: more the fewer offers or synonyms share them."""

import math
from collections import Counter
from itertools import chain

from django.db import connection

from wegweiser.models import Synonym
from wegweiser.search import words
from wegweiser.search.word_lists import LIGHT, MONEY, NEGATION, STOP

COMMON = {words.stem(word) for word in LIGHT | MONEY | STOP | {NEGATION}}


def weigh_words() -> None:
    """Weighs every word, and every phrase, by how few offers use it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH weighed AS (
                SELECT word, ln(1 + (SELECT count(*) FROM wegweiser_searchentry)::float / ndoc) AS weight
                FROM ts_stat('SELECT vector FROM wegweiser_searchentry')
            ),
            phrases AS (
                INSERT INTO wegweiser_word (word, stem, phonetic_key, weight)
                SELECT word, word, '', weighed.weight FROM weighed LEFT JOIN wegweiser_word known USING (word)
                WHERE word LIKE '%\\_%' AND known.weight IS DISTINCT FROM weighed.weight
                ORDER BY word  -- as the indexes want them
                ON CONFLICT (word) DO UPDATE SET weight = excluded.weight
            )
            UPDATE wegweiser_word known SET weight = coalesce(weighed.weight, 0)
            FROM wegweiser_word word LEFT JOIN weighed ON weighed.word = word.stem
            WHERE known.word = word.word AND known.weight IS DISTINCT FROM coalesce(weighed.weight, 0)
              AND word.phonetic_key <> ''
            """
        )


def weigh_new(key: int) -> None:
    """Weighs the words that only this offer uses."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            WITH most AS (
                SELECT ln(1 + count(*)::float) AS weight FROM wegweiser_searchentry  -- counts only if one is new
            ), used AS (
                SELECT unnest(tsvector_to_array(vector)) AS lexeme FROM wegweiser_searchentry WHERE offer_id = %s
            ), phrases AS (
                INSERT INTO wegweiser_word (word, stem, phonetic_key, weight)
                SELECT lexeme, lexeme, '', (SELECT weight FROM most) FROM used
                WHERE lexeme LIKE '%%\_%%' AND NOT EXISTS (SELECT FROM wegweiser_word WHERE word = lexeme)
                ON CONFLICT (word) DO NOTHING
            )
            UPDATE wegweiser_word word SET weight = (SELECT weight FROM most) FROM used
            WHERE word.stem = used.lexeme AND word.weight = 0 AND word.phonetic_key <> ''
            """,
            [key],
        )


def weigh_synonyms() -> None:
    """Weighs every synonym by its most telling word: "kein Geld" has one that few others share, "wer hilft
    mir" none.
    """
    read = list(Synonym.objects.values_list("pk", "word", "stems", "weight"))
    phrases = [words.phrase(word) for _key, word, _stems, _weight in read]
    shared = Counter(chain.from_iterable(phrases))
    most = math.log(1 + len(phrases))
    changed = []
    for (key, _word, known, weighed), stems in zip(read, phrases, strict=True):
        rarest = min((shared[stem] for stem in stems if stem not in COMMON), default=len(phrases))
        weight = math.log(1 + len(phrases) / rarest) / most
        if (known, weighed) != (stems, weight):
            changed.append((key, " ".join(stems), weight))
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE wegweiser_synonym synonym SET stems = string_to_array(joined, ' ')::varchar[], weight = new.weight
            FROM unnest(%s::bigint[], %s::text[], %s::float[]) AS new (id, joined, weight) WHERE synonym.id = new.id
            """,
            [list(column) for column in zip(*changed, strict=True)],
        )
