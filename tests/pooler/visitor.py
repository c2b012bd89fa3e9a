"""Somebody with a browser, without the browser: reads a page, fills in its form and sends it."""

import urllib.error
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin


class _Form(HTMLParser):
    """The fields of a page's first form that changes something, as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = dict(attributes)
        if tag == "form" and (own.get("method") or "").lower() == "post" and not self.fields:
            self._inside = True
        name, kind = own.get("name"), own.get("type")
        if self._inside and tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in own):
            self.fields[name] = own.get("value") or ""
        if self._inside and tag in ("select", "textarea") and name:
            self._select = name
            self.fields[name] = ""
        if self._inside and tag == "option" and "selected" in own:
            self.fields[self._select] = own.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Visitor:
    def __init__(self, site: str) -> None:
        self._site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        with self._opener.open(urljoin(self._site, path), timeout=30) as answer:
            return answer.read().decode()

    def form(self, path: str) -> dict[str, str]:
        form = _Form()
        form.feed(self.get(path))
        return form.fields

    def send(self, path: str, fields: dict[str, str]) -> str:
        """The page at which they arrive."""
        url = urljoin(self._site, path)
        request = urllib.request.Request(url, urlencode(fields).encode(), {"Referer": url})
        with self._opener.open(request, timeout=30) as answer:
            return answer.read().decode()
