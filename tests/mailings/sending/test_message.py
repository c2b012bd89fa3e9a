"""The bytes of a mail, for whatever people write: well formed, the same by both ways, nothing smuggled in (M-12)."""

import re
from string import Template

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailings import placeholders
from mailings.models import Mailing
from mailings.sending import message as mime
from mailings.templates import one_line
from tests.mailings.copies import bytes_of, copy, examples, html_of, parsed, text_of

KINDS = [Mailing.Kind.LIST, Mailing.Kind.PERSONAL]
HEADERS = {
    Mailing.Kind.PERSONAL: [
        "To", "Message-ID", "Date", "From", "Reply-To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type",
    ],
    Mailing.Kind.LIST: [
        "To", "Message-ID", "Date", "List-Unsubscribe", "From", "Reply-To", "Subject", "List-Id",
        "List-Unsubscribe-Post", "Auto-Submitted", "MIME-Version", "Content-Type",
    ],
}  # fmt: skip
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

NASTY = [
    ".", "..", " ", "   \t ", "From here on", ">From", "$$", "=", "=3D", "=_mailing_3", "--=_mailing_3--", "--", "-- ",
    "ä", "ß", "€", "👩‍👧", "\u2028", "\u202e", "\x85", "\x0b", "\x0c", "\x1c", "x" * 75, "x" * 1200, "ü" * 40, "\t",
    "&", "<b>", '"', "'", "\r\nBcc: eve@example.org", "\nX-Evil: 1", "\x00", "=?utf-8?q?=0D=0ABcc:_eve=40example.org?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?=", "text-goes-here", "http://evil.example/", "\ufeff", "ﬀ", "e\u0301",
]  # fmt: skip
words = st.sampled_from(NASTY) | st.text(max_size=30)
anything = st.lists(words, max_size=8).map("".join)
pieces = words.map(lambda word: word.replace("$", "$$")) | st.sampled_from(
    ["\n", "\n\n", "\r\n", "\r", "$anrede ", "${anrede}", "$meine_daten\n", "$$", "$$anrede"]
)
sources = st.lists(pieces, min_size=1, max_size=20).map("".join)


def utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@examples(100, 5000)
@given(
    text=sources.map(utf8),
    html=sources.map(utf8),
    value=anything,
    kind=st.sampled_from(KINDS),
    discreet=st.booleans(),
)
@example(text="", html="", value="", kind="list", discreet=False)
@example(text="a\r\n", html="a\r", value="", kind="list", discreet=False)
@example(text="a\n$anrede", html="\r$anrede", value="", kind="list", discreet=False)
@example(text="a $anrede b\n.\n..\nFrom x\n", html=" \n\t\n", value="." * 80, kind="list", discreet=False)
def test_both_ways_give_the_same_bytes(text: str, html: str, value: str, kind: str, discreet: bool) -> None:
    delivery = copy(text, html=html, kind=kind, discreet=discreet, values={"anrede": value})
    data = bytes_of(delivery)
    assert data == mime.message_bytes(delivery)
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert max(map(len, data.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")


@examples(100, 10_000)
@given(text=sources.map(utf8), value=anything)
def test_what_is_read_is_what_was_written(text: str, value: str) -> None:
    delivery = copy(text, html=text, values={"anrede": value})
    values = mime.placeholder_values(delivery)
    message = parsed(bytes_of(delivery))
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert text_of(message) == Template(lines(text)).substitute(values)
    assert html_of(message) == placeholders.fill_html(lines(text), values)


def lines(text: str) -> str:
    """The lines of `text` as they come out of a mail: each line with its end."""
    text = re.sub(r"\r\n|\r", "\n", text)
    return text if text.endswith("\n") else f"{text}\n"


@examples(100, 10_000)
@given(value=anything, kind=st.sampled_from(KINDS))
def test_a_value_adds_no_header_and_hides_nothing(value: str, kind: str) -> None:
    message = parsed(bytes_of(copy("$anrede", kind=kind, values={"anrede": value})))
    assert message.keys() == HEADERS[Mailing.Kind(kind)]
    assert not INVISIBLE.search(text_of(message).removesuffix("\n"))
    assert "\n" not in text_of(message).removesuffix("\n")


@examples(100, 10_000)
@given(subject=anything, kind=st.sampled_from(KINDS))
@example(subject="=?utf-8?q?=0D=0ABcc:_eve=40example.org?=", kind="list")
@example(subject="Ein =?utf-8?b?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw==?= Ausflug", kind="list")
@example(subject="text-goes-here", kind="list")
def test_a_subject_adds_no_header_and_no_recipient(subject: str, kind: str) -> None:
    message = parsed(bytes_of(copy(subject=subject, kind=kind)))
    assert message.keys() == HEADERS[Mailing.Kind(kind)]
    assert message["To"] == "anna@example.org"
    assert [str(a) for a in message["To"].addresses] == ["anna@example.org"]
    assert not INVISIBLE.search(message["Subject"])
    assert text_of(message) == "Guten Tag,\n"


@examples(50, 2000)
@given(
    subject=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40), max_size=9).map(" ".join)
)
def test_a_usual_subject_arrives_as_it_was_written(subject: str) -> None:
    message = parsed(bytes_of(copy(subject=subject)))
    assert message["Subject"] == one_line(subject)


@pytest.mark.parametrize("text", ["$Anrede", "$5 und mehr", "ein $", "$ohne_wert", "${anrede", "$ä"])
def test_a_text_that_cannot_be_filled_is_refused_by_both_ways(text: str) -> None:
    delivery = copy(f"Guten Tag\n{text}\n")
    with pytest.raises((KeyError, ValueError)) as first:
        mime.message_bytes(delivery)
    with pytest.raises(first.type):
        bytes_of(delivery)


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nSUMMARY:Café\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_a_calendar_entry_goes_with_it_under_a_neutral_name() -> None:
    delivery = copy(calendar=CALENDAR)
    data = bytes_of(delivery)
    assert data == mime.message_bytes(delivery)
    message = parsed(data)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    (entry,) = message.iter_attachments()
    assert entry.get_filename() == "termin.ics"
    assert entry["Content-Type"].params["method"] == "PUBLISH"
    assert entry.get_content() == CALENDAR
    assert text_of(message) == "Guten Tag,\n"


def test_a_discreet_mail_holds_no_calendar_entry() -> None:
    delivery = copy(calendar=CALENDAR, discreet=True)
    assert bytes_of(delivery) == mime.message_bytes(delivery)
    assert b"calendar" not in bytes_of(delivery)
