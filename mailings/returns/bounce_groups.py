"""The second line: a domain's sudden hard bounces are held until an officer has seen them (M-21b).

A group is the hard bounces of one list mailing at one domain. Personal mails have one copy each, so all of one day are
taken together; a day of the calendar, because every bounce then belongs to one group, in whatever order they come.
Addresses are counted, not reports: four mails that one person's mailbox has refused say nothing about the domain.

Locks are taken in this order: domain, group, then by `record` and `consequences` members, addresses by e-mail,
suppressions by key, deliveries. Erasing holds an address and skips groups that are locked: it never waits for a group.
"""

import zlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime

from kit import locks
from kit.local_time import midnight
from kit.locks import Lock
from mailings import suppression
from mailings.models import Address, BounceGroup, Delivery, Feedback, Mailing
from mailings.returns import consequences

State = BounceGroup.State

FEW = 3  # addresses of one group may always be gone
ONE_OF = 20  # and this share of them: 5 %


def one_at_a_time(domain: str) -> None:
    """Serialises all reports for a domain until the transaction ends, so that each counts those before it.

    All addresses of a group have the same domain: this one lock guards them and the group.
    """
    locks.take(Lock.DOMAIN_FEEDBACK, zlib.crc32(domain.encode()))


def add(bounce: Feedback, address: Address) -> bool:
    """Puts a hard bounce of the address into its group; True if the group is held, and the bounce has no effect."""
    group = _group_of(bounce, address.domain)
    bounce.group = group
    bounce.save(update_fields=["group"])
    if group.state == State.COUNTS and _is_too_much(group):
        group.state = State.HELD
        group.save(update_fields=["state"])
        consequences.withdraw(group)
    return group.state == State.HELD


def _group_of(bounce: Feedback, domain: str) -> BounceGroup:
    """Created if needed, and locked until the transaction ends, so that erasing somebody else does not delete it."""
    delivery = bounce.delivery
    groups = BounceGroup.objects.select_for_update()
    if delivery and delivery.mailing.kind == Mailing.Kind.LIST:
        return groups.get_or_create(domain=domain, mailing=delivery.mailing, day=None)[0]
    sent_at = (delivery.finished_at or timezone.now()) if delivery else bounce.at
    return groups.get_or_create(domain=domain, mailing=None, day=timezone.localdate(sent_at))[0]


def _is_too_much(group: BounceGroup) -> bool:
    """Whether more than FEW and more than 5 % of the addresses that were written to are said to be gone."""
    gone = group.feedback.values("address").distinct().count()
    if gone <= FEW:
        return False
    if not (group.mailing_id and group.copies):  # the copies of a list mailing do not become more
        group.copies = _copies(group)
        group.save(update_fields=["copies"])
    return gone * ONE_OF > group.copies


def _copies(group: BounceGroup) -> int:
    """The addresses at the domain to which the mailing, or personal mail of that day, was written."""
    written = Delivery.objects.filter(address__in=Address.objects.at_domain(group.domain))
    if group.day is None:
        written = written.filter(mailing=group.mailing_id)
    else:
        begin, end = (midnight(group.day + timedelta(days=days)) for days in (0, 1))
        written = written.exclude(mailing__kind=Mailing.Kind.LIST).filter(finished_at__gte=begin, finished_at__lt=end)
    return written.values("address").distinct().count()


def decide(group: BounceGroup, state: BounceGroup.State) -> bool:
    """An officer's decision: DROPPED or BLOCKED, which can be taken back by the other; False if nothing changed."""
    with transaction.atomic():
        one_at_a_time(group.domain)
        rows = BounceGroup.objects.filter(pk=group.pk).exclude(state__in=[State.COUNTS, state])
        if not rows.update(state=state):
            return False
        if state == State.DROPPED:
            consequences.withdraw(group)
        consequences.apply(list(group.feedback.exclude(address=None).values_list("address", flat=True).distinct()))
    return True


def lift(address: Address) -> bool:
    """Lets mail go to the address again, once; False if it may already. A complaint or an objection stays."""
    with transaction.atomic():
        one_at_a_time(address.domain)
        lifted = Address.objects.filter(pk=address.pk).lift_bounces()
        if lifted:
            suppression.forgive_bounces([address.email])
    return bool(lifted)


def counted(groups: QuerySet[BounceGroup]) -> QuerySet[Any]:
    """Groups with `mails` that came back, `addresses`, `since`, and the server's `words` for most of them."""
    said = Feedback.objects.filter(group=OuterRef("pk")).exclude(words="").order_by().values("words")
    most = said.annotate(number=Count("pk")).order_by("-number", "words").values("words")[:1]
    copy = Coalesce("feedback__delivery", -F("feedback__pk"))
    return groups.annotate(
        mails=Count(copy, distinct=True),
        addresses=Count("feedback__address", distinct=True),
        since=Min("feedback__at"),
        words=Coalesce(Subquery(most), Value("")),
    )


def headline(group: Any) -> str:
    """What came back, of a group with its numbers (see `counted`): "12 Mails an gmx.example kamen zurück"."""
    what = f"{group.mails} Mails an {group.domain} kamen" if group.mails > 1 else f"Eine Mail an {group.domain} kam"
    return f"{what} am {date_format(localtime(group.since), 'j. F')} zurück"


def drop_empty(groups: Iterable[int] | None = None) -> None:
    """Deletes these groups, or all, that nobody's bounce belongs to any more; call in a transaction."""
    rows = BounceGroup.objects.filter(feedback=None)
    if groups is not None:
        rows = rows.filter(pk__in=groups)
    # Locked first, then asked again: a report that is being recorded has its group in hand.
    locked = BounceGroup.objects.filter(pk__in=rows.values("pk")).select_for_update(skip_locked=True)
    BounceGroup.objects.filter(pk__in=[group.pk for group in locked], feedback=None).delete()
