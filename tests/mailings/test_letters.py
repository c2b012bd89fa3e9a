"""The texts of mails: from file to text and HTML."""

import pytest

from mailings import letters
from mailings.letters import Letter
from mailings.models import Mailing


def test_a_label_above_a_link_becomes_a_button() -> None:
    letter = Letter("x", Mailing.Kind.LIST, "Neues", "$anrede\n\nMeine Daten ansehen:\n$meine_daten\n\nEnde *bald*.\n")
    mailing = letter.unsaved_mailing()
    assert 'href="$meine_daten"' in mailing.html
    assert ">Meine Daten ansehen</a>" in mailing.html
    assert "<em>bald</em>" in mailing.html
    assert "Meine Daten ansehen:\n$meine_daten" in mailing.text
    assert "$abmelden" in mailing.text


def test_a_personal_mail_has_nothing_to_leave() -> None:
    mailing = Letter("x", Mailing.Kind.PERSONAL, "Ihr Link", "Guten Tag\n").unsaved_mailing()
    assert "$abmelden" not in mailing.text + mailing.html


def test_a_dollar_in_a_name_or_subject_is_a_dollar(settings) -> None:
    settings.SITE_OWNERS, settings.SITE_NAME = "Amt $1 & $anrede", "Netz $"
    for name in ("members/welcome", "members/confirm", "my_data"):
        letter = letters.load(name, kind=Mailing.Kind.LIST)
        mailing = letter.unsaved_mailing()
        values = dict.fromkeys(("anrede", "meine_daten", "abmelden", "bestaetigen"), "-")
        assert "Netz $" in letters.fill(mailing.text, values)
        assert "Netz $" in letters.fill_html(mailing.html, values)
    mailing = Letter("x", Mailing.Kind.LIST, "Nur 5 $", "Hallo\n").unsaved_mailing()
    assert mailing.subject == "Nur 5 $"
    assert "<title>Nur 5 $</title>" in letters.fill_html(mailing.html, {"abmelden": "-"})


@pytest.mark.parametrize(
    ("source", "taken_apart"),
    [("", [""]), ("a $b c", ["a ", "b", " c"]), ("${b}$$", ["", "b", "$"]), ("$a$b", ["", "a", "", "b", ""])],
)
def test_taken_apart_and_joined_is_filled(source: str, taken_apart: list[str]) -> None:
    values = {"a": "1", "b": "2"}
    assert letters.parts(source) == taken_apart
    assert letters.join(taken_apart, values) == letters.fill(source, values)


@pytest.mark.parametrize("source", ["5 $", "$5", "a $ b"])
def test_a_lone_dollar_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"lone \$"):
        letters.parts(source)
