"""Which offers stand in a brochure, in which order; and that what they say is text on paper (S-12)."""

import json

import pytest
from django.test import Client

from kit.printing import characters
from tests.desk import page
from tests.pressing import press
from tests.wegweiser.brochure.papers import printed
from tests.wegweiser.hostile import PAYLOADS
from tests.wegweiser.offers import offer, provider
from tests.wegweiser.test_admin import OFFERS, fields
from wegweiser import topics
from wegweiser.brochure import selection
from wegweiser.brochure.selection import Selection
from wegweiser.models import Topic

pytestmark = pytest.mark.django_db
TYPST = [
    '#panic("aus")', '#read("/etc/passwd")', '#import "@preview/x:0.1.0"', "$ integral_0 $", "= Titel", "*fett*",
    "`roh`", "@label", "<label>", "\\ # \\#", '"); #panic(', "/* nie zu Ende", "// nichts", "#sys.inputs", "]#[",
    "~ -- ---",
]  # fmt: skip
LETTERS = [
    "🏠",
    "Олена допоможе", "Ελλάδα", "مرحبا", "你好", "Tiếng Việt", "Çağrı Łódź", "👩‍👧 🏠",
    "a\u0301e\u0308", "\ufffe\ue000\u0001", "\u202eumgekehrt",
    "ﬁ ﬃ ß ẞ ÿ ŷ", "\t\t\t",
]  # fmt: skip
LONG = [
    "W" * 150, "https://" + "sehr-lang/" * 14, "Donaudampfschifffahrtsgesellschaftskapitän" * 3, "- " * 70, "(" * 150,
]  # fmt: skip


def test_an_offer_of_several_topics_stands_in_full_once_and_the_others_lead_to_it() -> None:
    """It stands in full under the topic where help is needed at once."""
    offer(title="Frauenhaus", topics=["wohnen", "gewalt-und-notlagen"], phones=["030 23125-105"])
    shown = {each["title"]: each for each in json.loads(selection.content(Selection()))["topics"]}
    assert [entry["title"] for entry in shown["Gewalt und Notlagen"]["entries"]] == ["Frauenhaus"]
    assert shown["Wohnen"]["entries"] == []
    assert [(line["title"], line["call"]) for line in shown["Wohnen"]["others"]] == [("Frauenhaus", "030 23125105")]


def test_of_one_topic_everything_stands_in_full() -> None:
    offer(title="Frauenhaus", topics=["wohnen", "gewalt-und-notlagen"])
    shown = json.loads(selection.content(Selection("wohnen")))
    assert [entry["title"] for entry in shown["topics"][0]["entries"]] == ["Frauenhaus"]
    assert shown["subtitle"] == ["Wohnen"]
    assert shown["title"] == "Wegweiser – Netzwerk Siegen-Wittgenstein"  # the file says nothing about its reader


def test_what_must_be_typed_from_paper_is_printed_whole() -> None:
    """The web address with its beginning and its question, our own number in the one spelling, in one piece."""
    offer(website="http://www.kleider.example:8080/siegen/?kind=1#spenden", phones=["0271/404-2301"])
    shown = json.loads(selection.content(Selection()))
    (entry,) = next(topic["entries"] for topic in shown["topics"] if topic["entries"])
    address = "http://www.kleider.example:8080/siegen/?kind=1#spenden"
    assert [(way["text"].replace("\u200b", ""), way["url"]) for way in entry["reach"]] == [(address, address)]
    assert entry["calls"] == [{"text": "0271 4042301", "tel": "+492714042301"}]
    assert shown["phone"] == {"text": "030\u00a023125100", "tel": "+493023125100"}
    assert [each["call"]["tel"] for each in shown["sos"]] == ["110", "116016", "08001239900", "08001110550"]


def test_titles_stand_in_german_order() -> None:
    titles = ["Zug", "Über uns", "„Apfel“", "Ärzte", "Übergang", "apotheke", "Straße", "Strasse"]
    for number, title in enumerate(titles):
        offer(f"kiste-{number}", title=title, provider=provider())
    section = json.loads(selection.content(Selection()))["topics"][0]
    sorted_titles = ["„Apfel“", "apotheke", "Ärzte", "Straße", "Strasse", "Über uns", "Übergang", "Zug"]
    assert [each["title"] for each in section["entries"]] == sorted_titles


