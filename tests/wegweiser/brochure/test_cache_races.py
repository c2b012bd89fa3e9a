"""Four requests for a brochure that is not there: one builds it, the others wait."""

import contextlib
import fcntl
import threading
from collections.abc import Callable
from typing import Any

import pytest

from kit.printing import typesetting
from tests.wegweiser.brochure.test_cache import files
from wegweiser.brochure import cache
from wegweiser.brochure import selection as brochure
from wegweiser.brochure.selection import Selection

pytestmark = pytest.mark.django_db


def nothing() -> None:
    pass


def four_at_once(monkeypatch: pytest.MonkeyPatch, lock: Callable[..., object], before: Callable[[], object]) -> int:
    """How many of four builders that come to the lock at the same time build; `before` stands before each building."""
    made: list[str] = []
    at_the_lock = threading.Barrier(4, timeout=60)

    def take_turns(*args: Any) -> None:
        at_the_lock.wait()
        lock(*args)

    def build(template: Any, data: str) -> bytes:
        before()
        made.append(data)
        return b"%PDF-1.7"

    def take() -> None:
        with contextlib.suppress(cache.Unavailable):  # without the lock they take each other's files
            cache.get_or_build(Selection())

    monkeypatch.setattr(fcntl, "flock", take_turns)
    monkeypatch.setattr(typesetting, "pdf", build)
    monkeypatch.setattr(brochure, "content", lambda selection: "{}")
    monkeypatch.setattr(brochure, "fingerprint", lambda selection: brochure.Fingerprint("a" * 64, 1))
    cache.clear()
    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(made)


def test_those_who_come_meanwhile_wait_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert four_at_once(monkeypatch, fcntl.flock, nothing) == 1
    assert len(files()) == 1


@pytest.mark.logs_errors
def test_control_without_the_lock_all_four_build(monkeypatch: pytest.MonkeyPatch) -> None:
    building = threading.Barrier(4, timeout=60)
    assert four_at_once(monkeypatch, lambda *args: None, building.wait) == 4
