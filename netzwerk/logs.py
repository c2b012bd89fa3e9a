"""Removes everything personal from log records (P-13)."""

import ipaddress
import logging
import re

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
# the last part of a personal path
_TOKEN = re.compile(r"(/(?:bestaetigen|meine-daten|abmelden|antwort|nachricht|pruefen)/)[^/\s\"'?]+")
_MAYBE_IPV6 = re.compile(r"(?<![\w.:])[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*(?![\w:])")
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w)")


def discreet(line: str) -> str:
    """`line` without mail addresses, tokens of personal links and IP addresses."""
    line = _TOKEN.sub(r"\1<token>", _ADDRESS.sub("<address>", line))
    return _IPV4.sub("<ip>", _MAYBE_IPV6.sub(_without_ip, line))


def _without_ip(match: re.Match[str]) -> str:
    """Replaces an IPv6 address; a time of day looks much like one and stays."""
    found = match[0].rstrip(".:") if not match[0].endswith("::") else match[0]
    try:
        ipaddress.ip_address(found)
    except ValueError:
        return match[0]
    return "<ip>" + match[0][len(found) :]


class Discreet(logging.Formatter):
    """Formats as usual, tracebacks included, without anything personal."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
