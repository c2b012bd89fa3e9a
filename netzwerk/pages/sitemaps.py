"""What search engines may read: every public page once, and nothing that belongs to one person."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from events import programme
from wegweiser.models import Offer, Situation, Topic

_PAGES = ("start", "members:join", "events:list", "wegweiser:search", "imprint", "privacy", "accessibility", "traces")
# Whatever stands behind a personal link, the officers' desk, and what machines of ours ask.
_CLOSED = ("/verwaltung/", "/antwort/", "/abmelden/", "/meine-daten/", "/nachricht/", "/mitmachen/bestaetigen/",
           "/wegweiser/pruefen/", "/post/", "/postkasten/", "/healthz")  # fmt: skip


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """As sitemaps.org 0.9; every address begins with SITE_URL."""
    entries = "\n".join(f"  <url><loc>{escape(url)}</loc></url>" for url in _urls())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    body = f"{head}\n{entries}\n</urlset>\n"
    return HttpResponse(body, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _urls() -> Iterator[str]:
    for name in _PAGES:
        yield settings.SITE_URL + reverse(name)
    yield from programme.public_urls()
    rows: tuple = (Topic.objects.all(), Situation.objects.published(), Offer.objects.published().only("slug"))
    for found in rows:
        for row in found:
            yield settings.SITE_URL + row.get_absolute_url()
