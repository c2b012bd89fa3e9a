"""Finds offers: one statement ranks them and counts what could be filtered by.

Every offer that holds one of the query's lexemes is a hit. Its score is the sum, over the query's clauses, of the best
alternative of each (query.py); it is raised if the offer is for the town that was named, and nearly lost if it is for
other towns (weights.py).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from wegweiser.models import Offer, Situation
from wegweiser.search import words
from wegweiser.search.query import Query, parse
from wegweiser.search.weights import WEIGHTS

PER_PAGE = 20
MOST_PAGES = 50
# Areas that hold the district and much more.
_GENERAL = [Offer.Area.STATE.value, Offer.Area.COUNTRY.value]
# A list without a question: what is near comes first, somebody there can be visited and knows the other offices. Then,
# in a topic, what belongs to no topic that is needed before it (an entry's topics are in that order): food banks are
# about money first, then about distress.
_LIST_ORDER = "area = ANY (%(general)s), topics[1] IS DISTINCT FROM (%(topic)s::bigint[])[1], "
_CLASSES = f"{{{', '.join(map(str, WEIGHTS.classes))}}}"


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
    """`hits` of one page, best first; `count` of all, and how many of them are for the whole Land or country;
    `facets`: what the other filters leave, by kind and value.
    """

    hits: list[int]
    count: int
    general: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


# Hits are computed once, with the columns that the counts need; those read most often come first.
_STATEMENT = """
WITH hit AS MATERIALIZED (
    SELECT offer_id, ({score}) AS score,
           {topic} AS in_topic, {town} AS in_town, {language} AS in_language, {cost} AS in_cost,
           cost, area, towns, languages, topics, title
    FROM (SELECT e.*{ranks} FROM wegweiser_searchentry e WHERE {condition} OFFSET 0) e
), threshold AS MATERIALIZED (
    SELECT greatest({least} * max(score), %(least)s) AS least FROM hit
), tried AS NOT MATERIALIZED (
    SELECT * FROM hit WHERE score >= (SELECT least FROM threshold)
)
SELECT 'hit' AS kind, offer_id::text AS value, row_number() OVER () AS number FROM (
    SELECT offer_id FROM tried WHERE in_topic AND in_town AND in_language AND in_cost
    ORDER BY {order}score DESC, title, offer_id LIMIT %(limit)s OFFSET %(offset)s
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
SELECT 'area', area, count(*) FROM tried WHERE in_topic AND in_language AND in_cost AND area <> 'local' GROUP BY area
UNION ALL
SELECT 'language', language, count(*) FROM (
    SELECT unnest(languages) AS language FROM tried WHERE in_topic AND in_town AND in_cost
) AS languages GROUP BY language
UNION ALL
SELECT 'cost', cost, count(*) FROM tried WHERE in_topic AND in_town AND in_language GROUP BY cost
"""


def find(query: Query | None, filters: Filters = Filters(), page: int = 1) -> Result:
    """One page of hits. Without a query: all offers that pass the filters, those of the district before those of the
    whole Land or country, and the most typical of a topic first.

    A query without clauses and towns finds nothing.
    """
    if query is not None and (query.is_unknown or (not query.clauses and not query.towns)):
        return Result([], 0)
    sql, values = statement(query, filters, page)
    facets: dict[str, dict[str, int]] = defaultdict(dict)
    hits = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for kind, value, number in cursor.fetchall():
            if kind == "hit":
                hits.append((number, int(value)))
            else:
                facets[kind][value] = number
    areas = facets.pop("area", {})
    everywhere, towns = sum(areas.values()), facets["town"]
    facets["town"] = {slug: towns.get(slug, 0) + everywhere for slug in settings.MUNICIPALITIES}
    general = sum(areas.get(area, 0) for area in _GENERAL)
    return Result([key for _number, key in sorted(hits)], facets.pop("count")[""], general, facets)


def statement(query: Query | None, filters: Filters, page: int) -> tuple[str, dict[str, Any]]:
    """The one statement and its values. What people typed is in the values only, never in the text."""
    lexemes = query.lexemes if query else []
    values: dict[str, Any] = {"limit": PER_PAGE, "offset": (page - 1) * PER_PAGE, "classes": _CLASSES}
    values["least"] = query.least if query else 0.0
    values |= {f"lexeme{number}": f"'{lexeme}'" for number, lexeme in enumerate(lexemes)}
    values["general"] = _GENERAL
    values |= {"any": " | ".join(f"'{lexeme}'" for lexeme in lexemes), "towns": query.towns if query else []}
    ranks = "".join(
        f", ts_rank(%(classes)s::float4[], vector, %(lexeme{number})s::tsquery) AS r{number}"
        for number in range(len(lexemes))
    )
    conditions = ["vector @@ %(any)s::tsquery"] if lexemes else []
    conditions += ["towns && %(towns)s::varchar[]"] if query and query.towns and not lexemes else []
    tests = _tests(filters, values)
    if query is None:  # a chosen topic without a question: no other topics are counted
        conditions.append(tests["topic"])
        tests["topic"] = "true"
    condition = " AND ".join(conditions) or "true"
    score = _score(query, lexemes, filters)
    parts = {"score": score, "least": WEIGHTS.least, "ranks": ranks, "condition": condition}
    return _STATEMENT.format(**parts, order=_LIST_ORDER if query is None else "", **tests), values


def _score(query: Query | None, lexemes: list[str], filters: Filters) -> str:
    if query is None:  # offers about nothing but the chosen topic come first
        return "1" if filters.topic is None else "1.0::float / greatest(1, cardinality(topics))"
    names = {lexeme: f"r{number}" for number, lexeme in enumerate(lexemes)}
    clauses = []
    for clause in query.clauses:
        alternatives = [
            "(" + " + ".join(f"{score:.4f} * {names[lexeme]}" for lexeme, score in alternative) + ")"
            for alternative in clause
        ]
        clauses.append(f"greatest({', '.join(alternatives)})" if len(alternatives) > 1 else alternatives[0])
    text = " + ".join(clauses) or "1"
    if not query.towns:
        return f"({text}) * CASE WHEN cardinality(towns) = 1 THEN {WEIGHTS.one_town_only} ELSE 1 END"
    in_town = "towns && %(towns)s::varchar[]"
    near = f"{in_town} AND cardinality(towns) <= {WEIGHTS.few_towns}"
    return f"""({text}) * CASE WHEN {near} THEN {WEIGHTS.near_few} WHEN {in_town} THEN {WEIGHTS.near}
        WHEN area = 'district' THEN {WEIGHTS.district} WHEN area <> 'local' THEN {WEIGHTS.everywhere}
        ELSE {WEIGHTS.elsewhere} END
        + CASE WHEN ({text}) < {_in_passing(query)} THEN 0 WHEN {near} THEN {WEIGHTS.near_few_bonus}
          WHEN {in_town} THEN {WEIGHTS.near_bonus} ELSE 0 END"""


def _in_passing(query: Query) -> float:
    """The text's score below which an offer only mentions what was asked: the town it is in does not help it then."""
    best = (max((sum(score for _lexeme, score in each) for each in clause), default=0.0) for clause in query.clauses)
    return WEIGHTS.in_passing * sum(best)


def _tests(filters: Filters, values: dict[str, Any]) -> dict[str, str]:
    """The condition of each filter; "true" where it is not set."""
    values |= {"topic": [filters.topic], "town": [filters.town], "language": [filters.language], "cost": filters.cost}
    return {
        "topic": "topics @> %(topic)s::bigint[]" if filters.topic is not None else "true",
        "town": "(towns @> %(town)s::varchar[] OR area <> 'local')" if filters.town else "true",
        "language": "languages @> %(language)s::varchar[]" if filters.language else "true",
        "cost": "cost = %(cost)s" if filters.cost else "true",
    }


def situations(query: Query) -> list[Situation]:
    """The life situations whose title, or one of whose search words, the question contains."""
    found = []
    for situation in Situation.objects.published():
        phrases = map(words.phrase, [situation.title, *situation.search_words])
        if any(phrase and query.stems.issuperset(phrase) for phrase in phrases):
            found.append(situation)
    return found


def offers(result: Result) -> list[Offer]:
    """The hits themselves, in their order, with their providers."""
    found = Offer.objects.published().select_related("provider").in_bulk(result.hits)
    return [found[key] for key in result.hits if key in found]


__all__ = ["MOST_PAGES", "PER_PAGE", "Filters", "Result", "find", "offers", "parse", "situations", "statement"]