def test_a_brochure_without_offers_says_so() -> None:
    topics.ensure()
    paper = printed(Selection("wohnen", "burbach"))
    assert "Wegweiser Wohnen Burbach Stand:" in paper.text
    assert "Hier steht noch kein Angebot." in paper.text


def hostile(number: int, text: str) -> None:
    """An offer that says it in every field."""
    line = text if text in LETTERS else f"{text} {number}"[-150:]
    offer(
        f"hostile-{number}",
        **dict.fromkeys(["title", "cost", "contact_person", "street"], line),
        **dict.fromkeys(["audience", "hours", "website"], text[:300]),
        **dict.fromkeys(["town", "email"], text[:90]),
        provider=provider(f"{line} Haus {number}", email=""),
        description=f"{text}\n\n{text}",
        phones=[f"{text[:60]} 030 23125-101"],
        municipalities=[text[:40]],
    )


@pytest.mark.slow
def test_whatever_an_offer_says_is_shown_as_text() -> None:
    for number, text in enumerate([*TYPST, *LETTERS, *LONG, *PAYLOADS[::8], *PAYLOADS[-28::2]]):
        hostile(number, text)
    Topic.objects.filter(slug="wohnen").update(title="#panic() *Wohnen*", text='"$x$"', icon="gibtsnicht")
    paper = printed()
    for text in [*TYPST, "Олена допоможе", "Ελλάδα", "<script>alert(1)</script>", "#panic() *Wohnen*", "W" * 40]:
        assert text in paper.text, text
    assert "root:" not in paper.text
    assert {address.partition(":")[0] for address in paper.addresses()} <= {"http", "https", "tel", "mailto"}


@pytest.mark.parametrize(
    "text",
    [
        "Їжачок, Ґанок",
        "Çağrı Şahin, İzmir",
        "Żółć",
        "Ελλάδα, ἀρχή",
        "مرحبا، كيف؟",
        "پچگژ ټډړږ ڤێ",
        "Tiếng Việt",
        "Ştiinţă",
    ],
)
def test_other_letters_are_printed_as_they_are(text: str) -> None:
    assert characters.text(text) == text


def test_what_no_font_has_is_left_out_or_a_question_mark() -> None:
    assert characters.text({"a": ["Ä👩‍👧ß ﬁx", "你好, Олена", "x\u202e\x00y\tz"], "n": 1}) == {
        "a": ["Äß fix", "??, Олена", "xy z"],
        "n": 1,
    }


def test_a_long_word_can_break() -> None:
    assert characters.breakable("W" * 90, 40) == f"{'W' * 40}\u200b{'W' * 40}\u200b{'W' * 10}"
    assert characters.breakable("Alleinerziehenden-Netzwerk Siegen-Wittgenstein", 20) == (
        "Alleinerziehenden-Netzwerk Siegen-Wittgenstein"
    )


def test_a_long_offer_goes_on_over_the_page() -> None:
    offer(description=" ".join(f"Satz Nummer {number} endet." for number in range(100)), hours="x" * 500)
    paper = printed()
    assert all(f"Nummer {number} " in paper.text for number in range(100))


def test_the_desk_is_told_of_letters_that_no_font_has(beate: Client) -> None:
    offer(topics=["wohnen"])
    told = beate.post(f"{OFFERS}add/", fields(title="Café 你好 በትግርኛ", description="你"), follow=True).content.decode()
    assert "你好በትግርኛ: Diese Buchstaben hat unsere Druckschrift nicht." in told
    fine = beate.post(f"{OFFERS}add/", fields(title="Чай, شاي und Trà? 🏠"), follow=True).content.decode()
    assert "Druckschrift" not in fine


def test_the_desk_is_told_of_them_in_the_name_of_a_provider_and_in_a_topic_too(beate: Client) -> None:
    at = f"/verwaltung/wegweiser/provider/{provider(name='Teehaus').pk}/change/"
    assert "你好: Diese Buchstaben" in press(beate, page(beate, at), "Speichern", at, name="Teehaus 你好")
    assert "Druckschrift" not in press(beate, page(beate, at), "Speichern", at, name="Teehaus Чай")
    at = f"/verwaltung/wegweiser/topic/{topics.ensure()['wohnen'].pk}/change/"
    assert "家屋: Diese Buchstaben" in press(beate, page(beate, at), "Speichern", at, title="Wohnen 家", text="屋")
    assert "Druckschrift" not in press(beate, page(beate, at), "Speichern", at, title="Wohnen", text="Wohnung")
