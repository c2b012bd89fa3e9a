"""Finished brochures below DATA_DIR: each is built once, by the web process that is first asked for it.

Only one is built at a time on a machine; other requests wait and use the result. The lock ends with its process.
"""

import contextlib
import fcntl
import logging
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kit.printing import typesetting
from wegweiser.brochure import selection as brochure
from wegweiser.brochure.selection import Fingerprint, Selection

# The root of its tree of pages counts all of them.
_PAGES = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")

log = logging.getLogger(__name__)


class Unavailable(Exception):
    """The brochure could not be built, and there is no former one."""


class TooLarge(Exception):
    """Too many offers for a brochure."""


@dataclass(frozen=True)
class Brochure:
    key: str
    pdf: bytes
    made_at: int  # seconds, as HTTP counts them


@dataclass(frozen=True)
class Size:
    pages: int
    bytes: int


def size(selection: Selection) -> Size | None:
    """Pages and size of the brochure built last, though the next may differ by a little; None without one."""
    with contextlib.suppress(FileNotFoundError):  # replaced at this moment
        for file in _files(selection):
            return _size(file)
    return None


@lru_cache(maxsize=256)  # a file of this name never changes
def _size(file: Path) -> Size:
    pdf = file.read_bytes()
    return Size(max(map(int, _PAGES.findall(pdf)), default=0), len(pdf))


def get_or_build(selection: Selection) -> Brochure:
    """The current brochure, or the former one if building fails. Raises Unavailable, TooLarge."""
    now = brochure.fingerprint(selection)
    if now.count > brochure.MOST:
        raise TooLarge
    try:
        return _read(_file(selection, now.key)) or _make(selection, now)
    except (typesetting.TypesettingFailed, OSError) as problem:
        log.error("The brochure could not be made: %s %s", type(problem).__name__, problem)
    former = next(filter(None, map(_read, _files(selection))), None)
    if former is None:
        raise Unavailable
    return former


def prune() -> None:
    """Deletes brochures that are out of date, so that withdrawn offers disappear from them too.

    The whole one is built anew, so that the link to it goes on saying how much it is.
    """
    for file in list(folder().glob("*.pdf")):
        selection = Selection(*file.name.split(".")[1:3])
        if file != _file(selection, brochure.fingerprint(selection).key):
            file.unlink(missing_ok=True)
            if selection == Selection():
                with contextlib.suppress(Unavailable, TooLarge):
                    get_or_build(selection)


def clear() -> None:
    shutil.rmtree(folder(), ignore_errors=True)


def _make(selection: Selection, now: Fingerprint) -> Brochure:
    file = _file(selection, now.key)
    with _alone():
        if made := _read(file):
            return made
        fresh = file.with_suffix(".new")
        fresh.write_bytes(typesetting.pdf(brochure.TEMPLATE, brochure.content(selection)))
        fresh.replace(file)
        for each in _files(selection):
            if each != file:
                each.unlink(missing_ok=True)
        made = _read(file)
    assert made is not None
    return made


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(file: Path) -> Brochure | None:
    """The bytes of the file; None if it does not exist (any more)."""
    try:
        with file.open("rb") as opened:
            return Brochure(file.name.split(".")[3], opened.read(), int(os.fstat(opened.fileno()).st_mtime))
    except FileNotFoundError:
        return None


def _files(selection: Selection) -> list[Path]:
    """The finished brochures; nearly always one."""
    return list(folder().glob(f"heft.{selection.topic}.{selection.town}.*.pdf"))


def _file(selection: Selection, key: str) -> Path:
    """The file name; slugs hold no dot."""
    return folder() / f"heft.{selection.topic}.{selection.town}.{key}.pdf"


def folder() -> Path:
    return Path(settings.DATA_DIR) / "brochure"
