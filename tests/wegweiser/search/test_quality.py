"""How good the search is on the 120 offers: on the 150 questions of the network, and on 591 of our own."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from wegweiser.search import quality

pytestmark = pytest.mark.usefixtures("wegweiser")

DATA = Path(__file__).parent / "data"
NETWORK = DATA / "suchanfragen.csv"
# Of one to three words, as most people type; eight of them should find nothing.
SHORT = DATA / "suchanfragen_kurz.csv"
OURS = DATA / "suchanfragen_eigene.csv"
# Written after the search was, and asked once before it was changed again: 0.88, 0.96, 0.91 then.
AFTERWARDS = DATA / "suchanfragen_probe.csv"
# Later still, in three parts. The first 80 helped to mend the search: 0.91, 0.98, 0.95 before. The next 81 were asked
# only when it was done, and nothing followed from them: 0.93, 0.99, 0.96. The last 60 were written while it was being
# mended, asked once before what they missed was mended too: 0.92, 0.97, 0.94 then. The search as it was before had
# 0.91, 0.99, 0.95 on the 81 and 0.88, 0.95, 0.91 on the 60.
NEWEST = DATA / "suchanfragen_neue.csv"


@pytest.mark.parametrize(
    ("file", "questions", "hit1", "hit5", "mrr"),
    [
        (NETWORK, 50, 0.98, 1.0, 0.99),
        pytest.param(OURS, 240, 0.93, 0.99, 0.96, marks=pytest.mark.proof),
        pytest.param(AFTERWARDS, 130, 0.92, 0.99, 0.95, marks=pytest.mark.slow),
        pytest.param(NEWEST, 221, 0.92, 0.98, 0.95, marks=pytest.mark.slow),
    ],
)
def test_the_first_hit_helps(file: Path, questions: int, hit1: float, hit5: float, mrr: float) -> None:
    score = quality.measure([quality.ask(question) for question in quality.read(file)])
    assert score.questions == questions
    assert score.hit1 >= hit1
    assert score.hit5 >= hit5
    assert score.mrr >= mrr


def test_short_questions_find_the_right_offer_or_nothing() -> None:
    answers = [quality.ask(question) for question in quality.read(SHORT)]
    ranks = [answer.rank for answer in answers if answer.question.expected]
    assert len(ranks) == 92
    assert ranks.count(1) >= 90
    assert sum(0 < rank <= 5 for rank in ranks) >= 92
    assert [answer.found for answer in answers if not answer.question.expected] == [[]] * 8


def test_our_questions_ask_for_every_offer() -> None:
    expected = {slug for question in quality.read(OURS) for slug in question.expected}
    assert len(expected) == 120


@pytest.mark.parametrize(
    "question",
    ["ich will nicht mehr leben", "ich will sterben", "will mich umbringen", "selbstmord", "ich sehe keinen sinn mehr"],
)
def test_who_is_at_the_end_finds_somebody_to_call_at_once(question: str) -> None:
    assert quality.ask(quality.Question(question, [], "")).found[0] == "telefonseelsorge"


@pytest.mark.parametrize(
    "question",
    [
        "mein mann schlägt mich", "er hat mich geschlagen", "mein freund hat mich verprügelt", "angst vor meinem ex",
        "ich werde bedroht", "mein partner würgt mich", "my husband hits me", "kocam beni dövüyor", "чоловік б'є мене",
        "муж бьет меня", "زوجي يضربني", "mąż mnie bije", "häusliche gewalt siegen",
    ],
)  # fmt: skip
def test_who_is_beaten_or_threatened_finds_a_number_for_day_and_night(question: str) -> None:
    found = quality.ask(quality.Question(question, [], "")).found
    assert {"hilfetelefon-frauen", "gewaltschutz-polizei"} & set(found[:3])


def test_search_quality_prints_the_figures_per_kind() -> None:
    out = StringIO()
    call_command("search_quality", str(NETWORK), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].split() == ["Fragen", "hit@1", "hit@5", "MRR"]
    assert lines[1].split()[:2] == ["gesamt", "50"]
    assert [line.split()[0] for line in lines[2:]] == [
        "exakt", "umgangssprache", "kompositum", "tippfehler", "umlaut", "ort", "lebenslage", "leichte_sprache",
        "fremdsprache",
    ]  # fmt: skip


def test_ranks_are_counted_as_everybody_counts_them() -> None:
    question = quality.Question("kita", ["a", "b"], "exakt")
    answers = [
        quality.Answer(question, ["b", "x"]),
        quality.Answer(question, ["x", "y", "z", "a"]),
        quality.Answer(question, ["x"]),
        quality.Answer(question, []),
    ]
    assert [answer.rank for answer in answers] == [1, 4, 0, 0]
    assert quality.measure(answers) == quality.Score(questions=4, hit1=0.25, hit5=0.5, mrr=(1 + 1 / 4) / 4)


def test_a_question_that_should_find_nothing_is_right_when_it_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "fragen.csv"
    file.write_text("anfrage,erwartet,art\npizza,,nichts\nkita,kita-kreis; kita-siegen,kern\n", encoding="utf-8")
    pizza, kita = quality.read(file)
    assert (pizza.expected, kita.expected) == ([], ["kita-kreis", "kita-siegen"])
    assert [quality.Answer(pizza, found).rank for found in ([], ["kita-kreis"])] == [1, 0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"frage,antwort\n", "Spalten"), (b"anfrage,erwartet,art\n", "keine Fragen"), (b"\xff\xfe\x00", "UTF-8")],
)
def test_a_file_without_questions_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "fragen.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call_command("search_quality", str(file))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CommandError, match="gibtesnicht"):
        call_command("search_quality", "gibtesnicht.csv")
