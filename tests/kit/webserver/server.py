"""A gunicorn of its own for a test, and visitors who speak to it byte by byte."""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from netzwerk.environment import BASE_DIR

PATIENT = "kit.webserver.worker.PatientWorker"
SO_LONG = 60  # seconds after which a test is stuck; nothing is measured by it
GREETING = b"GET / HTTP/1.1\r\nHost: portal.example\r\n\r\n"
CLOSING = GREETING.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
ANNOUNCED = b"POST /laut HTTP/1.1\r\nHost: portal.example\r\nContent-Length: 1000\r\n\r\n"


class Server:
    def __init__(self, address: tuple[str, int], process: subprocess.Popen[bytes], log: Path) -> None:
        self.address, self.process, self._log = address, process, log

    def visitor(self, sends: bytes = b"") -> socket.socket:
        """Somebody who connects, sends this and leaves the connection open."""
        sock = socket.create_connection(self.address, timeout=SO_LONG)
        sock.sendall(sends)
        return sock

    def ask(self, sends: bytes) -> bytes:
        """All that the server answers until it closes the connection."""
        with self.visitor(sends) as sock:
            return rest(sock)

    @property
    def log(self) -> str:
        return self._log.read_text()


@contextlib.contextmanager
def serving(log: Path, worker_class: str = PATIENT, workers: int = 1, **environment: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "-c", "tests/kit/webserver/application.py"]
    environment = {**os.environ, "WORKER_CLASS": worker_class, "WORKERS": str(workers), **environment}
    with socket.create_server(("127.0.0.1", 0)) as listening, log.open("wb") as output:
        descriptor = listening.fileno()
        process = subprocess.Popen(
            [*command, "--bind", f"fd://{descriptor}"],
            cwd=BASE_DIR,
            env=environment,
            pass_fds=[descriptor],
            stdout=output,
            stderr=output,
        )
        server = Server(listening.getsockname(), process, log)
    try:
        with server.visitor(GREETING) as first:  # answered when the server is up
            assert first.recv(100).startswith(b"HTTP/1.1 200 OK")
        yield server
    finally:
        process.terminate()
        process.wait(SO_LONG)


def rest(sock: socket.socket) -> bytes:
    """What comes until the server closes the connection."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while data := sock.recv(65536):
            received += data
    return bytes(received)


def is_open(sock: socket.socket) -> bool:
    """Nothing has come, no end either."""
    sock.setblocking(False)
    try:
        sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
    finally:
        sock.settimeout(SO_LONG)
    return False
