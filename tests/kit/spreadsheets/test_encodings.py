"""Letters survive whatever program saved the list, and where that is a guess, people are told."""

import pytest

from kit.spreadsheets.encodings import decode
from kit.spreadsheets.reading import TableFile, read
from kit.spreadsheets.tables import Columns

COLUMNS = Columns(names={"email": ("email",), "name": ("name",)}, needed="email", missing="Die Spalte fehlt.")
PEOPLE = ["Zoë Müller", "Hanna Öztürk", "Jörg Groß", "Bärbel Weiß", "Änne Übach", "René Schäfer", "Eva Alt"]
PROGRAMS = [("Windows", "cp1252", "\r\n"), ("Macintosh", "mac_roman", "\r"), ("MS-DOS", "cp850", "\r\n")]


def saved(people: list[str], encoding: str, end: str = "\r\n") -> bytes:
    lines = ["Name;E-Mail", *(f"{name};person{number}@example.org" for number, name in enumerate(people))]
    return end.join([*lines, ""]).encode(encoding)


def opened(content: bytes) -> TableFile:
    return read(content, "liste.csv", COLUMNS)


def names(found: TableFile) -> list[str]:
    return [row.cells["name"] for row in found.tables[0].rows]


@pytest.mark.parametrize(("program", "encoding", "end"), PROGRAMS)
def test_zoe_mueller_is_read_as_each_program_saves_her_and_the_page_says_so(
    program: str, encoding: str, end: str
) -> None:
    found = opened(saved(PEOPLE, encoding, end))
    assert names(found) == PEOPLE
    assert found.remarks == [
        f"Die Umlaute sind so gelesen, wie {program} sie speichert, zum Beispiel: „Zoë“, „Müller“, „Öztürk“, „Jörg“, "
        "„Groß“."
    ]
    assert found.doubtful == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_file_that_says_how_it_was_saved_needs_no_guess(encoding: str) -> None:
    found = opened(saved(PEOPLE, encoding))
    assert (names(found), found.remarks, found.doubtful) == (PEOPLE, [], [])


@pytest.mark.parametrize(("program", "encoding", "end"), PROGRAMS)
@pytest.mark.parametrize("name", ["Jörg", "Müller", "Weiß", "Bärbel", "Ünal", "MÜLLER"])
def test_one_name_with_an_umlaut_is_enough(name: str, program: str, encoding: str, end: str) -> None:
    assert names(opened(saved([name], encoding, end))) == [name]


@pytest.mark.parametrize("name", ["Duško", "Tomás Sánchez", "José", "Françoise", "O’Neill", "Straße", "Marek Novák"])
def test_names_from_elsewhere_stay_what_windows_saved(name: str) -> None:
    assert names(opened(saved([name], "cp1252"))) == [name]


@pytest.mark.parametrize("name", ["Björn", "Käthe", "Zoë", "Françoise"])
def test_a_short_list_of_a_macintosh_with_windows_line_ends_is_read_right_or_shown_as_doubtful(name: str) -> None:
    found = opened(saved([name], "mac_roman"))
    assert names(found) != [name]
    assert found.doubtful == [(2, names(found)[0])]


def test_a_letter_that_fits_nowhere_is_doubtful_among_many_that_fit() -> None:
    content = saved([*PEOPLE, "M?ller"], "cp1252").replace(b"M?ller", b"M\x9fller")
    assert opened(content).doubtful == [(9, "MŸller")]


def test_german_quotes_dashes_and_signs_are_no_reason_to_doubt() -> None:
    notes = ["„Starke Eltern“", "Mutter–Kind", "8–12 Uhr…", "5 €", "20°C", "40 m²", "§ 16 SGB", "O’Neill"]
    text = decode(saved([*PEOPLE, *notes], "cp1252"))
    assert [word for note in notes for word in text.doubtful(note)] == []
