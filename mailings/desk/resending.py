"""A mail as it was written, to read on the desk, and to send once more to the same reader."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailings import placeholders
from mailings.models import Address, Delivery, Mailing

PAUSE = timedelta(minutes=10)
# Personal links stay between the portal and the reader: an officer could act with them in the reader's name.
LINK = "(persönlicher Link)"
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
    """Whether the text is still there, and this copy neither waits nor was stopped on purpose."""
    over = delivery.state not in [*Delivery.OPEN, Delivery.State.CANCELLED, Delivery.State.COMPLAINED]
    return over and _is_kept(delivery, now)


@transaction.atomic
def send_again(delivery: Delivery, reader: Address) -> bool:
    """Queues the same text, with the same links, as a mail of its own; False if one like it has just been queued.

    What forbids a mail forbids this one, too: when it is claimed, consent is read again.
    """
    address = Address.objects.select_for_update(no_key=True).get(pk=reader.pk)  # a second click waits
    now = timezone.now()
    mailing = delivery.mailing
    like_it = address.deliveries.filter(mailing__template=mailing.template, mailing__subject=mailing.subject)
    if not may_send_again(delivery, now) or like_it.filter(queued_at__gt=now - PAUSE).exists():
        return False
    copy = Mailing.objects.create(**{name: getattr(mailing, name) for name in _COPIED})
    Delivery.objects.create(
        mailing=copy,
        address=address,
        priority=Delivery.PERSONAL_PRIORITY,
        values=delivery.values,
        links=delivery.links,
        queued_at=now,
        due_at=now,
    )
    return True


def _is_kept(delivery: Delivery, now: datetime) -> bool:
    return bool(delivery.mailing.text) and now < delivery.queued_at + timedelta(days=settings.MAIL_TEXT_DAYS)
