"""Log lines that tell what happened, never to whom (P-13)."""

import logging
import re

_SECRETS = [
    (re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"), "<address>"),
    # a token: the last part of a personal path
    (re.compile(r"(/(?:bestaetigen|meine-daten|abmelden|antwort|nachricht|pruefen)/)[^/\s\"'?]+"), r"\1<token>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "<ip>"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4})+(?![\w:])|::1\b"), "<ip>"),
]


def discreet(line: str) -> str:
    """`line` without mail addresses, tokens of personal links and IP addresses."""
    for pattern, instead in _SECRETS:
        line = pattern.sub(instead, line)
    return line


class Discreet(logging.Formatter):
    """Formats as usual, tracebacks included, and lets nothing personal through."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))
