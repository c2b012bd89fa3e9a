from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mailings.sending.engine import WorkerProcess
from tests.sink import Sink


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(extensions=("PIPELINING", "8BITMIME")) as sink:
        yield sink


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
    print(said)  # noqa: T201
    assert "Traceback" not in said
