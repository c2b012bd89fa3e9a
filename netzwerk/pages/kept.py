"""Keeps finished public pages in memory, and shows a kept one only while nothing whatever has been written since.

PostgreSQL itself says so: a snapshot names the transactions whose rows a statement sees. While two snapshots are the
same word for word, so is the database. Nothing has to be emptied: an offer that was withdrawn, or the last seat that
was taken, shows at the next look, on every web server.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag

# What is said of the day and the hour ("heute", a deadline) may be so many seconds old.
SECONDS = 10
MOST = 200
BROTLI, GZIP = re.compile(r"\bbr\b"), re.compile(r"\bgzip\b")
# What a kept page may depend on: both are in its key.
_VARY = {"", "accept-encoding", "referer"}


class Key(NamedTuple):
    snapshot: str
    span: int
    host: str
    path: str
    came_from: str
    packed: tuple[bool, bool]


class Page(NamedTuple):
    content: bytes
    headers: dict[str, str]

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=self.headers)


class KeptPages:
    """The pages that one web process keeps, for all of its threads."""

    def __init__(self) -> None:
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._paths: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def may_hold(self, request: HttpRequest) -> bool:
        """Whether asking the database is worth it: such a page has been seen here before."""
        return request.method == "GET" and not request.META.get("QUERY_STRING") and request.path in self._paths

    def find(self, key: Key) -> Page | None:
        with self._lock:
            if page := self._pages.get(key):
                self._pages.move_to_end(key)
            return page

    def learn(self, request: HttpRequest, key: Key | None, response: HttpResponse) -> None:
        """Keeps the page under its key; without one only notes that it can be kept. A question's page is not kept."""
        if request.META.get("QUERY_STRING"):
            return
        with self._lock:
            self._paths[request.path] = None
            if key:
                self._pages[key] = Page(response.content, dict(response.items()))
            for kept in (self._paths, self._pages):
                if len(kept) > MOST:
                    kept.popitem(last=False)


def mark(response: HttpResponse) -> None:
    """Says in the headers of a page for everybody that it may be kept, if one asks each time whether it has changed."""
    response.headers["ETag"] = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers.setdefault("Cache-Control", "no-cache")


def key_of(request: HttpRequest) -> Key | None:
    """Under which the page is kept; None if the database cannot say whether anything was written."""
    now = snapshot()
    if now is None:
        return None
    host, referer = request.META.get("HTTP_HOST", ""), request.META.get("HTTP_REFERER", "")
    # People who come from elsewhere see the same page, wherever that was.
    came_from = referer if f"//{host}/" in referer else ""
    accepts = request.META.get("HTTP_ACCEPT_ENCODING", "")
    packed = bool(BROTLI.search(accepts)), bool(GZIP.search(accepts))
    return Key(now, int(time.time() / SECONDS), host, request.path, came_from, packed)


def may_keep(response: HttpResponseBase) -> bool:
    """Whether `mark` has been here, and the page depends on nothing that its key does not hold."""
    varies = set(re.split(r"\s*,\s*", response.get("Vary", "").lower()))
    marked = "ETag" in response and response.get("Cache-Control") == "no-cache"
    return marked and response.status_code == 200 and not response.cookies and varies <= _VARY


def snapshot() -> str | None:
    """None if the database is away, or if a transaction of ours is open: a snapshot does not name its own rows."""
    if connection.in_atomic_block:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            return str(cursor.fetchone()[0])
    except (OperationalError, InterfaceError):
        return None
