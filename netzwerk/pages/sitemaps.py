"""What search engines may read: every public page once, and nothing that belongs to one person."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from events import programme
from wegweiser.models import Offer, Situation, Topic

_PAGES = (
    "start",
    "members:join",
    "events:list",
    "members:groups",
    "members:groups_safe",
    "wegweiser:search",
    "imprint",
    "privacy",
    "accessibility",
    "traces",
    "easy",
)
# Personal links, the officers' desk, and addresses that only machines of ours ask for.
_CLOSED = ("/verwaltung/", "/antwort/", "/abmelden/", "/meine-daten/", "/nachricht/", "/mitmachen/bestaetigen/",
           "/gruppe/", "/gruppen/anfrage/", "/gruppen/vorschlagen/", "/adresse/", "/information/",
           "/wegweiser/pruefen/", "/post/", "/postkasten/", "/healthz")  # fmt: skip


class PortalSitemap(Sitemap[Any]):
    """Builds every address from SITE_URL, never from the request (S-16)."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(PortalSitemap):
    def items(self) -> Sequence[str]:
        return _PAGES

    def location(self, item: str) -> str:
        return reverse(item)


class EventSitemap(PortalSitemap):
    def items(self) -> Sequence[str]:
        return programme.public_urls()

    def location(self, item: str) -> str:
        return item.removeprefix(settings.SITE_URL)


class TopicSitemap(PortalSitemap):
    def items(self) -> Any:
        return Topic.objects.all()


class SituationSitemap(PortalSitemap):
    def items(self) -> Any:
        return Situation.objects.published()


class OfferSitemap(PortalSitemap):
    def items(self) -> Any:
        return Offer.objects.published().only("slug").order_by("pk")


SITEMAPS = {
    "pages": PageSitemap,
    "events": EventSitemap,
    "topics": TopicSitemap,
    "situations": SituationSitemap,
    "offers": OfferSitemap,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
