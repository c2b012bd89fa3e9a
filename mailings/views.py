"""The web version of a mail, for people whose mailbox others can read."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailings import placeholders, templates, tokens
from mailings.links import READ
from mailings.models import Delivery, Mailing
from mailings.sending import message


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


def _body(mailing: Mailing) -> str:
    # Mails written before migration 0010 have no source. Their page opens for MAIL_TEXT_DAYS: 14 days after the update
    # the second way, `templates.body_of` and its patterns can be deleted.
    return templates.as_page(mailing.source) if mailing.source else templates.body_of(mailing.html)
