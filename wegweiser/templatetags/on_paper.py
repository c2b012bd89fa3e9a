"""The link to the brochure of what a page shows."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wegweiser.brochure import cache
from wegweiser.brochure.selection import Selection

register = template.Library()


@register.inclusion_tag("wegweiser/on_paper.html")
def on_paper(topic: str = "", town: str = "") -> dict[str, Any]:
    """With pages and size, once the brochure has been built; a page does not wait for it."""
    query = urlencode({name: value for name, value in (("thema", topic), ("ort", town)) if value})
    built = cache.size(Selection(topic, town))
    return {
        "url": reverse("wegweiser:brochure") + (f"?{query}" if query else ""),
        "size": f"{_pages(built.pages)}, {_weight(built.bytes)}" if built else "",
    }


def _pages(number: int) -> str:
    return ngettext("%(number)s Seite", "%(number)s Seiten", number) % {"number": number}


def _weight(size: int) -> str:
    if size < 1_000_000:
        return _("%(number)s KB") % {"number": max(round(size / 1000), 1)}
    return _("%(number)s MB") % {"number": number_format(size / 1_000_000, 1)}
