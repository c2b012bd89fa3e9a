"""Counts searches that found nothing, for the officers: the words and the day, never a person.

This is the only thing that looking at a page writes (M-03). Words that could name or reach a person are not stored,
rare words are not shown, and nobody can fill the table.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone

from kit import months, tallies
from kit.tallies import What
from wegweiser.models import FailedSearch
from wegweiser.search import towns, words
from wegweiser.search.word_lists import FILLERS, NEGATION, PERSONS, STOP

SHOWN_FROM = 3
DAYS = 90
MOST_ROWS_A_DAY = 500
MOST_A_DAY = 1000
_LONGEST = 60
_MOST_WORDS = 5
# An address, a phone number, a web address, a house number.
_TELLING = re.compile(r"@|\d\D{0,3}\d\D{0,3}\d|https?:|www\.|\w\.\w|(?:str|strasse|weg|platz|gasse|allee)\.?\s*\d")

# Of pg_trgm's similarity, which is 1 for what sounds the same: to propose a word, and to take it for what was meant.
_LEAST_ALIKE, _SURELY_ALIKE = 0.3, 0.5
_NEAR_WORDS = """
SELECT word, stem FROM (
    SELECT DISTINCT ON (stem) word, stem, similarity(phonetic_key, key) AS alike
    FROM wegweiser_word, unnest(%(keys)s::text[]) AS key
    WHERE phonetic_key <> '' AND weight > 0 AND similarity(phonetic_key, key) >= %(least)s
    ORDER BY stem, alike DESC, word
) AS near ORDER BY alike DESC, word LIMIT 6
"""
_TOPICS = """
SELECT topic.title, topic.slug FROM wegweiser_searchentry entry
JOIN wegweiser_topic topic ON entry.topics LIKE '%%,topic=' || topic.id || ',%%'
WHERE entry.vector @@ %(any)s::tsquery
GROUP BY topic.id ORDER BY count(*) DESC, topic.title LIMIT 3
"""


def record(question: str) -> None:
    """Counts the main words of the question; nothing if they could identify a person, or if there are none."""
    if _TELLING.search(words.normalise(question)):
        return
    found = [word for word in words.tokens(question) if word not in STOP | FILLERS and word != NEGATION]
    text = " ".join(sorted(set(found)))
    if not found or len(found) > _MOST_WORDS or len(text) > _LONGEST:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO wegweiser_failedsearch AS known (words, day, count)
            SELECT %(words)s, %(day)s, 1
            WHERE (SELECT count(*) FROM wegweiser_failedsearch WHERE day = %(day)s) < %(rows)s
               OR EXISTS (SELECT 1 FROM wegweiser_failedsearch WHERE day = %(day)s AND words = %(words)s)
            ON CONFLICT (words, day) DO UPDATE SET count = least(known.count + 1, %(most)s)
            """,
            {"words": text, "day": months.today(), "rows": MOST_ROWS_A_DAY, "most": MOST_A_DAY},
        )


def forget_person(email: str, names: Iterable[str]) -> None:
    """Deletes the searches with any word of the names, and those with all words of the address before the "@".

    A name may be a common word: then a few counts too many are lost, which matters less than one name too many kept.
    """
    parts = {word for name in names for word in _telling(name)}
    if parts:
        _delete(FailedSearch.objects.filter(words__regex=_whole(*parts)))
    if local := _telling(email.rpartition("@")[0]):
        holding_all = FailedSearch.objects.all()
        for word in local:
            holding_all = holding_all.filter(words__regex=_whole(word))
        _delete(holding_all)


@transaction.atomic
def tally(searches: "QuerySet[FailedSearch]") -> None:
    """Counts for the report, by day, topic and town, those of these searches that it has not counted. No words go
    into a tally.
    """
    new: Counter[tuple[date, str]] = Counter()
    rows = list(searches.filter(counted__lt=F("count")).select_for_update())
    for row in rows:
        new[row.day, _subject(row.words)] += row.count - row.counted
        row.counted = row.count
    FailedSearch.objects.bulk_update(rows, ["counted"], batch_size=MOST_ROWS_A_DAY)
    for (day, subject), number in new.items():
        tallies.count(What.SEARCHED_IN_VAIN, number, on=day, of=subject)


def _delete(searches: "QuerySet[FailedSearch]") -> None:
    """Once they are counted: what is forgotten changes no figure."""
    tally(searches)
    searches.delete()


def _subject(text: str) -> str:
    """The topic whose offers come nearest, and the town that is named: "freizeit/bad-laasphe"; either may be empty."""
    asked = text.split()
    named, used = towns.find(asked)
    whole = {slug: set(words.tokens(name)) for slug, name in settings.MUNICIPALITIES.items()}
    apart = [slug for slug, parts in whole.items() if len(parts) > 1 and parts <= set(asked)]  # the words are sorted
    found = list(dict.fromkeys([*apart, *named]))
    of_towns = {part for slug in apart for part in whole[slug]} | {asked[place] for place in used}
    topic = _topic([word for word in asked if word not in of_towns])
    return f"{topic}/{found[0] if len(found) == 1 else ''}"


def _topic(asked: list[str]) -> str:
    _words, topics = _near(asked, _SURELY_ALIKE)
    return next((slug for _title, slug in topics), "")


def _near(asked: list[str], least: float) -> tuple[list[str], list[tuple[str, str]]]:
    """Words that offers use and that are at least so alike, and title and slug of the topics of those offers."""
    with connection.cursor() as cursor:
        cursor.execute(_NEAR_WORDS, {"keys": [words.phonetic_key(word) for word in asked], "least": least})
        near = dict(cursor.fetchall())
        if not near:
            return [], []
        cursor.execute(_TOPICS, {"any": " | ".join(f"'{stem}'" for stem in near.values())})
        return list(near), cursor.fetchall()


def _telling(text: str) -> set[str]:
    """The words that `record` would keep and that can name somebody."""
    return set(words.tokens(text)) - STOP - FILLERS - PERSONS - {NEGATION}


def _whole(*alternatives: str) -> str:
    """A regular expression for whole words; tokens hold letters and digits only."""
    return rf"(^| )({'|'.join(alternatives)})( |$)"


def shown() -> "QuerySet[Any, Any]":
    """For the officers: words, how often in the last 90 days, and when last; most frequent first."""
    since = timezone.localdate() - timedelta(days=DAYS)
    rows = FailedSearch.objects.filter(day__gte=since).values("words")
    return rows.annotate(times=Sum("count"), last=Max("day")).filter(times__gte=SHOWN_FROM).order_by("-times", "words")


def propose(text: str) -> list[str]:
    """What an officer may choose from as its meaning: near words that offers use, then the topics of those offers.

    They may be further away than the search itself goes, since it has found nothing.
    """
    asked = [word for word in words.tokens(text) if word not in STOP | FILLERS and word != NEGATION][:_MOST_WORDS]
    near, topics = _near(asked, _LEAST_ALIKE)
    return [*near, *(title for title, _slug in topics)]
