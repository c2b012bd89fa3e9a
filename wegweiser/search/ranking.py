"""Finds offers: one statement ranks them and counts what could be filtered by.

Every offer that holds one of the wish's lexemes is a hit. It is worth the sum over the wish's groups of the best way
each is met (search_query.py), more if it is for the town that was named, hardly anything if it is for others.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from wegweiser.models import Offer, Situation
from wegweiser.search import words
from wegweiser.search.query import Wish, understand

PER_PAGE = 20
MOST_PAGES = 50
# What a word is worth in the description (D), beside provider and topics (C), as search word (B), in the title (A).
_CLASSES = "{0.12, 0.35, 0.7, 1.0}"
_FEW_TOWNS = 3
# For the town asked for, among few or many; for the whole district; for everybody; for other towns.
_NEAR_FEW, _NEAR, _DISTRICT, _EVERYBODY, _ELSEWHERE = 1.7, 1.5, 1.25, 1.0, 0.12
_NEAR_FEW_MORE, _NEAR_MORE = 1.4, 0.7
_ONE_TOWN_ONLY = 0.97  # nobody said where: what is for all comes first
_LEAST = 0.08  # of the best hit's worth: what has less to do with the question is none


@dataclass(frozen=True)
class Filters:
    topic: int | None = None
    town: str = ""
    language: str = ""
    cost: str = ""

    def __bool__(self) -> bool:
        return self.topic is not None or bool(self.town or self.language or self.cost)


@dataclass
class Result:
    """`hits` of one page, best first; `count` of all; `facets`: what the other filters leave, by kind and value."""

    hits: list[int]
    count: int
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


# Hits are kept once, with what every count asks of them, and what is read most often stands first.
_STATEMENT = """
WITH hit AS MATERIALIZED (
    SELECT offer_id, ({score}) AS score,
           {topic} AS in_topic, {town} AS in_town, {language} AS in_language, {cost} AS in_cost,
           cost, area, towns, languages, topics, title
    FROM (SELECT e.*{ranks} FROM wegweiser_searchentry e WHERE {condition} OFFSET 0) e
), worth AS MATERIALIZED (
    SELECT {least} * max(score) AS least FROM hit
), tried AS NOT MATERIALIZED (
    SELECT * FROM hit WHERE score >= (SELECT least FROM worth)
)
SELECT 'hit' AS kind, offer_id::text AS value, row_number() OVER () AS number FROM (
    SELECT offer_id FROM tried WHERE in_topic AND in_town AND in_language AND in_cost
    ORDER BY score DESC, title, offer_id LIMIT %(limit)s OFFSET %(offset)s
) AS best
UNION ALL
SELECT 'count', '', count(*) FROM tried WHERE in_topic AND in_town AND in_language AND in_cost
UNION ALL
SELECT 'topic', topic::text, count(*) FROM (
    SELECT unnest(topics) AS topic FROM tried WHERE in_town AND in_language AND in_cost
) AS topics GROUP BY topic
UNION ALL
SELECT 'town', town, count(*) FROM (
    SELECT unnest(towns) AS town FROM tried WHERE in_topic AND in_language AND in_cost
) AS towns GROUP BY town
UNION ALL
SELECT 'everywhere', '', count(*) FROM tried WHERE in_topic AND in_language AND in_cost AND area <> 'local'
UNION ALL
SELECT 'language', language, count(*) FROM (
    SELECT unnest(languages) AS language FROM tried WHERE in_topic AND in_town AND in_cost
) AS languages GROUP BY language
UNION ALL
SELECT 'cost', cost, count(*) FROM tried WHERE in_topic AND in_town AND in_language GROUP BY cost
"""


def find(wish: Wish | None, filters: Filters = Filters(), page: int = 1) -> Result:
    """Without a wish: all offers that pass the filters, the most typical of a topic first.

    Nothing is found by a wish that nothing meets.
    """
    if wish is not None and not wish.groups and not wish.towns:
        return Result([], 0)
    sql, values = statement(wish, filters, page)
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    hits = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for kind, value, number in cursor.fetchall():
            if kind == "hit":
                hits.append((number, int(value)))
            else:
                facets[kind][value] = number
    everywhere = facets.pop("everywhere")[""]
    towns = facets["town"]
    facets["town"] = {slug: towns.get(slug, 0) + everywhere for slug in settings.MUNICIPALITIES}
    return Result([key for _number, key in sorted(hits)], facets.pop("count")[""], facets)


def statement(wish: Wish | None, filters: Filters, page: int) -> tuple[str, dict[str, Any]]:
    """The one statement and its values; of what people typed nothing is in its text."""
    lexemes = wish.lexemes if wish else []
    values: dict[str, Any] = {"limit": PER_PAGE, "offset": (page - 1) * PER_PAGE, "classes": _CLASSES}
    values |= {f"lexeme{number}": f"'{lexeme}'" for number, lexeme in enumerate(lexemes)}
    values |= {"any": " | ".join(f"'{lexeme}'" for lexeme in lexemes), "towns": wish.towns if wish else []}
    ranks = "".join(
        f", ts_rank(%(classes)s::float4[], vector, %(lexeme{number})s::tsquery) AS r{number}"
        for number in range(len(lexemes))
    )
    conditions = ["vector @@ %(any)s::tsquery"] if lexemes else []
    conditions += ["towns && %(towns)s::varchar[]"] if wish and wish.towns and not lexemes else []
    tests = _tests(filters, values)
    if wish is None:  # who chose a topic to look around in is not asked for another
        conditions.append(tests["topic"])
        tests["topic"] = "true"
    condition = " AND ".join(conditions) or "true"
    score = _score(wish, lexemes, filters)
    return _STATEMENT.format(score=score, least=_LEAST, ranks=ranks, condition=condition, **tests), values


def _score(wish: Wish | None, lexemes: list[str], filters: Filters) -> str:
    if wish is None:  # what is about nothing but the chosen topic comes first
        return "1" if filters.topic is None else "1.0::float / greatest(1, cardinality(topics))"
    names = {lexeme: f"r{number}" for number, lexeme in enumerate(lexemes)}
    groups = []
    for group in wish.groups:
        ways = ["(" + " + ".join(f"{worth:.4f} * {names[lexeme]}" for lexeme, worth in way) + ")" for way in group]
        groups.append(f"greatest({', '.join(ways)})" if len(ways) > 1 else ways[0])
    text = " + ".join(groups) or "1"
    if not wish.towns:
        return f"({text}) * CASE WHEN cardinality(towns) = 1 THEN {_ONE_TOWN_ONLY} ELSE 1 END"
    near = f"towns && %(towns)s::varchar[] AND cardinality(towns) <= {_FEW_TOWNS}"
    return f"""({text}) * CASE WHEN {near} THEN {_NEAR_FEW} WHEN towns && %(towns)s::varchar[] THEN {_NEAR}
        WHEN area = 'district' THEN {_DISTRICT} WHEN area <> 'local' THEN {_EVERYBODY} ELSE {_ELSEWHERE} END
        + CASE WHEN {near} THEN {_NEAR_FEW_MORE} WHEN towns && %(towns)s::varchar[] THEN {_NEAR_MORE} ELSE 0 END"""


def _tests(filters: Filters, values: dict[str, Any]) -> dict[str, str]:
    """For every filter what an offer must be; "true" where none is set."""
    values |= {"topic": [filters.topic], "town": [filters.town], "language": [filters.language], "cost": filters.cost}
    return {
        "topic": "topics @> %(topic)s::bigint[]" if filters.topic is not None else "true",
        "town": "(towns @> %(town)s::varchar[] OR area <> 'local')" if filters.town else "true",
        "language": "languages @> %(language)s::varchar[]" if filters.language else "true",
        "cost": "cost = %(cost)s" if filters.cost else "true",
    }


def situations(wish: Wish) -> list[Situation]:
    """The life situations that the question speaks of, by their title or one of their search words."""
    found = []
    for situation in Situation.objects.published():
        phrases = map(words.phrase, [situation.title, *situation.search_words])
        if any(phrase and wish.stems.issuperset(phrase) for phrase in phrases):
            found.append(situation)
    return found


def offers(result: Result) -> list[Offer]:
    """The hits themselves, in their order, with their providers."""
    found = Offer.objects.published().select_related("provider").in_bulk(result.hits)
    return [found[key] for key in result.hits if key in found]


__all__ = ["MOST_PAGES", "PER_PAGE", "Filters", "Result", "find", "offers", "situations", "statement", "understand"]
