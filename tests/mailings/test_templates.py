"""The texts of mails: from file to text and HTML."""

from string import Template

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailings import placeholders, templates
from mailings.models import Mailing
from mailings.templates import MailTemplate
from tests.mailings.copies import examples


def test_a_label_above_a_link_becomes_a_button() -> None:
    template = MailTemplate(
        "x", Mailing.Kind.LIST, "Neues", "$anrede\n\nMeine Daten ansehen:\n$meine_daten\n\nEnde *bald*.\n"
    )
    mailing = template.unsaved_mailing()
    assert 'href="$meine_daten"' in mailing.html
    assert ">Meine Daten ansehen</a>" in mailing.html
    assert "<em>bald</em>" in mailing.html
    assert "Meine Daten ansehen:\n$meine_daten" in mailing.text
    assert "$abmelden" in mailing.text


def test_numbers_and_dates_stay_on_one_line() -> None:
    written = "Am 5. Dezember, 15 bis 17 Uhr. Haben Sie 3 Fragen? 030 23125-100\n"
    mailing = MailTemplate("x", Mailing.Kind.PERSONAL, "Neues", written).unsaved_mailing()
    assert "Am 5.&nbsp;Dezember, 15 bis 17&nbsp;Uhr. Haben Sie 3 Fragen? 030&nbsp;23125-100" in mailing.html
    assert written in mailing.text, "to be copied and searched"


def test_a_personal_mail_has_nothing_to_leave() -> None:
    mailing = MailTemplate("x", Mailing.Kind.PERSONAL, "Ihr Link", "Guten Tag\n").unsaved_mailing()
    assert "$abmelden" not in mailing.text + mailing.html


def test_a_dollar_in_a_name_or_subject_is_a_dollar(settings) -> None:
    settings.SITE_OWNERS, settings.SITE_NAME = "Amt $1 & $anrede", "Netz $"
    for name in ("members/welcome", "members/confirm", "my_data"):
        template = templates.load(name, kind=Mailing.Kind.LIST)
        mailing = template.unsaved_mailing()
        values = dict.fromkeys(("anrede", "meine_daten", "abmelden", "bestaetigen"), "-")
        assert "Netz $" in placeholders.fill(mailing.text, values)
        assert "Netz $" in placeholders.fill_html(mailing.html, values)
    mailing = MailTemplate("x", Mailing.Kind.LIST, "Nur 5 $", "Hallo\n").unsaved_mailing()
    assert mailing.subject == "Nur 5 $"
    assert "<title>Nur 5 $</title>" in placeholders.fill_html(mailing.html, {"abmelden": "-"})


