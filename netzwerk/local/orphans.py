"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def none_left(number: int = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child `number` when the starting process ends, however it ends.

    Nothing else reaches a child after `kill -9` of its parent. On other systems than Linux it does nothing, and the
    next start clears away what was left.
    """
    parent = os.getpid()

    def prepare() -> None:
        if _libc is not None:
            _libc.prctl(_SET_PARENT_DEATH_SIGNAL, number)
            if os.getppid() != parent:  # ended between fork and here: no signal will come any more
                os._exit(1)

    return prepare


def adopt() -> None:
    """From now on descendants whose parent ends become children of this process. Elsewhere than on Linux: nothing."""
    if _libc is not None:
        _libc.prctl(_SET_CHILD_SUBREAPER, 1)
