"""Removes everything personal from log records (P-13).

Strangers choose much of what stands in a record: every step here takes time in proportion to its length (S-21).
Possessive quantifiers (`++`), and a look-behind that lets a match begin only where a run begins, see to that.
"""

import ipaddress
import logging
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
SETTINGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "netzwerk.logs.Discreet", "format": FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
    },
}

# A record keeps its beginning, which says what happened, and its end, where a traceback names the exception.
HEAD, TAIL = 2_000, 6_000
# Browsers and mail programs encode once, forwarders sometimes again. What is longer than any URL of ours is not read.
_DECODED, _LONGEST = 3, 1_000

_WORD = re.compile(r"[^\s\"'<>]+")
_IN_ADDRESS = r"[^\s@<>\"'(),;:]"
_ADDRESS = re.compile(rf"(?<!{_IN_ADDRESS}){_IN_ADDRESS}*+(?:@{_IN_ADDRESS}++)++")
# What mailings.tokens makes: a row and 20 bytes in base64.
_TOKEN = re.compile(r"(?<!\d)\d{1,19}-[\w-]{27,}+")
_REST_OF_PATH = r"[^/\s\"'?#]++"
_MAYBE_IPV6 = re.compile(r"(?<![\w.:])[0-9a-fA-F:.]++(?!\w)")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w)")


def discreet(line: str) -> str:
    """`line`, shortened if it is long, without mail addresses, tokens of personal links and IP addresses."""
    line = _masked(shortened(line))
    return _WORD.sub(_without_encoded, line) if "%" in line else line


def shortened(line: str) -> str:
    """The beginning and the end of a long line. The words that the cut goes through are dropped: half an address would
    not be recognised.
    """
    if len(line) <= HEAD + TAIL:
        return line
    return f"{line[:HEAD].rpartition(' ')[0]} … {line[-TAIL:].partition(' ')[2]}"


def token_paths(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """For every URL with a token the regular expression of what comes before it."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from token_paths(pattern.url_patterns, route)
            continue
        parts = re.split(r"<([^>]+)>", route)  # text and parameters by turns
        for number in range(1, len(parts), 2):
            if "token" in parts[number]:
                texts = [re.escape(text) for text in parts[:number:2]]
                yield r"[^/\s]++".join(texts)


def _masked(line: str) -> str:
    if known := _known_paths():
        line = known.sub(r"\1<token>", line)
    line = _ADDRESS.sub("<address>", _TOKEN.sub("<token>", line))
    return _IPV4.sub("<ip>", _MAYBE_IPV6.sub(_without_ip, line))


def _known_paths() -> re.Pattern[str] | None:
    """None until the URLs are loaded: before that nobody could ask for one, and a log must not load them."""
    if not settings.configured or not hasattr(sys.modules.get(settings.ROOT_URLCONF), "urlpatterns"):
        return None
    return _compiled(settings.ROOT_URLCONF)


@cache
def _compiled(urlconf: str) -> re.Pattern[str]:
    # The longest first: after "/gruppe/verlassen/" comes a token, and after "/gruppe/" too.
    paths = sorted(set(token_paths(get_resolver(urlconf).url_patterns)), key=lambda path: (-len(path), path))
    return re.compile(f"(/(?:{'|'.join(paths)})){_REST_OF_PATH}")


def _without_encoded(match: re.Match[str]) -> str:
    """Drops a word that is personal only once it is decoded: kim%40example.org."""
    plain = match[0]
    if "%" not in plain:
        return plain
    if len(plain) > _LONGEST:
        return "<encoded>"
    for _ in range(_DECODED):
        plain = unquote(plain)
    return match[0] if _masked(plain) == plain else "<encoded>"


def _without_ip(match: re.Match[str]) -> str:
    """Replaces an IPv6 address; a time of day looks much like one and stays."""
    found = match[0].rstrip(".:") if not match[0].endswith("::") else match[0]
    if found.count(":") < 2:
        return match[0]
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return match[0]
    return "<ip>" + match[0][len(found) :]


class Discreet(logging.Formatter):
    """Formats as usual, tracebacks included, without anything personal."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
