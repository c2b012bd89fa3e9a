"""Pages whose text the officers edit: Markdown in a FlatPage, shown in our frame.

Three additions to Markdown:
`[Bitte ergänzen: …]` is highlighted until the officers replace it, a line `[Tabelle der Fristen]` becomes the
table of retention periods, and `$telefon`, `$anrufen`, `$mail`, `$netzwerk` stand for the site's facts,
`$ueberprueft` for the day on which somebody last reviewed the accessibility statement.
"""

import re
from itertools import pairwise
from string import Template

from django.conf import settings
from django.contrib.flatpages.models import FlatPage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from kit import markdown, phones
from netzwerk.barriers import statement
from netzwerk.privacy import register

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
GAP = "[Bitte ergänzen:"
MISSING = re.compile(rf"{re.escape(GAP)}[^\]]*\]")
PERIODS = "<p>[Tabelle der Fristen]</p>"

_markdown = markdown.parser().enable("table")


def with_gaps() -> QuerySet[FlatPage]:
    """The pages in which something is still to be filled in."""
    return FlatPage.objects.filter(content__contains=GAP)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    page = get_object_or_404(FlatPage, url=request.path)
    text, sections = as_html(page.content)
    return render(request, "page.html", {"page": page, "text": text, "sections": sections})


def as_html(content: str) -> tuple[SafeString, list[tuple[str, str]]]:
    """`content` as HTML, and its sections as (anchor, title): every heading can be linked to."""
    tokens = _markdown.parse(Template(content).safe_substitute(_facts(content)))
    sections = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            anchor = slugify(inline.content.lower().translate(UMLAUTS))
            token.attrSet("id", anchor)
            if token.tag == "h2":
                sections.append((anchor, inline.content))
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    html = MISSING.sub(r"<mark>\g<0></mark>", html)
    if PERIODS in html:
        html = html.replace(PERIODS, render_to_string("includes/periods.html", {"periods": register.periods()}))
    return mark_safe(html), sections  # noqa: S308 - rendered with html=False


def _facts(content: str) -> dict[str, str]:
    phone = settings.CONTACT_PHONE
    return {
        "telefon": phone,
        "anrufen": f"tel:{phones.tel(phone)}",
        "mail": settings.REPLY_TO,
        "netzwerk": settings.SITE_NAME,
        "ueberprueft": statement.reviewed_on() if "$ueberprueft" in content else "",
    }
