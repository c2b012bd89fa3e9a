"""What a public notice of a group, and the sentence of somebody who asks, must not hold, and what may stand there."""

import pytest
from django.core.exceptions import ValidationError

from members.groups import texts


@pytest.mark.parametrize(
    "text",
    [
        "Sonntagsfrühstück", "Freitagsrunde", "Jeden Mittwoch", "Samstagnachmittags im Park", "Am 5.12. geht es los",
        "Um 15 Uhr", "Wir treffen uns um drei", "Wir treffen uns um vier am Bach",
    ],
)  # fmt: skip
def test_a_notice_tells_no_day_and_no_time(text: str) -> None:
    with pytest.raises(ValidationError, match="ein Tag oder eine Uhrzeit"):
        texts.notice(text)


@pytest.mark.parametrize("text", ["Am Parkweg 3", "Hauptstraße 12"])
def test_a_notice_tells_no_street(text: str) -> None:
    with pytest.raises(ValidationError, match="eine Straße"):
        texts.notice(text)


@pytest.mark.parametrize(
    "text",
    [
        "signal.group/#x", "discord.gg/x", "bit.ly/x", "Meldet euch: t.me/jana", "discord.gg", "0171.2345678",
        "0171 2345678", "+49 171 2345678", "0271/404123", "jana@example.org", "www.example.org",
        "jana (at) example.org",
    ],
)  # fmt: skip
def test_no_way_to_reach_somebody_stands_in_a_sentence(text: str) -> None:
    with pytest.raises(ValidationError, match="keine Mail-Adresse"):
        texts.without_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wir kümmern uns um zwei Hunde", "Es geht um 3 Kinder und/oder Babys", "Kaffee bringt jede und jeder mit",
        "Für Kinder von 3 bis 6, z.B. auf dem Spielplatz", "Wir sind 2 Mütter, 1 Vater und 4 Kinder.",
    ],
)  # fmt: skip
def test_plain_words_may_stand_in_a_notice(text: str) -> None:
    assert texts.notice(text) == text


def test_a_birthday_is_no_telephone_number() -> None:
    assert texts.without_addresses("Meine Tochter kam am 05.12.2021 zur Welt.")


@pytest.mark.parametrize(
    ("typed", "is_cleaned"),
    [("Das Wort entfernt] steht hier.", False), ("Schreib an jana@example.org", True), ("Bis morgen", False)],
)
def test_whether_something_was_taken_out_is_not_told_from_the_words(typed: str, is_cleaned: bool) -> None:
    assert texts.relayed(typed).is_cleaned is is_cleaned


@pytest.mark.parametrize(
    "typed", ["1" + "\n" * 1999, "1" + "=\n" * 999, "1-" + "a\n" * 999, "1-" * 1000, "1" + "\u200b>" * 999]
)
def test_a_hostile_message_is_read_as_fast_as_any(typed: str) -> None:
    """A pattern that gave back what it had taken would not come to an end here."""
    assert not texts.relayed(typed).is_cleaned
