"""Takes a PDF from an officer: refuses what could act, and removes what tells who made it, where and when.

It is taken apart in a process of its own, with bounded memory and time: the file may come from anywhere. Only that
process imports pypdf (cleaning_process.py).
"""

import enum
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

MOST_PAGES = 50
_LONGEST = 20  # seconds; a web process has 30
_ROOT = Path(__file__).parents[2]
_PROGRAM = "from kit.pdfs.cleaning_process import main; main()"  # starts faster than -m


class End(enum.StrEnum):
    GOOD = "good"
    NO_PDF = "no-pdf"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    FILE = "file"
    ACTION = "action"
    TOO_COMPLEX = "too-complex"


class Cleaned(NamedTuple):
    content: bytes
    pages: int


class UnusablePdf(Exception):
    """`end` says why."""

    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


def clean(content: bytes) -> Cleaned:
    """The same pages in a file written anew: without title, author, dates, position of photos, and what nobody sees.

    Raises UnusablePdf.
    """
    if not content.startswith(b"%PDF-"):
        raise UnusablePdf(End.NO_PDF)
    command = [sys.executable, "-c", _PROGRAM]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_LONGEST, cwd=_ROOT)
    except subprocess.TimeoutExpired:
        raise UnusablePdf(End.TOO_COMPLEX) from None
    head, _, written = done.stdout.partition(b"\n")
    end, _, pages = head.decode("ascii", "replace").partition(" ")
    if done.returncode or not end:
        raise UnusablePdf(End.TOO_COMPLEX)  # a limit has ended it
    if end != End.GOOD:
        raise UnusablePdf(End(end))
    return Cleaned(written, int(pages))
