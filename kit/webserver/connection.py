"""One connection of a visitor: what has arrived of a request, and what is still to be sent of the answer.

It decides only when a request is whole, never what it says: gunicorn reads the same bytes and alone judges them.
"""

import enum
import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

MAX_HEAD = 32 * 1024
MAX_BODY = 2560 * 1024
_CHUNK = 64 * 1024
# Seconds for each part as a whole, however many pieces it comes in.
HEAD_SECONDS = 10
BODY_SECONDS = 30
SEND_SECONDS = 60
LINGER_SECONDS = 5

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_CODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)


class Stage(enum.Enum):
    RECEIVING = "receiving"  # a request, or waiting for its first byte
    ANSWERING = "answering"  # a thread has it
    SENDING = "sending"  # what the visitor has not taken yet
    LINGERING = "lingering"  # all is sent; closing at once could destroy what is still on its way to the visitor


class Refused(Exception):
    """The server answers with this status itself; the application is not asked."""


@dataclass(frozen=True)
class WholeRequest:
    """The bytes of one request. A body over MAX_BODY is missing: the application refuses it by its length."""

    content: bytes
    body_length: int
    body_missing: bool


class Connection:
    """Never waits: the worker calls it when the socket is ready."""

    def __init__(self, sock: socket.socket, client: tuple[str, int]) -> None:
        sock.setblocking(False)
        self.sock = sock
        self.client = client
        self.server = sock.getsockname()
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.keep = False  # for another request, after the answer
        self.next_request(HEAD_SECONDS)

    def enter(self, stage: Stage, seconds: float) -> None:
        self.stage = stage
        self.since = time.monotonic()
        self.deadline = self.since + seconds

    def next_request(self, idle_seconds: float) -> None:
        self._searched = 0
        self._body_awaited = False
        self.enter(Stage.RECEIVING, HEAD_SECONDS if self.incoming else idle_seconds)

    def receive(self) -> bool:
        """Takes what has arrived; False if the visitor has closed the connection."""
        try:
            data = self.sock.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if self.stage is Stage.RECEIVING:
            if data and not self.incoming:
                self.enter(Stage.RECEIVING, HEAD_SECONDS)
            self.incoming += data
        return bool(data)

    def request(self) -> WholeRequest | None:
        """The next request, once all of it has arrived. Raises Refused."""
        end = self._end_of_head()
        if end is None:
            return None
        head = bytes(self.incoming[:end])
        if _CODED.search(head):
            raise Refused("411 Length Required")  # without a length Django would not read the body either
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        missing = length > MAX_BODY
        size = end if missing else end + length
        if len(self.incoming) < size:
            self._await_body(head)
            return None
        content = _EXPECT.sub(b"", head) + self.incoming[end:size]
        del self.incoming[:size]
        return WholeRequest(content, length, missing)

    def _end_of_head(self) -> int | None:
        found = self.incoming.find(b"\r\n\r\n", self._searched)
        if found < 0:
            # A visitor that drips must not have the same bytes searched again for each drop.
            self._searched = max(0, len(self.incoming) - 3)
        if found > MAX_HEAD or (found < 0 and len(self.incoming) > MAX_HEAD):
            raise Refused("431 Request Header Fields Too Large")
        if found < 0:
            return None
        self._searched = found
        return found + 4

    def _await_body(self, head: bytes) -> None:
        if self._body_awaited:
            return
        self._body_awaited = True
        self.enter(Stage.RECEIVING, BODY_SECONDS)
        if _EXPECT.search(head) and head.split(b"\r\n", 1)[0].endswith(b"HTTP/1.1"):
            with suppress(OSError):
                self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def flush(self) -> bool:
        """Sends as much as the visitor takes; False if he has closed the connection."""
        try:
            while self.outgoing:
                del self.outgoing[: self.sock.send(self.outgoing)]
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True
