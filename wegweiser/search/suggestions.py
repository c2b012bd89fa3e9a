"""Suggests offers and topics while somebody types. Writes nothing and logs nothing."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from wegweiser.models import Topic
from wegweiser.search import words
from wegweiser.search.word_lists import FILLERS, NEGATIONS, SAME, STOP

SHORTEST = 2
_MOST_WORDS = 6
_LONGEST = 100

# Titles that begin as typed, read in the order of their index. Only if they are too few, others that hold the words in
# their titles or search words: of a common word so many that they are sought among the first found.
_MOST_HELD = 300
_OFFERS = """
SELECT offer.title, offer.slug FROM (
    SELECT offer_id, row_number() OVER () AS number FROM (
        (SELECT offer_id FROM wegweiser_searchentry
         WHERE title ~>=~ %(typed)s AND title ~<~ (%(typed)s || chr(1114111)) ORDER BY title USING ~<~ LIMIT %(limit)s)
        UNION ALL
        (SELECT offer_id FROM (
            SELECT offer_id, title, ts_filter(vector, '{a}') @@ %(begun)s::tsquery AS in_title
            FROM wegweiser_searchentry
            WHERE ts_filter(vector, '{a,b}') @@ %(begun)s::tsquery AND NOT starts_with(title, %(typed)s)
            LIMIT %(most)s
         ) AS held ORDER BY in_title DESC, length(title), title, offer_id)
        LIMIT %(limit)s
    ) AS best
) AS best JOIN wegweiser_offer offer ON offer.id = best.offer_id
WHERE offer.state = 'published' ORDER BY best.number
"""


# Words that go on as typed and whose lexemes do not: "beratu" goes on as "Beratung", which is "berat".
_MOST_STEMS = 50
_STEMS = """
SELECT typed, stem FROM unnest(%(typed)s::text[]) AS typed CROSS JOIN LATERAL (
    SELECT stem FROM wegweiser_word
    WHERE word ~>=~ typed AND word ~<~ (typed || chr(1114111)) AND weight > 0 AND NOT starts_with(stem, typed)
    GROUP BY stem ORDER BY min(weight), stem LIMIT %(most)s
) AS begun
"""


@dataclass(frozen=True)
class Suggestion:
    """What is shown, and the slug by which its page is reached (wegweiser:offer, wegweiser:topic)."""

    title: str
    slug: str


@dataclass(frozen=True)
class Suggestions:
    """Best first."""

    offers: list[Suggestion]
    topics: list[Suggestion]

    def __bool__(self) -> bool:
        return bool(self.offers or self.topics)


def suggest(text: str, limit: int = 8) -> Suggestions:
    """Offers and topics that hold what was typed, where the last word may go on; at most `limit` of each.

    Offers hold words in their titles and among their search words. A single letter says nothing yet. Three
    SQL statements.
    """
    typed = [word for word in words.spoken(text[:_LONGEST]) if len(word) >= SHORTEST or word.isdigit()]
    if not typed:
        return Suggestions([], [])
    # The last word may become anything: "zu" is "Zuschlag" soon.
    before = [word for word in typed[:-1] if word not in STOP | FILLERS | NEGATIONS][-_MOST_WORDS:]
    begun = [_Begun(word) for word in [*before, typed[-1]]]
    return Suggestions(_offers(begun, " ".join(typed), limit), _topics(begun, limit))


class _Begun:
    """A word that may go on, and stems, which may not: "tren" is no "Treff", though both begin as its stem."""

    def __init__(self, word: str) -> None:
        self.words = {word, SAME.get(word, word)}
        self.stems = {words.stem(each) for each in self.words}

    def condition(self, unfinished: dict[str, set[str]]) -> str:
        """Part of a tsquery, with the stems of words that are not at their end. Words hold letters and digits only."""
        stems = self.stems.union(*(unfinished.get(word, ()) for word in self.words))
        lexemes = [f"'{word}':*" for word in self.words] + [f"'{stem}'" for stem in stems]
        return "(" + " | ".join(sorted(lexemes)) + ")"

    def is_in(self, title: list[str]) -> bool:
        return any(word.startswith(tuple(self.words)) or words.stem(word) in self.stems for word in title)


def _offers(begun: list[_Begun], typed: str, limit: int) -> list[Suggestion]:
    wholes: list[_Begun] = []
    if len(begun) > 1:  # "kind zu" may become "Kinderzuschlag"
        pairs = [(one, two) for one in begun[-2].words for two in begun[-1].words]
        wholes = [_Begun(whole) for pair in pairs for whole in words.join_compounds(*pair)]
    with connection.cursor() as cursor:
        unfinished: dict[str, set[str]] = defaultdict(set)
        asked = sorted({word for each in [*begun, *wholes] for word in each.words})
        cursor.execute(_STEMS, {"typed": asked, "most": _MOST_STEMS})
        for word, stem in cursor.fetchall():
            unfinished[word].add(stem)
        query = " & ".join(each.condition(unfinished) for each in begun)
        if wholes:
            joined = "(" + " | ".join(whole.condition(unfinished) for whole in wholes) + ")"
            query += " | " + " & ".join([*(each.condition(unfinished) for each in begun[:-2]), joined])
        cursor.execute(_OFFERS, {"begun": query, "typed": typed, "limit": limit, "most": _MOST_HELD})
        return [Suggestion(title, slug) for title, slug in cursor.fetchall()]


def _topics(begun: list[_Begun], limit: int) -> list[Suggestion]:
    titles = {topic: [word for word in words.spoken(topic.title) if word not in STOP] for topic in Topic.objects.all()}
    found = [topic for topic, title in titles.items() if all(each.is_in(title) for each in begun)]
    return [Suggestion(topic.title, topic.slug) for topic in found[:limit]]
