"""What a stranger can send costs little, however it is made (S-21)."""

import time

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import FULL
from tests.netzwerk.test_logs import HOSTILE, Log, log  # noqa: F401 - a fixture

HEADER, PATH, BODY = 8_000, 4_000, 250_000 if FULL else 8_000  # what gunicorn and the portal let in
# A harmless request is answered in a few milliseconds. What was mended here took three hundred times as long.
MOST = 25


def ask(place: str, text: str) -> HttpResponse:
    visitor = Client(raise_request_exception=False, enforce_csrf_checks=True)
    if place == "path":
        return visitor.get("/" + text[:PATH])
    if place == "query":
        return visitor.get("/gibt-es-nicht/", QUERY_STRING=text[:PATH])
    if place == "body":
        return visitor.generic("POST", "/mitmachen/", text[:BODY], "application/x-www-form-urlencoded")
    if place == "host":
        return visitor.get("/", HTTP_HOST=text[:HEADER])
    header = {"origin": "HTTP_ORIGIN", "referer": "HTTP_REFERER"}[place]
    return visitor.post("/mitmachen/", secure=True, **{header: "https://" + text[:HEADER]})


def spent(place: str, text: str) -> float:
    begin = time.process_time()
    answer = ask(place, text)
    assert answer.status_code in {200, 400, 403, 404, 413}, (place, text[:20])
    return time.process_time() - begin


def ratio(place: str, text: str, rounds: int) -> float:
    """How many times a harmless text of this length it costs; both measured now: the machine may be slower later."""
    harmless = max(min(spent(place, "a" * len(text)) for _ in range(3)), 0.002)
    return min(spent(place, text) for _ in range(rounds)) / harmless


@pytest.mark.django_db
@pytest.mark.logs_errors
@pytest.mark.parametrize("place", ["host", "origin", "referer", "path", "query", "body"])
def test_no_text_costs_many_times_a_harmless_one(place: str, log: Log) -> None:  # noqa: F811 - a fixture
    costly = {}
    for name, part in list(HOSTILE.items())[:: 1 if FULL else 3]:
        text = (part * (max(HEADER, BODY) // len(part)))[:-2] + "\x7fz"
        if ratio(place, text, 1) > MOST:  # perhaps only the machine was busy
            again = min(ratio(place, text, 3) for _ in range(3))
            costly |= {name: again} if again > MOST else {}
    assert costly == {}
    assert log.written
