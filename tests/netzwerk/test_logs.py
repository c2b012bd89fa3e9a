"""Logs tell nothing about people (P-13), and what strangers send costs no more than it must (S-21)."""

import logging
import re
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import get_resolver

from mailings import tokens
from netzwerk.logs import HEAD, TAIL, Discreet, discreet
from tests.members.people import active
from tests.netzwerk.test_addresses import patterns, personal_paths

VISITOR = "198.51.100.7"


class Log(logging.Handler):
    """All records of a test: as they were made, and as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.made.append(logging.Formatter().format(record))
        self.written.append(Discreet().format(record))


@pytest.fixture(autouse=True, scope="module")
def _urls_are_loaded() -> None:
    """As they are once somebody has asked for a page."""
    assert get_resolver().url_patterns


@pytest.fixture
def log() -> Iterator[Log]:
    handler = Log()
    loggers = [logging.getLogger(), logging.getLogger("django")]  # "django" does not propagate
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        ("To kim.sommer+x@example.org failed", "To <address> failed"),
        ("<kim@example.org>, kim@a@b;", "<<address>>, <address>;"),
        ("Referer https://a.example/?e=kim%40example.org bad", "Referer <encoded> bad"),
        ("Referer https://a.example/?e=kim%2540example.org bad", "Referer <encoded> bad"),
        ("100% of 5%, a%20b", "100% of 5%, a%20b"),
        ("Not Found: /abmelden/17-AbC_d-e/", "Not Found: /abmelden/<token>/"),
        ("Not Found: /antwort/17-abc)>/", "Not Found: /antwort/<token>/"),
        ("/meine-daten/3-xyz/daten.json", "/meine-daten/<token>/daten.json"),
        ("/wegweiser/angebot-melden/3-xyz", "/wegweiser/angebot-melden/<token>"),
        ("/wegweiser/kleiderkiste/hinweis/", "/wegweiser/kleiderkiste/hinweis/"),
        ("/termine/2026-12-05-treffen/", "/termine/2026-12-05-treffen/"),
        ("from 198.51.100.7: refused", "from <ip>: refused"),
        ("from 198.51.100.7:5678 refused", "from <ip>:5678 refused"),
        ("from 2001:db8::1 refused", "from <ip> refused"),
        ("from [2001:db8::1]:443, 2001:db8::", "from [<ip>]:443, <ip>"),
        ("from ::ffff:198.51.100.7 refused", "from <ip> refused"),
        ("2026-11-23 06:49:06,210 INFO ok", "2026-11-23 06:49:06,210 INFO ok"),
        ("Django 5.2.19, Foo::Bar and 12:30", "Django 5.2.19, Foo::Bar and 12:30"),
    ],
)
def test_a_line(line: str, logged: str) -> None:
    assert discreet(line) == logged


def test_tracebacks_too() -> None:
    try:
        raise ValueError("kim@example.org from 198.51.100.7")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "broken", None, sys.exc_info())
    written = Discreet().format(record)
    assert "ValueError: <address> from <ip>" in written


@pytest.mark.parametrize("place", range(HEAD - 25, HEAD + 25))
def test_a_cut_through_an_address_leaves_no_half_of_it(place: int) -> None:
    line = "x " * (place // 2) + "kim.sommer@example.org" + " y" * 5000
    written = discreet(line)
    assert len(written) < HEAD + TAIL + 10
    assert "kim" not in written
    assert "sommer" not in written


def test_a_token_has_the_shape_that_the_log_looks_for() -> None:
    """Even where no path tells what it is."""
    token = tokens.make("confirm", 123456, tokens.new_nonce())
    assert discreet(f"?{token}.") == "?<token>."
    assert discreet(f"?{quote(token).replace('-', '%2D')}") == "<encoded>"


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_errors_on_personal_pages_are_logged_without_the_token(client: Client, log: Log, monkeypatch) -> None:
    paths = personal_paths(active("kim@example.org"))
    secrets = {part for path in paths for part in path.split("/") if len(part) > 20}
    monkeypatch.setattr("members.views.render", lambda *args, **named: 1 / 0)
    monkeypatch.setattr("netzwerk.privacy.views.render", lambda *args, **named: 1 / 0)
    client.raise_request_exception = False
    for path in paths:
        client.get(path)
        client.get(path + "kim@example.org/")
    written = "\n".join(log.written)
    assert "ZeroDivisionError" in written
    assert len(secrets) == 13
    for secret in (*secrets, "kim@example.org"):
        assert secret not in written


# How links arrive: as they are, wrong, with what a mail program took along, cut off, encoded.
ARRIVES = {
    "right": lambda token: token,
    "wrong": lambda token: token[::-1],
    "bracket": lambda token: token + ")",
    "arrow": lambda token: token + ">",
    "space": lambda token: " " + token,
    "cut off": lambda token: token[:-4],
    "dash encoded": lambda token: token.replace("-", "%2D"),
    "all encoded": lambda token: "".join(f"%{ord(letter):02X}" for letter in token),
}
# What was masked before; it knew neither the reports of offers nor any other path to come.
FORMER = re.compile(r"(/(?:bestaetigen|meine-daten|abmelden|antwort|nachricht|pruefen)/)[^/\s\"'?]+")


def secrets_in(lines: list[str], token: str) -> list[str]:
    """The lines that hold so much of the token that somebody could use it."""
    return [line for line in lines if token[:-4] in line or token[::-1] in line]


def paths_with(sent: str) -> list[str]:
    """Every URL that has a token, with this one in it."""
    return [
        "/" + re.sub(r"<[^>]+>", sent, route)
        for route, pattern in patterns(get_resolver())
        if any("token" in name for name in pattern.pattern.converters)
    ]


@pytest.mark.django_db
@pytest.mark.logs_errors
def test_no_token_address_or_ip_is_logged_wherever_the_link_stands(log: Log) -> None:
    """P-13, S-08: every URL with a token, in the path, the query, the Referer, the Origin and the Host."""
    visitor = Client(enforce_csrf_checks=True, REMOTE_ADDR=VISITOR, HTTP_USER_AGENT="kim@example.org")
    token = tokens.make("confirm", 17, tokens.new_nonce())
    for arrives in ARRIVES.values():
        paths = paths_with(arrives(token))
        assert len(paths) >= 14
        for path in paths:
            visitor.get(f"{path}gibt-es-nicht/kim@example.org/{VISITOR}/")
            for place in ("Referer {} does not match", "'GET {} HTTP/1.1'", "{'next': '{}'}", "({})", "/de?z={}&a"):
                logging.getLogger("gunicorn.error").warning(place.replace("{}", f"https://{VISITOR}{path}"))
        visitor.get("/gibt-es-nicht/", {"token": arrives(token), "von": path})
        visitor.post("/mitmachen/", HTTP_REFERER=f"https://{VISITOR}{path}", secure=True)
        visitor.post("/mitmachen/", HTTP_ORIGIN=f"https://127.0.0.1{path}")
        visitor.get("/", HTTP_HOST=f"{VISITOR}{path}")
    assert len(log.written) >= 8 * (6 * 14 + 3)
    assert secrets_in(log.written, token) == []
    everything = "\n".join(log.written)
    assert VISITOR not in everything
    assert "kim@example.org" not in everything
    assert secrets_in([FORMER.sub(r"\1<token>", line) for line in log.made], token)


HOSTILE = {
    "letters": "a", "dots": ".", "colons": ":", "slashes": "/", "digits": "7", "dashes": "-", "at signs": "@",
    "percent signs": "%", "quotes": '"', "backslashes": "\\", "spaces": " ", "ampersands": "&", "umlauts": "ü",
    "words": "a ", "half addresses": "a.", "addresses": "a@", "colon pairs": "f:", "dot pairs": "1.",
    "token starts": "1-", "octets": "1.1.1.1", "IPv6 groups": "2001:db8:", "encoded": "%40", "twice encoded": "%2540",
    "paths": "/antwort/", "brackets": "[::1]", "pairs": "a=b&", "markup": "<a>",
}  # fmt: skip


def cost(text: str) -> float:
    """Processor seconds of masking, the best of a few: what else runs here must not count."""
    spent = []
    for _ in range(3):
        begin = time.process_time()
        masked(text)
        spent.append(time.process_time() - begin)
    return min(spent)


def masked(text: str) -> str:
    """Masks like `discreet` a line that ends otherwise than it went on, which makes regular expressions go back."""
    return discreet(text + "\x01z")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_four_times_the_text_takes_four_times_the_time(hostile: str, monkeypatch) -> None:
    """S-21. Longer than any record is, so that a square would show: sixteen times the time."""
    monkeypatch.setattr("netzwerk.logs.HEAD", 10**6)
    text = HOSTILE[hostile] * (2_000 // len(HOSTILE[hostile]))
    for _ in range(3):
        if cost(text * 4) <= 2.5**2 * cost(text) + 0.0005:
            return
    pytest.fail(f"{hostile}: {cost(text):.4f} s, four times the text {cost(text * 4):.4f} s")


def test_the_mask_that_was_there_before_took_the_square() -> None:
    former = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")

    def spent(text: str) -> float:
        begin = time.process_time()
        former.sub("<address>", text)
        return time.process_time() - begin

    assert min(spent("a" * 4000) for _ in range(3)) > 2.5**2 * min(spent("a" * 1000) for _ in range(3))
