"""What links in a mail open: its web version, for people whose mailbox others can read, and its flyer."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailings import placeholders, templates, tokens
from mailings.links import FLYER, READ
from mailings.models import Delivery, Flyer, Mailing
from mailings.sending import message

# Nothing may be loaded, run or framed. "sandbox" is missing: with it neither Chrome nor Safari shows a PDF at all. What
# could act was refused when the file was taken (kit.pdfs.cleaning). The viewers of browsers style themselves inline.
_FLYER_HEADERS = {
    "Content-Disposition": 'inline; filename="information.pdf"',
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Robots-Tag": "noindex, nofollow",
}


@never_cache
@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    deliveries = Delivery.objects.select_related("mailing", "address").exclude(address=None)
    delivery = tokens.find(READ, token, deliveries)
    if delivery is None or timezone.now() > delivery.queued_at + timedelta(days=settings.MAIL_TEXT_DAYS):
        return render(request, "invalid_link.html", status=404)
    values = message.placeholder_values(delivery)
    body = placeholders.fill_html(_body(delivery.mailing), values)
    return render(request, "mailings/read.html", {"body": body, "leave": values.get("abmelden", "")})


@never_cache
@require_safe
def flyer(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF of a mail, under a name that tells nothing, for whoever has the link and as long as it is shown."""
    found = tokens.find(FLYER, token, Flyer.objects.all(), lasting=True)
    if found is None or not found.is_shown(timezone.localdate()):
        return render(request, "invalid_link.html", status=404)
    return HttpResponse(bytes(found.pdf), content_type="application/pdf", headers=_FLYER_HEADERS)


def _body(mailing: Mailing) -> str:
    # Mails written before migration 0010 have no source. Their page opens for MAIL_TEXT_DAYS: 14 days after the update
    # the second way, `templates.body_of` and its patterns can be deleted.
    return templates.as_page(mailing.source) if mailing.source else templates.body_of(mailing.html)
