"""The mails of groups, queued in the transaction of the action that causes them. Each reader gets a copy."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils import timezone

from mailings import templates
from mailings.links import Link
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue
from members.greeting import UNNAMED, greeting
from members.groups import links
from members.models import Group, GroupMembership

Links = Callable[[GroupMembership], dict[str, Link]]


def write(
    name: str,
    group: Group,
    people: Iterable[GroupMembership],
    *,
    facts: dict[str, str] | None = None,
    own: Links = lambda membership: {},
    kind: str = Mailing.Kind.PERSONAL,
    calendar: str = "",
) -> Mailing | None:
    """Queues the mail `groups/<name>`; `own` are more links of each reader. None if there is nobody to write to.

    What people of the group write or plan is mail of the kind GROUP: it needs consent when it goes out, and a pause of
    the group or of all mail stops it. What the portal says about the group concerns the reader, and no pause stops it.
    """
    recipients = [
        Recipient(each.address, {"anrede": greeting(each.name)}, {**links.of(each), **own(each)}) for each in people
    ]
    if not recipients:
        return None
    known = {"title": group.title} | (facts or {})
    template = templates.load(
        f"groups/{name}", kind=kind, main_link="gruppe", calendar=calendar, facts=known, list_key=group.list_key
    )
    return queue(template, recipients)


def to_contacts(name: str, group: Group, own: Links = lambda membership: {}, **facts: str) -> None:
    people = GroupMembership.objects.contacts().filter(group=group).select_related("address")
    write(name, group, people, facts=facts, own=own)


def to_outsider(name: str, address: Address, **facts: str) -> None:
    """To somebody who does not belong, or not any more: a personal mail without a link."""
    template = templates.load(f"groups/{name}", kind=Mailing.Kind.PERSONAL, facts=facts)
    queue(template, [Recipient(address, {"anrede": UNNAMED})])


def stop(group: Group, address: Address, reason: Delivery.Reason, now: datetime) -> None:
    """Cancels what still waits for this person; what a worker has in hand is asked about when it is claimed again."""
    waiting = Delivery.objects.filter(address=address, state__in=[Delivery.State.QUEUED, Delivery.State.HELD])
    # No join, as in members.leaving: PostgreSQL looks at the state again after it has waited for a worker.
    of_group = Mailing.objects.filter(list_key=group.list_key)
    waiting.filter(mailing__in=of_group).cancel(reason, now)


def forget(group: Group, name: str) -> None:
    """Blanks the group's mails that name this person, who is being erased; copies that still wait are not sent."""
    if not name:
        return
    named = rf"(?<!\w){re.escape(name)}(?!\w)"  # "Jana M." ends with no letter
    of_group = Mailing.objects.filter(list_key=group.list_key)
    about = of_group.filter(source__regex=named) | of_group.filter(subject__regex=named)
    keys = list(about.values_list("pk", flat=True))
    waiting = Delivery.objects.filter(mailing__in=keys, state__in=[Delivery.State.QUEUED, Delivery.State.HELD])
    waiting.cancel(Delivery.Reason.ERASED, timezone.now())
    Mailing.objects.filter(pk__in=keys).update(subject="", source="", text="", html="", calendar="")
