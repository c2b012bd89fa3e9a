"""Any text typed into the search gets a page as its answer: no error, in no statement."""

import time

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import FULL
from tests.netzwerk.test_logs import HOSTILE as PATTERNS
from tests.slow import one_in
from wegweiser.search import ranking

pytestmark = pytest.mark.usefixtures("wegweiser")

EXAMPLES = 5000 if FULL else 50

HOSTILE = [
    "'; DROP TABLE wegweiser_offer; --", "' OR '1'='1", "\\", "'", "''", '"', "%", "%s", "%(any)s", "{score}", "{0}",
    "a & b | !c", "a <-> b", "kita:*", "kita:A", "(((", ")))", "& | ! :*", "<->", "'kita' & 'x", "\\'kita", "_", "__",
    "kita_platz", "\x00", "kita\x00platz", "\ud800", "kita\udfffplatz", "\u202ekita", "\u200b", "\ufeff", "ki\u0308ta",
    "🦄" * 50, "ﷺ" * 100, "İı", "ß" * 100, "ä" * 5000, "kita " * 1000, "a" * 100_000, "1" * 100, "-" * 100, "a-" * 50,
    "a- und b- und c", "../../etc/passwd", "${7*7}", "{{ 7*7 }}", "<script>", "&amp;", "?q=x&thema=y", "+", "\t\n\r",
    "NULL", "null", "None", "undefined", "true", "nicht", "und oder nicht", "0", "-1", "1e309", "NaN", "$$", "$1", "@@",
    "::text", "/*", "*/", "--", ";", "select pg_sleep(10)", "kita'||pg_sleep(10)||'", "\\x00", "\u0000\u0000", "'\\''",
]  # fmt: skip
QUESTIONS = st.one_of(
    st.text(max_size=150),
    st.text(alphabet="kitaüß '\"\\&|!()<>-:*%_{}\x00\u0300", max_size=120),
    st.lists(
        st.sampled_from(["kita", "nicht", "'", "&", "siegen", "geld-", "und", "ex", "57072", "kinder"]), max_size=30
    ).map(" ".join),
    st.sampled_from(HOSTILE),
)


def answers(client: Client, question: str, **more: str) -> None:
    # As a browser sends it: what UTF-8 cannot hold was replaced before.
    asked = {"q": question.encode("utf-8", "replace").decode(), **more}
    assert client.get("/wegweiser/", asked).status_code == 200


def spent(client: Client, question: str) -> float:
    begin = time.process_time()
    answers(client, question)
    return time.process_time() - begin


@pytest.mark.slow
def test_no_question_costs_many_times_a_harmless_one(client: Client) -> None:
    """S-21: the words that are read, corrected and taken apart have a bound."""
    harmless = min(spent(client, "Unterhalt") for _ in range(3))
    dear = ["untehat kidner gelt famlie wonung hlife beratnug schuldn " * 500, "kinderbetreuungskostenzuschuss" * 130]
    texts = [(part * 4000)[:4000] for part in PATTERNS.values()][:: 1 if FULL else 5] + dear
    costly = {text[:20]: min(spent(client, text) for _ in range(3)) / harmless for text in texts}
    assert {text: ratio for text, ratio in costly.items() if ratio > 12} == {}


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS)
def test_any_question_is_answered_with_a_page(question: str, client: Client) -> None:
    answers(client, question)


@settings(max_examples=EXAMPLES // 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), min_size=5, max_size=5))
def test_any_filter_is_answered_with_a_page(values: list[str], client: Client) -> None:
    names = ["thema", "ort", "sprache", "kosten", "seite"]
    more = {name: value.encode("utf-8", "replace").decode() for name, value in zip(names, values, strict=True)}
    answers(client, "kita", **more)


@pytest.mark.parametrize("question", one_in(5, HOSTILE))
def test_hostile_questions_are_words_and_nothing_else(question: str, client: Client) -> None:
    """Past the page too: a surrogate cannot come through a browser, but through our own code."""
    query = ranking.parse(question)
    assert len(query.lexemes) <= 48
    ranking.offers(ranking.find(query))
    answers(client, question)


def test_raw_bytes_that_are_no_text_are_answered_with_a_page(client: Client) -> None:
    for raw in (b"%ff%fe", b"%ed%a0%80", b"%00", b"%c3", b"a%", b"%zz", b"&&&", b"q=q=q", b"kita&q=%27"):
        assert client.get("/wegweiser/?q=" + raw.decode()).status_code == 200
