"""The edges of HTTP: every request is answered or ended, none hangs, none is taken for two."""

from collections.abc import Iterator

import pytest

from kit.webserver.connection import MAX_BODY, MAX_HEAD
from netzwerk import settings
from tests.kit.webserver.server import ANNOUNCED, CLOSING, GREETING, Server, serving

ECHO = b"POST /laut HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server") / "log") as running:
        yield running


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def with_header(line: bytes, request: bytes = CLOSING) -> bytes:
    return request.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n", 1)


def test_letter_by_letter_is_a_request_too(server: Server) -> None:
    request = ECHO + b"Olena"
    with server.visitor() as olena:
        for place in range(len(request)):
            olena.send(request[place : place + 1])
        assert olena.recv(1000).endswith(b"\r\n\r\nOlena")


def test_two_requests_over_one_connection_one_after_the_other(server: Server) -> None:
    with server.visitor(GREETING) as olena:
        assert b"Connection: keep-alive" in olena.recv(1000)
        olena.sendall(CLOSING)
        assert b"Connection: close" in olena.recv(1000)
        assert olena.recv(1000) == b""


def test_requests_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    answer = server.ask(ECHO.replace(b"Connection: close\r\n", b"") + b"Olena" + GREETING + ECHO + b"Elif!")
    assert statuses(answer) == [200, 200, 200]
    assert [part.split(b"\r\n\r\n")[1] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"Olena", b"Guten Tag", b"Elif!"]


def test_http_1_0_is_answered_and_ended(server: Server) -> None:
    answer = server.ask(b"GET / HTTP/1.0\r\n\r\n")
    assert b"200 OK" in answer
    assert answer.endswith(b"Guten Tag")


def test_head_has_no_body(server: Server) -> None:
    assert server.ask(CLOSING.replace(b"GET", b"HEAD")).endswith(b"Content-Length: 9\r\n\r\n")


def test_a_body_that_waits_for_leave_gets_it_once(server: Server) -> None:
    with server.visitor(with_header(b"Expect: 100-continue", ECHO)) as olena:
        assert olena.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        olena.sendall(b"Olena")
        answer = olena.recv(1000)
    assert statuses(answer) == [200]
    assert answer.endswith(b"Olena")


def test_a_body_that_came_at_once_needs_no_leave(server: Server) -> None:
    assert statuses(server.ask(with_header(b"Expect: 100-continue", ECHO) + b"Olena")) == [200]


def test_a_body_too_long_is_refused_unread_without_leave(server: Server) -> None:
    request = ECHO.replace(b"/laut", b"/").replace(b"Length: 5", b"Length: %d" % (MAX_BODY + 1))
    answer = server.ask(with_header(b"Expect: 100-continue", request))
    assert statuses(answer) == [200]
    assert answer.endswith(b"Zu lang")


def test_of_a_body_too_long_nothing_is_taken_for_the_next_request(server: Server) -> None:
    request = ANNOUNCED.replace(b"/laut", b"/").replace(b"1000", b"%d" % (MAX_BODY + 1))
    assert statuses(server.ask(request + GREETING * 3)) == [200]


def test_the_portal_sees_every_body_that_it_allows() -> None:
    assert MAX_BODY >= settings.FILE_UPLOAD_MAX_BODY


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (with_header(b"Transfer-Encoding: chunked") + b"5\r\nOlena\r\n0\r\n\r\n", 411),
        (with_header(b"Transfer-Encoding: gzip, chunked"), 411),
        (with_header(b"Content-Length: 5\r\nTransfer-Encoding: chunked") + b"0\r\n\r\nGET / HTTP/1.1\r\n\r\n", 411),
        (with_header(b"Content-Length: 5\r\nContent-Length: 6") + b"Olena!", 400),
        (with_header(b"Content-Length: +5"), 400),
        (with_header(b"Content-Length: -5"), 400),
        (with_header(b"Content-Length : 5"), 400),
        (with_header(b"Content-Length: 5, 5") + b"Olena", 400),
        (with_header(b"X: y\r\n Content-Length: 5"), 400),
        (with_header(b"Expect: 200-ok"), 417),
        (with_header(b"X: " + b"x" * 8190), 431),
        (with_header(b"\r\n".join(b"X-%d: x" % number for number in range(101))), 431),
        (with_header(b"\r\n".join(b"X-%d: " % number + b"x" * 4000 for number in range(9))), 431),
        (b"GET /?" + b"x" * 4100 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * MAX_HEAD, 431),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_of_ours_is_refused_once_and_ended(server: Server, request_: bytes, status: int) -> None:
    assert statuses(server.ask(request_)) == [status]


@pytest.mark.parametrize("length", [b"99999999999999999999", b"000000000000000000005"])
def test_a_length_that_we_and_gunicorn_read_differently_ends_the_connection(server: Server, length: bytes) -> None:
    assert len(statuses(server.ask(ANNOUNCED.replace(b"1000", length) + GREETING * 2))) <= 1


def test_an_answer_that_breaks_in_the_middle_is_replaced_and_never_looks_whole(server: Server) -> None:
    answer = server.ask(CLOSING.replace(b"/ ", b"/bruch ", 1))
    assert statuses(answer) == [500]
    assert b"olena" not in answer
