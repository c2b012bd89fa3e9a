import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mailings.sending.engine import WorkerProcess
from tests.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(extensions=("PIPELINING", "8BITMIME")) as sink:
        yield sink


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every wait for a server that was in vain, as long as it was meant to last: no loaded machine makes it longer."""
    waits: list[float] = []
    recv_into = socket.socket.recv_into

    def note(self: socket.socket, *arguments: Any) -> int:
        try:
            return recv_into(self, *arguments)
        except TimeoutError:
            waits.append(self.gettimeout() or 0)
            raise

    monkeypatch.setattr(socket.socket, "recv_into", note)
    return waits


@pytest.fixture
def start(sink: Sink, tmp_path: Path, transactional_db: None) -> Iterator[Callable[..., WorkerProcess]]:
    """Starts worker processes; none of them outlives the test, and none may have ended with a traceback."""
    workers: list[WorkerProcess] = []
    log = tmp_path / "workers.log"

    def start(*command: str, **environment: str) -> WorkerProcess:
        workers.append(WorkerProcess(sink.url, log, *command, **environment))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.runs:
            worker.kill()
        worker.wait()
    said = log.read_text() if workers else ""
    print(said)  # noqa: T201 - a figure of the proof
    assert "Traceback" not in said
