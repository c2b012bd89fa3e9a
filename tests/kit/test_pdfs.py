"""Flyers of officers are taken apart and written anew: nothing acts, and nobody is named. Beate is invented."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from kit.pdfs import cleaning
from kit.pdfs.cleaning import MOST_PAGES, End
from kit.pdfs.cleaning_process import result
from kit.pdfs.photos import without_metadata
from tests.pdfs import PAYLOAD, flyer, made, names, polyglots

# Those that are only a flyer once they are written anew.
HARMLESS = {"HTML in a comment", "HTML behind", "an archive behind", "HTML as title", "HTML in a page"}
TELLING = (b"Beate", b"Amtsprogramm", b"xmpmeta", b"Geheim")


def test_nobody_is_named_in_the_new_file() -> None:
    assert all(word in flyer(2) for word in TELLING[:3])
    cleaned = cleaning.clean(flyer(2))
    assert cleaned.pages == len(PdfReader(io.BytesIO(cleaned.content)).pages) == 2
    assert [word for word in TELLING if word in cleaned.content] == []
    assert PdfReader(io.BytesIO(cleaned.content)).metadata is None


@pytest.mark.parametrize("what", polyglots())
def test_twenty_files_that_are_something_else_besides(what: str) -> None:
    """S-15: refused, or written anew without it. Within a page it stays a comment that nobody shows."""
    assert len(polyglots()) == 20
    content = polyglots()[what]
    if not content.startswith(b"%PDF-"):
        with pytest.raises(cleaning.UnusablePdf, match=End.NO_PDF):
            cleaning.clean(content)
        return
    end, _, written = result(content)  # in this process, which is quicker
    assert (end is End.GOOD) == (what in HARMLESS), end
    assert (PAYLOAD in written) == (what == "HTML in a page")


@pytest.mark.parametrize(
    ("what", "end"),
    [
        ("runs a script", End.SCRIPT),
        ("hides the name of a script", End.SCRIPT),
        ("has a form of its own", End.SCRIPT),
        ("has a file within", End.FILE),
        ("starts a program", End.ACTION),
        ("leads to a script", End.ACTION),
        ("is only a head", End.DAMAGED),
    ],
)
def test_the_reason_is_told(what: str, end: End) -> None:
    assert result(polyglots()[what])[0] == end


def test_what_is_locked_or_too_much_is_refused() -> None:
    assert result(made(lambda writer: writer.encrypt("geheim")))[0] == End.ENCRYPTED
    assert result(flyer(MOST_PAGES + 1))[0] == End.TOO_COMPLEX
    assert result(flyer()[:300])[0] == End.DAMAGED


def test_a_link_to_a_page_of_ours_stays_and_its_writer_does_not() -> None:
    def add(writer: PdfWriter) -> None:
        action = names(S="/URI", URI="https://netzwerk.example/termine/")
        link = names(Type="/Annot", Subtype="/Link", Rect=[], T="Beate Amt", A=action)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([link])

    end, _, written = result(made(add))
    assert end is End.GOOD
    [stays] = PdfReader(io.BytesIO(written)).pages[0]["/Annots"]
    assert stays.get_object()["/A"]["/URI"] == "https://netzwerk.example/termine/"
    assert b"Beate" not in written


def test_a_photo_keeps_its_colours_and_loses_its_place() -> None:
    def part(marker: int, content: bytes) -> bytes:
        return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content

    start, picture = b"\xff\xd8" + part(0xE0, b"JFIF"), part(0xDA, b"...") + b"picture\xff\xd9"
    telling = part(0xE1, b"Exif GPS 50.87 8.02") + part(0xED, b"Photoshop") + part(0xFE, b"Beate")
    assert without_metadata(start + telling + part(0xE2, b"ICC") + picture) == start + part(0xE2, b"ICC") + picture
    assert without_metadata(b"GIF89a") == b"GIF89a"
    assert without_metadata(start + telling[:9]) == start + telling[:9]
