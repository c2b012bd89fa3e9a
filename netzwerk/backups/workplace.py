"""Where a backup lies unpacked while it is restored: nothing in there is encrypted, the keys neither.

The folder goes with the restore, also with one that is told to end. One that was killed leaves it: the next restore
and `daily` clear it away.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from django.conf import settings

_PREFIX = "restore-"
# A closed terminal too, unless the restore was started with nohup.
_ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards, whatever ends the block short of kill -9."""
    clear()
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    made = tempfile.TemporaryDirectory(prefix=_PREFIX, dir=settings.DATA_DIR)
    with _ended_in_order(), made as name, _held(Path(name)):
        yield Path(name)


def clear() -> bool:
    """Deletes what killed restores have left; whether there was anything. One that runs keeps its own."""
    found = False
    for left in Path(settings.DATA_DIR).glob(f"{_PREFIX}*"):
        with _held(left) as alone:
            if alone:
                shutil.rmtree(left)
                found = True
    return found


@contextmanager
def _held(left: Path) -> Iterator[bool]:
    """Holds the folder until its process ends, however that ends; yields False if another restore holds it."""
    opened = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(opened)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in _ENDING}
    try:
        for number in _ENDING:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, _end)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: object) -> NoReturn:
    for other in _ENDING:
        signal.signal(other, signal.SIG_IGN)  # a second one must not interrupt the clearing
    sys.exit("Das Einspielen wurde abgebrochen.")
