"""A walk over the portal by its own links."""

from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

LEAVING = "/verwaltung/logout/"


class Seen(NamedTuple):
    path: str
    route: str
    html: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def pages(client: Client, starts: list[str], *, most: int) -> Iterator[Seen]:
    """The pages that links lead to from there, up to `most` for each route."""
    waiting, known, seen = deque(starts), set(starts), Counter[str]()
    while waiting:
        path = waiting.popleft()
        route = _route(path)
        if route is None or seen[route] == most:
            continue
        answer = client.get(path)
        found = [answer["Location"]] if answer.status_code in {301, 302} else []
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            seen[route] += 1
            html = answer.content.decode()
            yield Seen(path, route, html)
            found = links(html)
        fresh = [urldefrag(urljoin(path, link)).url for link in found]
        waiting.extend(link for link in dict.fromkeys(fresh) if link not in known)
        known.update(fresh)


def links(html: str) -> list[str]:
    reader = _Links()
    reader.feed(html)
    return reader.found


def _route(path: str) -> str | None:
    """The pattern of a page of ours; None for others, and for files, which have a dot in their names."""
    plain = urlsplit(path).path
    if not path.startswith("/") or path.startswith(("//", LEAVING)) or "." in plain.rpartition("/")[2]:
        return None
    try:
        return resolve(plain).route
    except Resolver404:
        return None
