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
from wegweiser.search.index import FAR
from wegweiser.search.query import Query, parse
from wegweiser.search.weights import WEIGHTS

PER_PAGE = 20
MOST_PAGES = 50
# A list without a question: what is near comes first, somebody there can be visited and knows the other offices.
# Then, in a topic, what belongs to no topic that is needed before it (an entry's topics are in that order): food banks
# are about money first, then about distress. Then what is about nothing else.
_TOPIC_ORDER = "far, topics NOT LIKE %(first)s, breadth, title"
_LIST_ORDER = "far, title"
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


# What is counted is grouped before it is taken apart: far fewer groups than hits.
_STATEMENT = """
WITH {hits},
grouped AS MATERIALIZED (
    SELECT facets, count(*) FILTER (WHERE {topic}) AS number FROM tried GROUP BY facets
)
SELECT 'hit' AS kind, offer_id::text AS value, row_number() OVER () AS number FROM (
    SELECT offer_id FROM tried WHERE {topic} AND {town} AND {language} AND {cost}
    ORDER BY {order}, offer_id LIMIT %(limit)s OFFSET %(offset)s
) AS best
UNION ALL
SELECT 'count', '', coalesce(sum(number), 0)::bigint FROM grouped WHERE {town} AND {language} AND {cost}
UNION ALL
SELECT split_part(facet, '=', 1), split_part(facet, '=', 2), sum(number)::bigint FROM (
    SELECT unnest(string_to_array(facets, ',')) AS facet, facets, number FROM grouped WHERE number > 0
) AS facet
WHERE CASE split_part(facet, '=', 1) WHEN 'language' THEN {town} AND {cost} WHEN 'cost' THEN {town} AND {language}
      WHEN '' THEN false ELSE {language} AND {cost} END
GROUP BY facet
UNION ALL
SELECT 'topic', split_part(facet, '=', 2), sum(number)::bigint FROM (
    SELECT unnest(string_to_array(topics, ',')) AS facet, number FROM (
        SELECT topics, count(*) AS number FROM tried WHERE {elsewhere} GROUP BY topics
    ) AS topics
) AS topic
WHERE facet <> '' GROUP BY facet
"""
# Where a town decides, the score of the text is read more than once.
_TEXT_ONCE = " CROSS JOIN LATERAL (SELECT {text} AS text_score OFFSET 0) AS weighed"
_ELSEWHERE = "facets IN (SELECT facets FROM grouped WHERE {where})"
# The hits of a question are computed once.
_HITS = """
hit AS MATERIALIZED (
    SELECT offer_id, {score} AS score, title, topics, facets FROM (
        SELECT offer_id, title, topics, facets, towns, area{ranks}
        FROM wegweiser_searchentry WHERE {condition} OFFSET 0
    ) AS ranked{text_once}
), threshold AS MATERIALIZED (
    SELECT greatest({least} * max(score), %(least)s) AS least FROM hit
), tried AS NOT MATERIALIZED (
    SELECT * FROM hit WHERE score >= (SELECT least FROM threshold)
)
"""
# Lists without a question are read from the indexes, each part of the statement from its own.
_LIST = """
tried AS NOT MATERIALIZED (
    SELECT offer_id, far, title, breadth, topics, facets FROM wegweiser_searchentry WHERE {condition}
)
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
    everywhere = sum(number for area, number in areas.items() if area != Offer.Area.LOCAL)
    towns = facets["town"]
    facets["town"] = {slug: towns.get(slug, 0) + everywhere for slug in settings.MUNICIPALITIES}
    general = sum(areas.get(area, 0) for area in FAR)
    return Result([key for _number, key in sorted(hits)], facets.pop("count")[""], general, facets)


def statement(query: Query | None, filters: Filters, page: int) -> tuple[str, dict[str, Any]]:
    """The one statement and its values. What people typed is in the values only, never in the text."""
    values: dict[str, Any] = {"limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
    tests = _tests(filters, values)
    if query is None:  # a chosen topic without a question: no other topics are counted
        hits = _LIST.format(condition=tests["topic"])
        order = _LIST_ORDER if filters.topic is None else _TOPIC_ORDER
        values["first"] = f",topic={filters.topic},%"
        tests["topic"] = "true"
    else:
        hits = _hits(query, values)
        order = "score DESC, title"
    # The groups pass the tests in place of their hits.
    where = " AND ".join(tests[name] for name in ("town", "language", "cost") if tests[name] != "true")
    elsewhere = _ELSEWHERE.format(where=where) if where else "true"
    return _STATEMENT.format(hits=hits, order=order, elsewhere=elsewhere, **tests), values


def _hits(query: Query, values: dict[str, Any]) -> str:
    lexemes = query.lexemes
    values |= {f"lexeme{number}": f"'{lexeme}'" for number, lexeme in enumerate(lexemes)}
    values["least"] = query.least
    values |= {"any": " | ".join(f"'{lexeme}'" for lexeme in lexemes), "towns": query.towns, "classes": _CLASSES}
    ranks = "".join(
        f", ts_rank(%(classes)s::float4[], vector, %(lexeme{number})s::tsquery) AS r{number}"
        for number in range(len(lexemes))
    )
    text_once = _TEXT_ONCE.format(text=_text(query)) if query.towns else ""
    condition = "vector @@ %(any)s::tsquery" if lexemes else "towns && %(towns)s::varchar[]"
    return _HITS.format(score=_score(query), text_once=text_once, ranks=ranks, condition=condition, least=WEIGHTS.least)


def _text(query: Query) -> str:
    """The score of what was asked, wherever it is."""
    names = {lexeme: f"r{number}" for number, lexeme in enumerate(query.lexemes)}
    clauses = []
    for clause in query.clauses:
        alternatives = [
            "(" + " + ".join(f"{score:.4f} * {names[lexeme]}" for lexeme, score in alternative) + ")"
            for alternative in clause
        ]
        clauses.append(f"greatest({', '.join(alternatives)})" if len(alternatives) > 1 else alternatives[0])
    return " + ".join(clauses) or "1"


def _score(query: Query) -> str:
    if not query.towns:
        return f"({_text(query)}) * CASE WHEN cardinality(towns) = 1 THEN {_float(WEIGHTS.one_town_only)} ELSE 1 END"
    in_town = "towns && %(towns)s::varchar[]"
    near = f"{in_town} AND cardinality(towns) <= {WEIGHTS.few_towns}"
    return f"""text_score * CASE WHEN {near} THEN {_float(WEIGHTS.near_few)} WHEN {in_town} THEN {_float(WEIGHTS.near)}
        WHEN area = 'district' THEN {_float(WEIGHTS.district)} WHEN area <> 'local' THEN {_float(WEIGHTS.everywhere)}
        ELSE {_float(WEIGHTS.elsewhere)} END
        + CASE WHEN text_score < {_in_passing(query)} THEN 0 WHEN {near} THEN {_float(WEIGHTS.near_few_bonus)}
          WHEN {in_town} THEN {_float(WEIGHTS.near_bonus)} ELSE 0 END"""


def _float(number: float) -> str:
    """PostgreSQL takes 0.97 for a decimal number, and would convert it again for each hit."""
    return f"{number}::float"


def _in_passing(query: Query) -> float:
    """The text's score below which an offer only mentions what was asked: the town it is in does not help it then."""
    best = (max((sum(score for _lexeme, score in each) for each in clause), default=0.0) for clause in query.clauses)
    return WEIGHTS.in_passing * sum(best)


def _tests(filters: Filters, values: dict[str, Any]) -> dict[str, str]:
    """The condition of each filter; "true" where it is not set."""
    chosen = {"topic": filters.topic, "town": filters.town, "language": filters.language, "cost": filters.cost}
    values |= {name: f"%,{name}={value},%".replace("_", r"\_") for name, value in chosen.items()}
    return {
        "topic": "topics LIKE %(topic)s" if filters.topic is not None else "true",
        "town": "(facets LIKE %(town)s OR facets NOT LIKE '%%,area=local,%%')" if filters.town else "true",
        "language": "facets LIKE %(language)s" if filters.language else "true",
        "cost": "facets LIKE %(cost)s" if filters.cost else "true",
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
