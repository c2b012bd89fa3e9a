"""What deploy/nginx.conf keeps from the portal: floods, crowds, the slow, the large (O-06, S-21). `make proof`."""

import http.server
import shutil
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import nginx
from tests.local.portals import free_port
from tests.tools import missing

pytestmark = pytest.mark.proof
RATE, BURST, CONNECTIONS = 20, 60, 40  # as deploy/nginx.conf says
PATIENCE = 30


class Portal(http.server.ThreadingHTTPServer):
    """Answers at once, but /waits only when `go` is set; keeps what it was asked."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.go = threading.Event()
        self.asked: list[tuple[str, str]] = []


class Asked(http.server.BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["X-Forwarded-For"]))
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path == "/waits":
            self.server.go.wait(PATIENCE)
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"da!")

    do_POST = do_GET

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        yield portal
        portal.go.set()
        portal.shutdown()


@pytest.fixture
def http_port() -> int:
    return free_port()


@pytest.fixture
def port(portal: Portal, http_port: int, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    """Where nginx listens; without the lines that begin with the fixture's parameter."""
    if not shutil.which("nginx", path="/usr/sbin:/usr/bin"):
        missing("nginx of Debian")
    tmp_path.chmod(0o755)
    port = free_port()
    process = nginx.start(tmp_path, port, portal.server_address[1], http_port, getattr(request, "param", ""))
    try:
        patience = time.monotonic() + PATIENCE
        while not is_open(port):
            assert time.monotonic() < patience, (tmp_path / "nginx.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def connect(port: int, visitor: str = "127.0.0.1") -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE, source_address=(visitor, 0))
    return context.wrap_socket(plain, server_hostname="netzwerk.example")


def asking(path: str, method: str = "GET", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: netzwerk.example"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def status(connection: ssl.SSLSocket) -> int:
    """The status of the next answer, whose body is read to its end."""
    with connection.makefile("rb") as answer:
        number = int(answer.readline().split()[1])
        length = 0
        while (line := answer.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer.read(length)
    return number


def flood(port: int) -> Counter[int]:
    """The statuses of 200 requests, one after the other on one connection."""
    found: Counter[int] = Counter()
    with connect(port) as connection:
        for _ in range(200):
            connection.sendall(asking("/"))
            found[status(connection)] += 1
    return found


def answered(port: int, visitor: str = "127.0.0.1") -> int:
    with connect(port, visitor) as connection:
        connection.sendall(asking("/"))
        return status(connection)


def test_a_flood_is_slowed_down_harms_nobody_else_and_is_forgotten_a_second_later(port: int, portal: Portal) -> None:
    begin = time.monotonic()
    found = flood(port)
    passed = time.monotonic() - begin
    assert set(found) == {200, 429}
    assert BURST < found[200] <= 1 + BURST + RATE * (passed + 1)
    assert len(portal.asked) == found[200]
    assert answered(port, "127.0.0.2") == 200
    time.sleep(1)
    assert answered(port) == 200


@pytest.mark.parametrize("port", ["limit_req "], indirect=True)
def test_control_without_that_line_all_of_it_comes_through(port: int, portal: Portal) -> None:
    assert flood(port) == {200: 200}
    assert len(portal.asked) == 200


def crowd(port: int, portal: Portal) -> list[ssl.SSLSocket]:
    """As many connections as one visitor may have, each with a question that is not answered yet."""
    held = [connect(port) for _ in range(CONNECTIONS)]
    for connection in held:
        connection.sendall(asking("/waits"))
    patience = time.monotonic() + PATIENCE
    while len(portal.asked) < CONNECTIONS:
        assert time.monotonic() < patience
        time.sleep(0.01)
    return held


def test_a_crowd_of_connections_leaves_room_for_others(port: int, portal: Portal) -> None:
    held = crowd(port, portal)
    assert [answered(port) for _ in range(5)] == [429] * 5
    assert answered(port, "127.0.0.2") == 200
    portal.go.set()
    assert {status(connection) for connection in held} == {200}
    for connection in held:
        connection.close()
    assert answered(port) == 200


@pytest.mark.parametrize("port", ["limit_conn "], indirect=True)
def test_control_without_that_line_the_crowd_may_grow(port: int, portal: Portal) -> None:
    held = crowd(port, portal)
    assert [answered(port) for _ in range(5)] == [200] * 5
    portal.go.set()
    assert {status(connection) for connection in held} == {200}
    for connection in held:
        connection.close()


def test_half_a_request_is_sent_away_after_ten_seconds_and_never_reaches_the_portal(port: int, portal: Portal) -> None:
    halves = [b"GET / HTTP/1.1\r\nHost: netz", asking("/mitmachen/", "POST", Content_Length="10") + b"email"]
    slow = [connect(port) for _ in halves]
    for connection, half in zip(slow, halves, strict=True):
        connection.sendall(half)
    for connection in slow:
        assert connection.recv(100).partition(b" ")[2][:3] in (b"", b"408")
        connection.close()
    assert portal.asked == []


def test_half_a_form_never_reaches_the_portal(port: int, portal: Portal) -> None:
    with connect(port) as slow:
        slow.sendall(asking("/mitmachen/", "POST", Content_Length="10") + b"email")
        time.sleep(0.5)
        assert portal.asked == []
        slow.sendall(b"=anna")
        assert status(slow) == 200
    assert [path for path, _visitor in portal.asked] == ["/mitmachen/"]


def test_what_is_too_large_is_refused_before_it_is_sent(port: int, portal: Portal) -> None:
    with connect(port) as connection:
        connection.sendall(asking("/verwaltung/", "POST", Content_Length=str(3 * 2**20 + 1)))
        assert status(connection) == 413
    assert portal.asked == []


def test_an_address_that_a_visitor_claims_stands_before_the_true_one(port: int, portal: Portal) -> None:
    with connect(port) as connection:
        connection.sendall(asking("/", X_Forwarded_For="203.0.113.9"))
        assert status(connection) == 200
    assert portal.asked == [("/", "203.0.113.9, 127.0.0.1")]


def visits(port: int, http_port: int, folder: Path) -> str:
    """What stands in nginx's log after a visit by https and one by http, which leads there."""
    assert answered(port) == 200
    with socket.create_connection(("127.0.0.1", http_port), PATIENCE) as plain:
        plain.sendall(asking("/abmelden/geheim/", Connection="close"))
        assert b" 301 " in plain.recv(100)
        while plain.recv(1000):
            pass
    return (folder / "access.log").read_text()


def test_no_visit_is_written_down(port: int, http_port: int, tmp_path: Path) -> None:
    assert visits(port, http_port, tmp_path) == ""


@pytest.mark.parametrize("port", ["access_log"], indirect=True)
def test_control_without_that_line_both_are(port: int, http_port: int, tmp_path: Path) -> None:
    found = visits(port, http_port, tmp_path)
    assert "GET / HTTP" in found
    assert "/abmelden/geheim/" in found