# the text part -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Das ist **fett**, *schräg* und __auch__.", "Das ist fett, schräg und auch."),
        ("***beides*** und **fett *und schräg***", "beides und fett und schräg"),
        ("2 * 3 * 4 = 24, a_b_c", "2 * 3 * 4 = 24, a_b_c"),
        (r"\*kein\* Stern, \[ ], C:\Wege", r"*kein* Stern, [ ], C:\Wege"),
        ("Kaffee &amp; Kuchen <b>frei</b>, `so`", "Kaffee & Kuchen <b>frei</b>, so"),
        ("- **Wann:** heute\n- Wo\n  in zwei Zeilen\n  - tief", "- Wann: heute\n- Wo\n  in zwei Zeilen\n  - tief"),
        ("* a\n* b", "- a\n- b"),
        ("3. drei\n4. vier", "3. drei\n4. vier"),
        ("1) eins\n1) zwei", "1) eins\n2) zwei"),
        ("Bitte mitbringen:\n- Schuhe\n- Hunger", "Bitte mitbringen:\n- Schuhe\n- Hunger"),
        ("## Titel\nText  \nneue Zeile\nund noch eine", "Titel\nText\nneue Zeile\nund noch eine"),
        ("> Zitat\n> geht weiter", "> Zitat\n> geht weiter"),
        ("eins\n \nzwei\n\n\n\ndrei", "eins\n\nzwei\n\ndrei"),
        ("oben\n\n---\n\nunten", "oben\n\n---\n\nunten"),
        ("Hier: [Wegweiser](https://www.beispiel.example/?a=1&b=2)", "Hier: Wegweiser: https://www.beispiel.example/?a=1&b=2"),
        ("Im [Wegweiser](https://www.beispiel.example/).", "Im Wegweiser (https://www.beispiel.example/)."),
        ("[**Wegweiser**]($portal/wegweiser/)\nund mehr", "Wegweiser: $portal/wegweiser/\nund mehr"),
        ("<https://www.beispiel.example/> und https://x.example/", "https://www.beispiel.example/ und https://x.example/"),
        ("[Mail](mailto:amt@example.org), [Anruf](tel:030-23125001)", "Mail (amt@example.org), Anruf: 030-23125001"),
        ("[böse](javascript:alert(1))", "[böse](javascript:alert(1))"),
        ("**$anrede**\n\nNur 5 $$ und ${telefon}", "$anrede\n\nNur 5 $$ und ${telefon}"),
        ("Meine *Daten*:\n$meine_daten", "Meine *Daten*:\n$meine_daten"),
        ("**oben**\n--\n**unten**", "oben\n--\n**unten**"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_text_part_reads_naturally(written: str, read: str) -> None:
    assert templates.as_text(written) == (read if "--\n**" in read else f"{read}\n")


@pytest.mark.parametrize(
    ("written", "stored", "read"),
    [
        ("$anrede**n**", "${anrede}n", "Damen"),
        ("**$anrede**_x_", "${anrede}x", "Damex"),
        ("$anrede[x](https://x.example/)", "${anrede}x: https://x.example/", "Damex: https://x.example/"),
        ("$$anrede**n**", "$$anreden", "$anreden"),
        ("$$$anrede*n*", "$$${anrede}n", "$Damen"),
    ],
)
def test_no_placeholder_swallows_what_stands_behind_it(written: str, stored: str, read: str) -> None:
    assert templates.as_text(written) == f"{stored}\n"
    assert placeholders.fill(stored, {"anrede": "Dame"}) == read


def test_both_forms_are_made_of_the_same_words() -> None:
    mailing = MailTemplate(
        "x", Mailing.Kind.PERSONAL, "Neues", "$anrede\n\n- **Wann:** heute\n- *Wo:* hier\n"
    ).unsaved_mailing()
    assert mailing.text.startswith("$anrede\n\n- Wann: heute\n- Wo: hier\n\n--\n")
    assert "<strong>Wann:</strong> heute" in mailing.html


MARKS = [
    "**",
    "*",
    "_",
    "`",
    "[",
    "](https://x.example/)",
    "- ",
    "1. ",
    "> ",
    "# ",
    "\n",
    "\n\n",
    "  \n",
    "    ",
    "\\*",
]
WORDS = ["$anrede", "$anrede ", "${anrede}", "$$", "a", "ä", " ", "<b>", "&amp;", "."]


@examples(100, 10_000)
@given(text=st.lists(st.sampled_from(MARKS + WORDS), max_size=20).map("".join))
@example(text="**$anrede**`a`")
@example(text="- $anrede*a*\n\n    a")
def test_whatever_is_written_can_be_filled_as_its_html_can(text: str) -> None:
    page = "".join(block["html"] for block in templates.blocks(text))
    shown = templates.as_text(text)
    if Template(page).is_valid() and set(Template(page).get_identifiers()) <= {"anrede"}:
        assert placeholders.fill(shown, {"anrede": "Guten Tag"})
        assert placeholders.parts(shown)


@pytest.mark.parametrize("has_source", [True, False])
def test_the_page_of_a_mail_shows_what_its_html_says_without_its_look(has_source: bool) -> None:
    text = "$anrede\n\nAm **Samstag** [hier](https://x.example/)\n\nMeine Daten:\n$meine_daten\n\n- a\n"
    mailing = MailTemplate("x", Mailing.Kind.LIST, "Neues", text).unsaved_mailing()
    page = templates.as_page(mailing.source) if has_source else templates.body_of(mailing.html)
    assert [line.strip() for line in page.splitlines() if line.strip()] == [
        "<p>$anrede</p>",
        '<p>Am <strong>Samstag</strong> <a href="https://x.example/">hier</a></p>',
        '<p class="buttons"><a class="btn" href="$meine_daten">Meine Daten</a></p>',
        "<ul>",
        "<li>a</li>",
        "</ul>",
    ]
