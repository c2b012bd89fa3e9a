"""A mail as it was written, to read on the desk, and to send once more to the same reader."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from mailings import placeholders
from mailings.models import Address, Delivery, Mailing

PAUSE = timedelta(minutes=10)
# Personal links stay between the portal and the reader: an officer could act with them in the reader's name.
LINK = "(persönlicher Link)"
# Its link is good for a while only: whoever asks again does it by an action of its own, which is kept as proof.
CONFIRMING = "bestaetigen"
_COPIED = ["kind", "template", "subject", "source", "text", "html", "calendar", "main_link", "automatic"]


def text_of(delivery: Delivery, now: datetime) -> str:
    """The plain text with this reader's values; "" once it is forgotten."""
    if not _is_kept(delivery, now):
        return ""
    values = dict.fromkeys([*delivery.links, "abmelden", "link"], LINK) | delivery.values
    try:
        return placeholders.fill(delivery.mailing.text, values)
    except KeyError:
        return ""  # the values were forgotten, and the text was not


def may_send_again(delivery: Delivery, now: datetime) -> bool:
    """Whether the text is still there, this copy neither waits nor was stopped on purpose, and it asks for no
    confirmation.
    """
    over = delivery.state not in [*Delivery.OPEN, Delivery.State.CANCELLED, Delivery.State.COMPLAINED]
    return over and CONFIRMING not in delivery.links and _is_kept(delivery, now)


@transaction.atomic
def send_again(delivery: Delivery, reader: Address) -> bool:
    """Queues the same text as a mail of its own, with the links as they open now; False if the same has just gone out.

    What forbids a mail forbids this one, too: when it is claimed, consent is read again.
    """
    address = Address.objects.select_for_update(no_key=True).get(pk=reader.pk)  # a second click waits
    now = timezone.now()
    mailing = delivery.mailing
    same = {f"mailing__{name}": getattr(mailing, name) for name in ("template", "subject", "text")}
    just_sent = address.deliveries.filter(**same, values=delivery.values, queued_at__gt=now - PAUSE)
    if not may_send_again(delivery, now) or just_sent.exclude(state__in=Delivery.NOT_ARRIVED).exists():
        return False
    copy = Mailing.objects.create(**{name: getattr(mailing, name) for name in _COPIED})
    Delivery.objects.create(
        mailing=copy,
        address=address,
        priority=Delivery.PERSONAL_PRIORITY,
        values=delivery.values,
        links=_current_links(delivery, address),
        queued_at=now,
        due_at=now,
    )
    return True


def _current_links(delivery: Delivery, address: Address) -> dict[str, Any]:
    """Links that were revoked when the address changed open again in the new mailbox (settings.CURRENT_LINKS)."""
    links: dict[str, Any] = delivery.links
    for name in settings.CURRENT_LINKS:
        links = import_string(name)(links, address)
    return links


def _is_kept(delivery: Delivery, now: datetime) -> bool:
    return bool(delivery.mailing.text) and now < delivery.queued_at + timedelta(days=settings.MAIL_TEXT_DAYS)
