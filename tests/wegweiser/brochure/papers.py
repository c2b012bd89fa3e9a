"""Reads a PDF back as somebody with a screen reader would."""

import io
import re
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from kit.printing import typesetting
from wegweiser.brochure import selection as brochure
from wegweiser.brochure.selection import Selection


class Paper:
    def __init__(self, pdf: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(pdf))
        self.pages = [words(page.extract_text()) for page in self.reader.pages]
        self.text = " ".join(self.pages)

    def beginning(self, title: str) -> str:
        """The page of a chapter."""
        return next(page for page in self.pages[3:] if page.startswith(title))

    def addresses(self) -> set[str]:
        """What its links open."""
        notes = [note.get_object() for page in self.reader.pages for note in page.get("/Annots", [])]
        return {str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})}

    def tags(self) -> list[str]:
        """The kinds of all structure elements."""
        return list(_kinds(self.reader.trailer["/Root"]["/StructTreeRoot"]))


def printed(selection: Selection | None = None) -> Paper:
    """Made as in earnest."""
    return Paper(typesetting.pdf(brochure.TEMPLATE, brochure.content(selection or Selection())))


def words(text: str) -> str:
    """Where lines end is the paper's."""
    return " ".join(re.sub(r"(?<=[-/])\n", "", text.replace("\u200b", "")).split())


def _kinds(node: Any) -> Any:
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for each in node:
            yield from _kinds(each)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from _kinds(node["/K"])
