"""Words are the same word however they are written, bent, joined or heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wegweiser.migrations import data
from wegweiser.search import words
from wegweiser.search.word_lists import PARTS


@pytest.mark.parametrize(
    "spellings",
    [
        ("Väter", "Vaeter", "VATER", "va\u0308ter"),
        ("Straße", "Strasse", "STRASSE"),
        ("Bürgergeld", "Buergergeld", "Burgergeld"),
        ("gibt's", "gibts", "gibt’s"),
        ("Yıldız", "yildiz"),
    ],
)
def test_spellings_fold_to_one(spellings: tuple[str, ...]) -> None:
    assert len({words.normalise(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        ("Betreuung", "betreuen", "betreut"),
        ("Trennung", "getrennt", "trennen"),
        ("Anwalt", "Anwältin", "Anwältinnen"),
        ("Krankheit", "krank", "kranke"),
        ("schlägt", "geschlagen", "schlagen"),
        ("Kita", "Kitas"),
        ("Tagesmutter", "Tagesmütter"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({words.stem(words.normalise(form)) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("Kur", "Kurs"), ("Haus", "Haut"), ("Miete", "Mitte"), ("Rat", "Rad")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert words.stem(words.normalise(one)) != words.stem(words.normalise(other))


@pytest.mark.parametrize(
    ("heard", "meant"), [("fohrschuss", "vorschuss"), ("psichologe", "psychologe"), ("kwittung", "quittung")]
)
def test_what_sounds_alike_is_written_alike(heard: str, meant: str) -> None:
    assert words.phonetic_key(heard) == words.phonetic_key(meant)


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("unterhaltsvorschuss", ["unterhalts", "vorschuss"]),
        ("kinderbetreuung", ["kinder", "betreuung"]),
        ("kindertagespflege", ["kinder", "tages", "pflege"]),
        ("mutterkindkur", ["mutter", "kind", "kur"]),
        ("haus", []),
        ("zahnarzt", []),
    ],
)
def test_compounds_come_apart_into_known_words(compound: str, parts: list[str]) -> None:
    known = PARTS | {"kind", "kur"}
    assert words.split_compound(compound, known.__contains__) == parts


def test_a_hanging_hyphen_gets_the_end_of_the_next_word() -> None:
    parts = {"insolvenzberatung": ["insolvenz", "beratung"], "lebensberatung": ["lebens", "beratung"]}
    text = "Schuldner- und Insolvenzberatung, Ehe-, Familien- und Lebensberatung"
    found = list(words.suspended_compounds(text, lambda word: parts.get(word, [])))
    assert found == ["schuldnerberatung", "eheberatung", "familienberatung"]


def test_hyphens_and_spaced_numbers_are_one_word_as_well() -> None:
    assert words.chains("Mutter-Kind-Kur unter 116 016") == ["mutterkindkur", "116016"]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("ex zahlt nicht", "mein Ex zahlt keinen Cent"),
        ("Kind krank", "mein Kind ist krank"),
        ("kann nicht mehr", "ich kann einfach nicht mehr"),
        ("zwei Stunden", "2 stunde"),
        ("Steuerklasse II", "steuerklasse 2"),
    ],
)
def test_a_turn_of_phrase_is_recognised_whatever_stands_between(phrase: str, said: str) -> None:
    assert set(words.phrase(phrase)) <= {words.stem(word) for word in words.tokens(said)}


def test_a_turn_of_phrase_needs_its_negation_and_more() -> None:
    assert set(words.phrase("ex zahlt nicht")) - set(words.content("ex zahlt")) == {"nicht"}
    assert words.phrase("kann nicht mehr") != ["nicht"]


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [("kindergelt", "kindergeld", 1), ("betruung", "betreuung", 1), ("kidnergeld", "kindergeld", 1), ("a", "", 1)],
)
def test_mistakes_are_counted(one: str, other: str, mistakes: int) -> None:
    assert words.distance(one, other) == words.distance(other, one) == mistakes


def test_any_two_neighbours_change_places() -> None:
    assert words.swapped("gled") == {"lged", "geld", "glde"}
    assert words.swapped("ee") == words.swapped("a") == words.swapped("") == set()


@given(st.text(max_size=60))
def test_any_text_becomes_lexemes_that_postgresql_can_hold(text: str) -> None:
    for word in words.tokens(text) + words.chains(text):
        for form in (word, words.stem(word), words.phonetic_key(word)):
            assert "'" not in form
            assert "\\" not in form
            assert not form or form.replace("_", "a").isalnum()
        assert len(word) <= words.LONGEST
        assert words.normalise(word) == words.normalise(words.normalise(word))


def test_who_is_called_by_many_names_is_the_same() -> None:
    assert words.tokens("Mami und Papi") == words.tokens("Mutter und Vater")
    assert words.tokens("Exmann bezahlt nicht") == words.tokens("Ex zahlt nicht")


def test_synonyms_that_came_later_bring_none_back_that_was_deleted() -> None:
    known: set[str] = set()
    for file in data.ALL:
        new = set(map(words.normalise, data.read(file)))
        assert new & known == set(), file
        known |= new
