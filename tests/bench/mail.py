"""Mail: our worker with its records beside what a Django project would use instead."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netzwerk.local.postgres import running
from tests.bench import smtp

ROUND_TRIP = 0.010  # seconds, on the slow line
ROUNDS = 3  # each way in turn, so that what else this machine does strikes all of them
OURS = ("ours", "ours-3x1", "ours-2x3", "ours-2x6")  # workers x connections of each


class Bench:
    """A database of its own with N recipients of one mailing, and a sink for the mail."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self.port = port
        self._environment = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "netzwerk.settings",
            "DEMO": "0",
        }
        self.run("-m", "django", "migrate", "-v0")

    def run(self, *arguments: str, port: int | None = None, more: dict[str, str] | None = None) -> str:
        environment = self._environment | {"EMAIL_URL": f"smtp://127.0.0.1:{port or self.port}"} | (more or {})
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def fill(self, number: int) -> dict[str, float]:
        """`number` recipients and one mailing to them all, queued; {"queued": seconds, "size": bytes of one mail}."""
        return json.loads(self.run("-m", "tests.bench.run", "fill", str(number)))

    def time(self, name: str, port: int | None = None, more: dict[str, str] | None = None) -> dict[str, float]:
        return json.loads(self.run("-m", "tests.bench.run", "contender", name, port=port, more=more).splitlines()[-1])


def measure(number: int) -> None:
    try:
        with _bench() as bench:
            _compare(_rates(bench, number))
            _memory(bench)
            _slow(bench)
    except smtp.Missing as reason:
        print(reason)


@contextmanager
def _bench() -> Iterator[Bench]:
    with tempfile.TemporaryDirectory(prefix="netzwerk-bench-") as name, smtp.sink() as port:
        folder = Path(name)
        with running(folder / "postgres", say=lambda line: None) as url:
            yield Bench(folder, url, port)


def _rates(bench: Bench, number: int) -> list[dict[str, float]]:
    """Mails per second of every way, each with all its records; round by round."""
    rounds: list[dict[str, float]] = []
    with _post_office(bench) as more:
        for _ in range(ROUNDS):
            rates = {}
            for name in ("one-connection", "send-mail", "post-office", *OURS):
                filled = bench.fill(number)
                if name == "post-office":
                    bench.time("fill-post-office", more=more)
                rates[name] = _rate(name, number, bench.time(name, more=more if name == "post-office" else None))
            rounds.append(rates)
            print(f"Mails: {number}, je {filled['size']:.0f} Bytes; aufgegeben in {filled['queued']:.2f} s")
    return rounds


@contextmanager
def _post_office(bench: Bench) -> Iterator[dict[str, str]]:
    """Installs django-post-office for this measurement only; yields the environment in which it is there."""
    with tempfile.TemporaryDirectory(prefix="netzwerk-bench-") as target:
        command = [sys.executable, "-m", "pip", "install", "-qq", "--target", target, "--no-deps"]
        subprocess.run([*command, "django-post-office", "nh3"], check=True)
        path = {"PYTHONPATH": target, "DJANGO_SETTINGS_MODULE": "tests.bench.post_office_settings"}
        bench.run("-m", "django", "migrate", "-v0", more=path)
        yield path


def _rate(name: str, number: int, result: dict[str, float]) -> float:
    rate = number / result["seconds"]
    cpu = result["cpu"] / number * 1e6
    print(f"  {name:<16} {rate:8.0f} Mails/s   {cpu:5.0f} µs Rechenzeit je Mail {result['memory']:5.0f} MB", flush=True)
    return rate


def _compare(rounds: list[dict[str, float]]) -> None:
    """The middle one of the rounds' ratios: what was measured minutes apart cannot be compared."""
    for other, wanted in (("post-office", 4), ("one-connection", 5), ("send-mail", 5)):
        for name in OURS:
            ratio = statistics.median(rates[name] / rates[other] for rates in rounds)
            print(f"  {name} : {other} = {ratio:.1f}   (Ziel {wanted})")


def _memory(bench: Bench) -> None:
    """Flat from 1,000 to 100,000 recipients, and queueing in one statement."""
    for number in (1_000, 100_000):
        filled = bench.fill(number)
        begin = time.perf_counter()
        memory = bench.time("ours")["memory"]
        took = time.perf_counter() - begin
        print(f"  {number:>7} Mails: aufgegeben in {filled['queued']:.2f} s, {memory:.0f} MB (Ziel 120), {took:.0f} s")


def _slow(bench: Bench) -> None:
    number = 300
    with smtp.slow_line(bench.port, ROUND_TRIP) as port:
        bench.fill(number)
        plain = bench.time("one-connection", port=port)["seconds"]
        for name in OURS:
            bench.fill(number)
            faster = plain / bench.time(name, port=port)["seconds"]
            print(f"  mit {ROUND_TRIP * 1000:.0f} ms auf der Leitung: {name} {faster:.1f} mal so schnell (Ziel 4)")
