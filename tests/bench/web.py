"""The web server: the start page's rate, and a visitor's wait beside twenty half-sent requests, before and after; and
the rates of public pages beside that of /robots.txt, which needs neither the database nor a template.

A wait of SO_LONG is one without end: gunicorn's gthread gives half a request all the time in the world.
"""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from netzwerk.environment import BASE_DIR
from netzwerk.local.postgres import running
from tests.local.portals import free_port

PREPARED = (["migrate", "-v0"], ["import_offers", "wegweiser/demo/angebote.csv"])
ROUNDS, PAGES, CLIENTS, HANGING = 5, 400, 8, 20
SO_LONG = 60.0  # seconds that a visitor waits at the most
BEFORE = "sync, 3 Prozesse"
OURS = "unserer, 3 × 4"
PUBLIC = {
    "robots.txt": "/robots.txt",
    "Startseite": "/",
    "Termine": "/termine/",
    "Wegweiser": "/wegweiser/",
    "Thema": "/wegweiser/thema/wohnen/",
    "Angebot": "/wegweiser/beratungshilfe/",
}
WAYS = {BEFORE: ["-k", "sync", "--threads", "1"], "gthread, 3 × 4": ["-k", "gthread"], OURS: []}


def measure() -> None:
    """Prints the medians of five rounds in turn; judges nothing."""
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="netzwerk-bench-"))
        url = stack.enter_context(running(Path(name) / "postgres", say=lambda line: None))
        more = {"DATA_DIR": name, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "netzwerk.settings", "DEMO": "0"}
        environment = os.environ | more
        quiet = {"cwd": BASE_DIR, "env": environment, "check": True, "stdout": subprocess.DEVNULL}
        for command in (*PREPARED, ["collectstatic", "--no-input", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *command], **quiet)  # type: ignore[call-overload]
        ports = {way: stack.enter_context(_serving(options, environment)) for way, options in WAYS.items()}
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, port in ports.items():
                rates[way].append(_rate(port))
        public: dict[str, list[float]] = {name: [] for name in PUBLIC}
        for _ in range(ROUNDS):
            for name, path in PUBLIC.items():
                public[name].append(_rate(ports[OURS], path))
        waits = {way: _wait_beside_half_sent(port) for way, port in ports.items()}
    _report(_medians(rates), waits)
    _report_public(_medians(public))


@contextlib.contextmanager
def _serving(options: list[str], environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "netzwerk/gunicorn.conf.py", *options, "netzwerk.wsgi"]
    more = {"PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment | more, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(ConnectionError):
                _page(port)
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def _medians(rates: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(found) for name, found in rates.items()}


def _page(port: int, path: str = "/") -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=SO_LONG) as visitor:
        visitor.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))
    if not answer.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(answer[:100])


def _rate(port: int, path: str = "/") -> float:
    with ThreadPoolExecutor(CLIENTS) as pool:
        begin = time.perf_counter()
        for _ in pool.map(lambda _: _page(port, path), range(PAGES)):
            pass
        return PAGES / (time.perf_counter() - begin)


def _wait_beside_half_sent(port: int) -> float:
    with contextlib.ExitStack() as stack:
        for _ in range(HANGING):
            stack.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(b"GET / HTTP/1.1\r\nHost:")
        begin = time.perf_counter()
        with contextlib.suppress(TimeoutError):
            _page(port)
        return time.perf_counter() - begin


def _report(rates: dict[str, float], waits: dict[str, float]) -> None:
    print(f"Webserver: Startseite, {CLIENTS} zugleich; Warten neben {HANGING} halben Anfragen")
    for way, rate in rates.items():
        wait = waits[way]
        print(
            f"  {way:<18}{rate:7.0f} Seiten/s ({rate / rates[BEFORE]:.2f} von vorher)"
            f"{wait * 1000:9.0f} ms Warten (1 : {waits[BEFORE] / wait:.0f})"
        )


def _report_public(rates: dict[str, float]) -> None:
    print(f"Öffentliche Seiten, {CLIENTS} zugleich, neben /robots.txt")
    for name, rate in rates.items():
        print(f"  {name:<18}{rate:7.0f} Seiten/s ({rate / rates['robots.txt']:.0%})")
