"""The page „Meine Daten“: the link by mail, and what a person can do with what we hold (Art. 15 to 20 GDPR)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailings import templates, tokens
from mailings.links import MY_DATA, to_my_data
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue
from mailings.personal_data import in_words
from mailings.strangers import mail_to_stranger
from members.details import Details
from members.models import Member
from netzwerk.privacy import register, tombstones

Tables = list[tuple[str, list[list[tuple[str, str]]]]]


def send_link(email: str, ip: str, proof: str = "") -> None:
    """Mails the link to an address that we know; for an unknown one the same happens and is undone (P-04).

    Raises NotNow.
    """
    known = Address.objects.filter(email=email).exists()  # asked first: the block makes the row
    with mail_to_stranger("my-data", email, ip, proof) as (address, verdict):
        template = templates.load("my_data", kind=Mailing.Kind.PERSONAL, main_link="meine_daten")
        queue(template, [Recipient(address, {}, {"meine_daten": to_my_data()})], verdict.due_at)
        if not known:
            transaction.set_rollback(True)


def find(token: str) -> Address | None:
    """The address whose data the link opens; None from ACCESS_HOURS after its mail was sent."""
    deliveries = Delivery.objects.select_related("address").exclude(address=None)
    delivery = tokens.find(MY_DATA, token, deliveries)
    if delivery is None:
        return None
    if delivery.finished_at and timezone.now() > delivery.finished_at + timedelta(hours=settings.ACCESS_HOURS):
        return None
    return delivery.address


def as_tables(held: dict[str, Any]) -> Tables:
    """An export as titled tables of text."""
    return [
        (title, [in_words(table) for table in (part if isinstance(part, list) else [part])])
        for title, part in held.items()
    ]


def correct(member: Member, details: Details) -> None:
    """Stores what the person changed; the officers' note stays."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(**details.own())
        set_discreet(member.mailbox, details.discreet)


def set_discreet(address: Address, discreet: bool) -> None:
    Address.objects.filter(pk=address.pk).update(discreet=discreet)


def erase(address: Address, *, objection: bool) -> None:
    """Erases everything, and writes the tombstone beside the backups once that is certain.

    If the folder of backups cannot be written, `daily` does it: the person is erased, and hears so.
    """
    register.erase(address, timezone.now(), objection=objection)
    transaction.on_commit(tombstones.write, robust=True)


def erase_member(member: Member, *, objection: bool) -> None:
    """Erases any member like `erase`. A caller has no address, so `objection` means nothing for one."""
    if member.address:
        erase(member.address, objection=objection)
        return
    register.erase_caller(member, timezone.now())
    transaction.on_commit(tombstones.write, robust=True)
