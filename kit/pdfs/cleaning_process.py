"""The process that takes a PDF apart and writes it anew with bounded memory and time; cleaning.py starts it.

It writes a line with how it ended and the number of pages, then the file.
"""

import io
import logging
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from kit.pdfs.cleaning import MOST_PAGES, End, UnusablePdf
from kit.pdfs.photos import without_metadata

MEMORY = 400_000_000  # bytes of the whole process
SECONDS = 10  # of processor time
MOST_OBJECTS = 100_000

# Names whose presence alone says that the file does more than show pages.
_SCRIPTS = {"/JS", "/JavaScript", "/XFA"}
_FILES = {"/EF", "/EmbeddedFile", "/EmbeddedFiles", "/AF", "/Filespec", "/FileAttachment", "/RichMedia", "/Collection"}
_MEDIA = {"/Movie", "/Sound", "/Screen", "/Rendition", "/3D"}
# What a link in a flyer may do: lead to a page of it, or to a URL.
_ACTIONS = {"/GoTo", "/URI", "/Named"}
_URIS = ("http://", "https://", "mailto:", "tel:")
# What a reader needs of the document besides its pages: its language and its structure, for screen readers.
_OF_CATALOG = {"/Type", "/Pages", "/Version", "/Lang", "/MarkInfo", "/StructTreeRoot", "/ViewerPreferences",
               "/Outlines", "/Dests", "/OCProperties", "/PageLabels"}  # fmt: skip
# These tell who made it, when and with what, or act by themselves.
_OF_ANNOTATION = ("/T", "/M", "/NM", "/CreationDate")
_DROPPED = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/OpenAction", "/Info", "/Creator")


def main() -> None:
    logging.disable()
    content = sys.stdin.buffer.read()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    end, pages, written = result(content)
    sys.stdout.buffer.write(f"{end} {pages}\n".encode() + written)


def result(content: bytes) -> tuple[End, int, bytes]:
    """How it ended, the number of pages, and the new file. pypdf may answer a broken file with anything."""
    try:
        return End.GOOD, *_rewritten(content)
    except UnusablePdf as refusal:
        return refusal.end, 0, b""
    except (MemoryError, RecursionError):
        return End.TOO_COMPLEX, 0, b""
    except PyPdfError as error:
        return (End.TOO_COMPLEX if "Limit" in type(error).__name__ else End.DAMAGED), 0, b""
    except Exception:
        return End.DAMAGED, 0, b""


def _rewritten(content: bytes) -> tuple[int, bytes]:
    """Raises UnusablePdf, and whatever pypdf raises."""
    reader = _opened(content)
    for found in _objects(reader.root_object):
        _check(found)
    writer = PdfWriter(clone_from=reader)
    for name in set(writer.root_object) - _OF_CATALOG:
        del writer.root_object[name]
    for found in _objects(writer.root_object):
        _strip(found)
    # Written twice: what nothing leads to any more is not read again.
    once = PdfWriter(clone_from=_opened(_written(writer)))
    return len(reader.pages), _written(once)


def _opened(content: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise UnusablePdf(End.ENCRYPTED)
    pages = len(reader.pages)
    if not pages:
        raise UnusablePdf(End.DAMAGED)
    if pages > MOST_PAGES:
        raise UnusablePdf(End.TOO_COMPLEX)
    return reader


def _written(writer: PdfWriter) -> bytes:
    writer.metadata = None
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _objects(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that the root leads to, each once."""
    waiting: list[Any] = [root]
    seen: set[int] = set()
    number = 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        number += 1
        if number > 50 * MOST_OBJECTS or len(seen) > MOST_OBJECTS:
            raise UnusablePdf(End.TOO_COMPLEX)
        if isinstance(found, DictionaryObject):
            yield found
            waiting.extend(found.values())
        elif isinstance(found, ArrayObject):
            waiting.extend(found)


def _check(found: DictionaryObject) -> None:
    named = {str(value) for key in ("/Type", "/Subtype", "/S") if isinstance(value := found.get(key), NameObject)}
    names = {*map(str, found), *named}
    if names & _SCRIPTS:
        raise UnusablePdf(End.SCRIPT)
    if names & _FILES:
        raise UnusablePdf(End.FILE)
    if named & _MEDIA:
        raise UnusablePdf(End.ACTION)
    for action in _actions(found):
        kind, leads_to = str(action.get("/S")), str(action.get("/URI", "")).lower()
        if kind in _SCRIPTS:
            raise UnusablePdf(End.SCRIPT)
        if kind not in _ACTIONS or (kind == "/URI" and not leads_to.startswith(_URIS)):
            raise UnusablePdf(End.ACTION)


def _actions(found: DictionaryObject) -> Iterator[DictionaryObject]:
    """What a link, a page or the file itself carries out."""
    by_itself = found.get("/AA", DictionaryObject()).get_object()
    possible: list[Any] = [found.get(key) for key in ("/A", "/OpenAction", "/Next")]
    possible += by_itself.values() if isinstance(by_itself, DictionaryObject) else []
    for action in possible:
        action = action.get_object() if isinstance(action, IndirectObject) else action
        if isinstance(action, DictionaryObject) and "/S" in action:
            yield action


def _strip(found: DictionaryObject) -> None:
    for name in _DROPPED:
        if name in found and not (name == "/Info" and "/S" in found):
            del found[name]
    for name in _OF_ANNOTATION if "/Rect" in found else ():
        found.pop(name, None)
    filters = found.get("/Filter")
    if isinstance(found, StreamObject) and filters in ("/DCTDecode", ["/DCTDecode"]):
        found._data = without_metadata(found._data)
