"""What a public notice of a group, and the sentence of somebody who asks, must not hold, and what may stand there."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from members.groups import texts
from tests.members.groups.circle import asking, circle, request_form
from tests.post import Post, text_of


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


@pytest.mark.django_db
def test_the_sentence_of_somebody_who_asks_holds_no_hidden_link(post: Post) -> None:
    """Contacts get it in a mail of ours: what looks like a letter to Markdown stays what was typed."""
    typed = "Hallo [hier](&#104;ttps&#58;//boese&#46;example/a) **und** kim&#64;boese&#46;example"
    assert texts.without_addresses(typed) == typed
    group = circle()
    post.deliver()
    asking(group, "Mehmet", typed)
    post.deliver()
    mail = post.to("jana@example.org")
    html = mail.get_body(("html",)).get_content()
    assert "Hallo [hier](&amp;#104;ttps&amp;#58;//boese&amp;#46;example/a) **und** kim&amp;#64;boese" in html
    assert "Hallo [hier](&#104;ttps" in text_of(mail)


@pytest.mark.django_db
def test_a_name_that_cannot_be_seen_is_none(client: Client) -> None:
    group = circle()
    answer = client.post(f"/gruppen/{group.slug}/", request_form("Mehmet", name="\u200b"))
    assert "Wie sollen die anderen Sie nennen?" in answer.content.decode()
