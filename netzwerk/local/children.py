"""The programs of the portal: started, restarted when they die, ended together."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from netzwerk.local import orphans

GRACE = 25  # seconds to finish the current mail or page
LONGEST_PAUSE = 60
STEADY = 60  # seconds; a program that ran that long was not broken from the start


@dataclass
class Child:
    """A program that should always run or, with `every`, run to its end again after so many seconds.

    `tend` starts it when it is due, and reports an unexpected end. A program that fails is started again after
    1, 2, 4 … 60 seconds.
    """

    name: str
    command: Sequence[str]
    every: float | None = None
    pass_fds: Sequence[int] = ()
    say: Callable[[str], None] = print
    process: subprocess.Popen[bytes] | None = None
    due: float = 0
    started: float = 0
    failures: int = field(default=0)

    def tend(self) -> None:
        if self.process and (code := self.process.poll()) is not None:
            self.process = None
            self._ended(code)
        if not self.process and time.time() >= self.due:
            self.started = time.time()
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                pass_fds=self.pass_fds,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, who ends them in order
                preexec_fn=orphans.none_left(signal.SIGTERM),
            )

    def _ended(self, code: int) -> None:
        if self.every and code == 0:
            self.failures = 0
            self.due = self.started + self.every
            return
        self.failures = 1 if time.time() - self.started > STEADY else self.failures + 1
        pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
        self.due = time.time() + pause
        how = f"Signal {-code}" if code < 0 else f"Code {code}"
        self.say(f"{self.name} wurde unerwartet beendet ({how}); neuer Start in {pause} s.")


def end(children: Sequence[Child]) -> None:
    """Asks all to finish, waits, then kills those that have not, with everything they started."""
    running = [child.process for child in children if child.process]
    for process in running:
        if process.poll() is None:
            process.terminate()
    patience = time.monotonic() + GRACE
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0, patience - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
