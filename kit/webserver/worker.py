"""A gunicorn worker with threads that no slow visitor can hold up (S-21).

One loop talks to all visitors and never waits for one of them. A thread is engaged for a request only once all of it
has arrived, and is free again as soon as the answer is made. gunicorn's own workers read from the visitor in the thread
that answers: as many half-sent requests as there are threads stop everybody.

TLS, HTTP/2 and the log of accesses are left to the proxy.
"""

import errno
import os
import selectors
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from socket import socket
from typing import Any

from gunicorn.http import RequestParser
from gunicorn.http.errors import NoMoreData
from gunicorn.http.wsgi import create
from gunicorn.workers.base import Worker

from kit.webserver.connection import LINGER_SECONDS, SEND_SECONDS, Connection, Refused, Stage, WholeRequest
from kit.webserver.outgoing import Outgoing

CONNECTIONS = 400  # of each worker: with its files and the database far below the usual 1,024 descriptors
MEMORY = 64 * 1024 * 1024  # bytes that visitors can make a worker hold
_LARGE = 64 * 1024
_TICK = 1.0  # seconds


class PatientWorker(Worker):  # type: ignore[misc]
    """Answers with `threads` threads. A request that runs longer than `timeout` gets the worker killed, as usual."""

    alive: bool

    def init_process(self) -> None:
        self.connections: set[Connection] = set()
        self.answering = 0
        self._started: dict[Connection, float] = {}  # by the threads
        self._finished: SimpleQueue[Connection] = SimpleQueue()
        self._pool = ThreadPoolExecutor(self.cfg.threads)
        self._may_wait = threading.Semaphore(max(1, self.cfg.threads // 2))
        self._selector = selectors.DefaultSelector()
        self._listening = False
        self._swept = 0.0
        super().init_process()

    # the loop ----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        self._selector.register(self.PIPE[0], selectors.EVENT_READ, self._woken)
        while self.alive and self.ppid == os.getppid():
            # While all threads are busy, other workers take the next visitor.
            self._listen(self.answering < self.cfg.threads)
            self._turn()
        self.alive = False
        self._listen(False)
        end = time.monotonic() + self.cfg.graceful_timeout
        while self._busy() and time.monotonic() < end:
            self._turn()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _busy(self) -> bool:
        """Whether somebody waits for the rest of an answer, or has begun to ask. Those who are silent are dropped."""
        for connection in list(self.connections):
            if connection.stage is Stage.RECEIVING and not connection.incoming:
                self._drop(connection)
        return bool(self.connections)

    def _turn(self) -> None:
        # The master takes this for the sign of life: it is as old as the request that has run longest.
        alive = min(list(self._started.values()), default=time.monotonic())
        os.utime(self.tmp.fileno(), (alive, alive))
        for key, _events in self._selector.select(_TICK):
            key.data()
        if time.monotonic() > self._swept + _TICK:
            self._sweep()

    def _woken(self) -> None:
        with suppress(BlockingIOError):
            os.read(self.PIPE[0], 4096)
        with suppress(Empty):
            while True:
                self._answered(self._finished.get_nowait())

    def _listen(self, wanted: bool) -> None:
        if wanted is self._listening:
            return
        self._listening = wanted
        for listener in self.sockets:
            if wanted:
                listener.setblocking(False)
                self._selector.register(listener, selectors.EVENT_READ, partial(self._accept, listener))
            else:
                self._selector.unregister(listener)

    def _accept(self, listener: socket) -> None:
        if len(self.connections) >= CONNECTIONS:
            self._drop_oldest()
        try:
            sock, client = listener.accept()
        except OSError as problem:  # another worker was faster, or the visitor has gone
            if problem.errno in (errno.EMFILE, errno.ENFILE):
                self._drop_oldest()
            return
        connection = Connection(sock, client)
        self.connections.add(connection)
        self._ready(connection, self._receive)  # most requests come with the connection

    def _sweep(self) -> None:
        self._swept = time.monotonic()
        for connection in list(self.connections):
            if connection.stage is Stage.ANSWERING or self._swept < connection.deadline:
                continue
            if connection.stage is Stage.RECEIVING and connection.incoming:
                self._refuse(connection, "408 Request Timeout")
            else:
                self._drop(connection)

    def _drop_oldest(self) -> None:
        """Makes room: a request arrives within moments, a connection that has waited long is the least loss."""
        if idle := self._idle():
            self._drop(min(idle, key=lambda each: each.since))

    def _bound_memory(self) -> None:
        held = {each: len(each.incoming) + len(each.outgoing) for each in self.connections}
        if sum(held.values()) > MEMORY and (idle := self._idle()):
            self._drop(max(idle, key=lambda each: held[each]))

    def _idle(self) -> list[Connection]:
        """Those that no thread has in hand: only they can be dropped."""
        return [each for each in self.connections if each.stage is not Stage.ANSWERING]

    # one connection ----------------------------------------------------------------------------------------------

    def _watch(self, connection: Connection, events: int, then: Callable[[Connection], None]) -> None:
        with suppress(KeyError):
            self._selector.unregister(connection.sock)
        self._selector.register(connection.sock, events, partial(self._ready, connection, then))

    def _ready(self, connection: Connection, then: Callable[[Connection], None]) -> None:
        """A fault with one connection is the end of that one only."""
        if connection not in self.connections:
            return  # dropped for another one, since the selector saw it
        try:
            then(connection)
        except Exception:
            self.log.exception("Error with a connection")
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            with suppress(KeyError):
                self._selector.unregister(connection.sock)
            connection.sock.close()

    def _receive(self, connection: Connection) -> None:
        if not connection.receive():
            self._drop(connection)
            return
        if len(connection.incoming) > _LARGE:
            self._bound_memory()
        if connection in self.connections:
            self._go_on(connection)

    def _go_on(self, connection: Connection) -> None:
        """Answers the next request, or waits for the rest of it."""
        try:
            request = connection.request()
        except Refused as refused:
            self._refuse(connection, str(refused))
            return
        if request is None:
            self._watch(connection, selectors.EVENT_READ, self._receive)
            return
        with suppress(KeyError):
            self._selector.unregister(connection.sock)
        connection.enter(Stage.ANSWERING, 0)
        self.answering += 1
        self._pool.submit(self._answer, connection, request)

    def _refuse(self, connection: Connection, status: str) -> None:
        connection.outgoing += f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
        connection.keep = False
        self._send_rest(connection)

    def _answered(self, connection: Connection) -> None:
        self.answering -= 1
        if len(connection.outgoing) > _LARGE:
            self._bound_memory()
        self._ready(connection, self._send_rest)

    def _send_rest(self, connection: Connection) -> None:
        connection.enter(Stage.SENDING, SEND_SECONDS)
        self._send(connection)

    def _send(self, connection: Connection) -> None:
        if not connection.flush():
            self._drop(connection)
        elif connection.outgoing:
            self._watch(connection, selectors.EVENT_WRITE, self._send)
        elif connection.keep:
            connection.next_request(self.cfg.keepalive)
            self._go_on(connection)
        else:
            self._linger(connection)

    def _linger(self, connection: Connection) -> None:
        """Ends the connection so that what was sent arrives (RFC 9112, 9.6), without waiting for it here."""
        connection.enter(Stage.LINGERING, LINGER_SECONDS)
        connection.incoming.clear()
        try:
            connection.sock.shutdown(1)
        except OSError:
            self._drop(connection)
            return
        self._watch(connection, selectors.EVENT_READ, self._ignore)

    def _ignore(self, connection: Connection) -> None:
        if not connection.receive():
            self._drop(connection)

    # in a thread -------------------------------------------------------------------------------------------------

    def _answer(self, connection: Connection, request: WholeRequest) -> None:
        self._started[connection] = time.monotonic()
        try:
            connection.keep = self._make_answer(connection, request)
            connection.flush()
        except Exception:
            connection.keep = False
            self.log.exception("Error while answering")
        finally:
            del self._started[connection]
            self._finished.put(connection)
            with suppress(OSError):  # full: the loop is awake
                os.write(self.PIPE[1], b".")

    def _make_answer(self, connection: Connection, whole: WholeRequest) -> bool:
        """Whether the connection may be kept for another request."""
        outgoing = Outgoing(connection, self._may_wait)
        request = None
        try:
            request = next(RequestParser(self.cfg, [whole.content], connection.client))
            # Otherwise the bytes after this request would be taken for another one.
            if whole.body_missing or _length(request) != whole.body_length or not self.alive:
                request.force_close()
            return self._ask_application(request, connection, outgoing)
        except (StopIteration, NoMoreData, OSError):
            connection.outgoing.clear()
        except Exception as problem:
            if outgoing.begun:
                raise
            connection.outgoing.clear()
            self.handle_error(request, outgoing, connection.client, problem)
        return False

    def _ask_application(self, request: Any, connection: Connection, outgoing: Outgoing) -> bool:
        response, environ = create(request, outgoing, connection.client, connection.server, self.cfg)
        environ["wsgi.multithread"] = True
        parts = self.wsgi(environ, response.start_response)
        try:
            for part in parts:
                response.write(part)
            response.close()
        finally:
            if hasattr(parts, "close"):
                parts.close()
        return not response.should_close()


def _length(request: Any) -> int:
    return sum(int(value) for name, value in request.headers if name == "CONTENT-LENGTH")
