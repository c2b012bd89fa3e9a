"""Leaving, by one tap from any list mail, and taking it back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kit import tallies
from kit.tallies import What
from mailings import tokens
from mailings.links import LEAVE
from mailings.models import Address, Delivery, Mailing
from members.models import Consent, Member
from members.newsletters.writing import left_because_of


def find(token: str) -> Address | None:
    """The address whose unsubscribe link this is; links in old mails work for ever, also after a change of
    key (S-07).
    """
    return tokens.find(LEAVE, token, Address.objects.all(), lasting=True)


def leave(address: Address, method: str, by: str = "") -> bool:
    """Ends the membership: no list mail is sent any more, and waiting copies are cancelled. False if there was none."""
    return leave_list(Member.objects.filter(address=address), method, by)


def leave_list(who: QuerySet[Member], method: str, by: str = "") -> bool:
    """Ends the membership of the one member in `who`; it may be a caller. False if there was none."""
    with transaction.atomic():
        member = who.select_for_update().exclude(state=Member.State.LEFT).first()
        if member is None:
            return False
        member.requests.all().delete()
        was_active = member.state == Member.State.ACTIVE
        now = timezone.now()
        Member.objects.filter(pk=member.pk).update(
            state=Member.State.LEFT, left_at=now, confirm_until=None, nonce=tokens.new_nonce()
        )
        address = Address.objects.filter(member=member).first()
        if address:
            _stop_list_mail(address, now)
        Consent.objects.create(
            address=address,
            caller=None if address else member,
            act=Consent.Act.WITHDRAWN,
            method=method,
            entered_by=by,
        )
        if was_active:
            tallies.count(What.LEFT, on=timezone.localdate(now))
        return True


def _stop_list_mail(address: Address, now: datetime) -> None:
    Address.objects.filter(pk=address.pk).update(list_mail=False, paused_until=None)
    # No join: PostgreSQL then looks at the state again after it has waited for a worker, and leaves alone what
    # that one has in hand by now.
    to_all = Mailing.objects.filter(kind=Mailing.Kind.LIST)
    waiting = Delivery.objects.filter(address=address, state__in=[Delivery.State.QUEUED, Delivery.State.HELD])
    waiting.filter(mailing__in=to_all).cancel(Delivery.Reason.LEFT, now)
    left_because_of(address)


def complained(address: Address) -> None:
    """Ends the membership of a person who marked our mail as spam (settings.ON_COMPLAINT)."""
    leave(address, method="Beschwerde beim Mailanbieter")


def may_undo(member: Member) -> bool:
    """Whether the goodbye page offers to undo: for a day, so that a tap in a hurry does not cost the membership."""
    if member.state != Member.State.LEFT or member.left_at is None or member.joined_at is None:
        return False
    # Their provider knows our mail as unwanted: only joining anew, with a link in a mail, says otherwise.
    if member.address is None or member.address.complained_at is not None:
        return False
    return timezone.now() <= member.left_at + timedelta(hours=settings.UNDO_HOURS)


def undo(address: Address) -> bool:
    """Makes the member active again as if nothing had happened; False if it is too late or there is nothing to undo."""
    with transaction.atomic():
        member = Member.objects.select_for_update().filter(address=address).first()
        if member is None or not may_undo(member):
            return False
        Member.objects.filter(pk=member.pk).update(state=Member.State.ACTIVE, left_at=None)
        Address.objects.filter(pk=address.pk).update(list_mail=True)
        Consent.objects.create(address=address, act=Consent.Act.RESUMED, method="POST /abmelden/")
        tallies.count(What.RETURNED, on=timezone.localdate(member.left_at))
        return True
