"""What a thread writes its answer to: the connection keeps it, and the worker's loop sends it."""

import threading
import time

from kit.webserver.connection import Connection

LONG = 1024 * 1024
PATIENCE = 20  # seconds of one answer; a worker whose thread is away for 30 is killed


class Outgoing:
    """Stands where gunicorn expects the socket.

    A thread waits for the visitor only in the middle of an answer that comes in pieces and is longer than LONG: memory
    must not hold all of it. `waiting` says how many threads may do so at once; others find it locked and give up.
    """

    def __init__(self, connection: Connection, waiting: threading.Semaphore) -> None:
        self.begun = False  # something has left: the answer cannot be replaced by another
        self._connection = connection
        self._waiting = waiting
        self._patience = float(PATIENCE)

    def sendall(self, data: bytes) -> None:
        """Raises OSError if the visitor is gone, or takes too long over a long answer."""
        if len(self._connection.outgoing) > LONG:
            self._send_what_is_there()
        self._connection.outgoing += data

    def gettimeout(self) -> float:
        return 0.0

    def _send_what_is_there(self) -> None:
        self.begun = True
        if not self._connection.flush():
            raise ConnectionResetError
        if len(self._connection.outgoing) <= LONG:
            return
        if not self._waiting.acquire(blocking=False):
            raise TimeoutError
        sock, start = self._connection.sock, time.monotonic()
        try:
            sock.settimeout(max(0.001, self._patience))
            sock.sendall(self._connection.outgoing)
        finally:
            sock.setblocking(False)
            self._patience -= time.monotonic() - start
            self._waiting.release()
        self._connection.outgoing.clear()
