"""Visitors who are slow, silent or hostile hold nobody else up (S-21)."""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.webserver.worker import CONNECTIONS, MEMORY
from tests.kit.webserver.server import ANNOUNCED, CLOSING, GREETING, SO_LONG, Server, is_open, rest, serving

HALF_A_HEAD = GREETING[:30]
HALF_A_BODY = ANNOUNCED + b"x" * 500


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker with the usual limits."""
    with serving(tmp_path_factory.mktemp("server") / "log") as running:
        yield running


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker that gives each part of a request a second."""
    with serving(tmp_path_factory.mktemp("strict") / "log", SECONDS="1") as running:
        yield running


@contextlib.contextmanager
def dripping(sock: socket.socket) -> Iterator[None]:
    """Sends one letter after the other, much faster than any limit between two of them."""
    done = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not done.wait(0.05):
                sock.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    yield
    done.set()
    thread.join()


@contextlib.contextmanager
def twenty_hang(server: Server) -> Iterator[list[socket.socket]]:
    """Five silent, five with half a head, five with half a body, five that drip."""
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(server.visitor(begun))
            for begun in [b"", HALF_A_HEAD, HALF_A_BODY, b"GET /"]
            for _ in range(5)
        ]
        for sock in sockets[15:]:
            stack.enter_context(dripping(sock))
        yield sockets


def test_beside_twenty_half_sent_requests_olena_is_answered(server: Server) -> None:
    with twenty_hang(server) as hanging:
        assert server.ask(CLOSING).endswith(b"Guten Tag")
        assert [is_open(sock) for sock in hanging] == [True] * 20


@pytest.mark.parametrize(("worker_class", "workers"), [("sync", 3), ("gthread", 1)])
def test_gunicorns_own_workers_let_olena_wait_for_the_twenty(tmp_path: Path, worker_class: str, workers: int) -> None:
    """The negative control: three processes, as they ran before, or one with four threads."""
    with serving(tmp_path / "log", worker_class, workers) as server, contextlib.ExitStack() as later:
        with twenty_hang(server):
            olena = later.enter_context(server.visitor(CLOSING))
            answered, _, _ = select.select([olena], [], [], 1)
            assert answered == []
        assert rest(olena).endswith(b"Guten Tag")


def test_each_of_the_twenty_is_closed_by_the_server_however_it_drips(strict: Server) -> None:
    with twenty_hang(strict) as hanging:
        ends = [rest(sock) for sock in hanging]
    assert ends[:5] == [b""] * 5
    assert {end.split(b"\r\n")[0] for end in ends[5:15]} == {b"HTTP/1.1 408 Request Timeout"}
    # The answer to those who still send may be destroyed on its way; the end is what counts.
    assert {end.split(b"\r\n")[0] for end in ends[15:]} <= {b"HTTP/1.1 408 Request Timeout", b""}


def test_more_half_sent_requests_than_connections_do_not_keep_olena_out(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(server.visitor(HALF_A_HEAD)) for _ in range(CONNECTIONS + 50)]
        for sock in sockets[60:]:
            sock.send(b"x")  # some have something to say at the very moment when they are dropped
        assert server.ask(CLOSING).endswith(b"Guten Tag")
        still_open = [is_open(sock) for sock in sockets]
    assert still_open[:51] == [False] * 51  # who has waited longest makes room
    assert all(still_open[51:])
    assert server.log == ""


def test_visitors_who_take_nothing_of_a_long_answer_keep_no_thread(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for path in [b"/heft"] * 6 + [b"/lang"] * 6:
            sock = stack.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(server.address)
            sock.sendall(GREETING.replace(b"/ ", path + b" ", 1))
        assert server.ask(CLOSING).endswith(b"Guten Tag")


def test_visitors_who_never_close_do_not_stop_the_loop(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        answered = [stack.enter_context(server.visitor(CLOSING)) for _ in range(20)]
        assert server.ask(CLOSING).endswith(b"Guten Tag")
        assert [sock.recv(100)[:15] for sock in answered] == [b"HTTP/1.1 200 OK"] * 20


def test_a_long_answer_arrives_whole_at_a_slow_visitor(server: Server) -> None:
    answer = server.ask(CLOSING.replace(b"/ ", b"/heft ", 1))
    assert answer.endswith(b"\r\n\r\n" + b"%PDF" * 2_000_000)
    streamed = server.ask(CLOSING.replace(b"/ ", b"/lang ", 1))
    assert streamed.count(b"z") == 320 * 65536
    assert streamed.endswith(b"\r\n0\r\n\r\n")


def test_memory_that_half_sent_bodies_hold_is_bounded(server: Server) -> None:
    """A hundred bodies of 1 MB exceed what a worker holds: the largest make room, the others wait for their rest."""
    large = ANNOUNCED.replace(b"1000", b"2000000") + b"x" * 1_000_000
    sockets = []
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            with contextlib.suppress(ConnectionError):
                sockets.append(stack.enter_context(server.visitor(large)))
        while len(sockets) > MEMORY // 1_000_000:
            ended, _, _ = select.select(sockets, [], [], SO_LONG)
            assert ended
            sockets = [sock for sock in sockets if sock not in ended]
        assert server.ask(CLOSING).endswith(b"Guten Tag")


def test_a_request_that_hangs_gets_its_worker_killed_and_replaced(tmp_path: Path) -> None:
    with serving(tmp_path / "log", TIMEOUT="2") as server:
        hanging = CLOSING.replace(b"/ ", b"/h%C3%A4ngt ", 1)
        assert server.ask(hanging) == b""
        assert "WORKER TIMEOUT" in server.log
        assert server.ask(CLOSING).endswith(b"Guten Tag")


def test_asked_to_end_it_answers_what_it_has_and_leaves_those_who_say_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "log") as server:
        with server.visitor() as silent, server.visitor(CLOSING.replace(b"/ ", b"/langsam ", 1)) as olena:
            assert server.ask(CLOSING).endswith(b"Guten Tag")  # so hers has arrived too
            server.process.terminate()
            assert rest(olena).endswith(b"Guten Tag")
            assert rest(silent) == b""
        assert server.process.wait(SO_LONG) == 0
