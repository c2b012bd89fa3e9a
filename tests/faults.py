"""Faults of a mail server, as actions for the scripts of tests.sink."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Action:
    """What to do at a stage: run `call`, wait for `until`, wait `seconds`, say `line` (raw bytes or text), drop."""

    line: str | bytes | None = None
    drop: bool = False
    seconds: float = 0
    until: threading.Event | None = None
    call: Callable[[], object] | None = None

    @property
    def answers(self) -> bool:
        return self.line is not None or self.drop


DROP = Action(drop=True)
HANG = Action(seconds=3600, drop=True)


def say(line: str | bytes) -> Action:
    """Answers `line`: text, or bytes exactly as they are."""
    return Action(line)


def goodbye(line: str) -> Action:
    """Answers and hangs up."""
    return Action(line, drop=True)


def do(call: Callable[[], object]) -> Action:
    """Runs `call`, then goes on as usual."""
    return Action(call=call)


def wait(until: threading.Event) -> Action:
    """Goes on as usual once `until` is set."""
    return Action(until=until)


def slowly(seconds: float, action: Action | None = None) -> Action:
    """Waits, then does `action`, or goes on as usual."""
    return replace(action or Action(), seconds=seconds)


@dataclass
class Rule:
    stage: str
    action: Action
    to: str | None
    connection: int | None
    message: int | None
    times: int | None

    def fits(self, stage: str, to: str, connection: int, message: int) -> bool:
        wanted = [(self.to, to), (self.connection, connection), (self.message, message)]
        return self.stage == stage and self.times != 0 and all(want in (None, got) for want, got in wanted)
