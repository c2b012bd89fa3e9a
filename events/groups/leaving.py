"""Leaving a group, being taken out of it, and its end: answers to its meetings are cancelled with it (G-06).

It is silent and at once: nobody is told, mail that waits is not sent, and the page's link opens nothing any more.
"""

from django.db import transaction
from django.utils import timezone

from events.answering import answers
from events.groups import meetings
from events.models import Reply
from mailings.models import Address
from members.groups import lifecycle, memberships
from members.groups.memberships import State
from members.groups.models import CONTACT
from members.models import Group, GroupMembership


@transaction.atomic
def leave(membership: GroupMembership, method: str) -> bool:
    """False if the person did not belong any more."""
    done = memberships.end(membership, State.LEFT, method)
    if done:
        _give_up(membership)
    return done


@transaction.atomic
def remove(membership: GroupMembership, *, by: str, keep_out: bool) -> bool:
    """An officer takes somebody out, who is not told why; with `keep_out` for good. False if nothing changed."""
    done = memberships.end(membership, State.REMOVED, "herausgenommen", by)
    if done:
        _give_up(membership)
    kept_out = keep_out and memberships.keep_out(membership.group, membership.address.email, by)
    return done or kept_out


def remove_by(contact: GroupMembership, membership: GroupMembership, *, keep_out: bool) -> bool:
    """A contact takes somebody out. Another contact only the officers can."""
    mine = GroupMembership.objects.contacts().filter(pk=contact.pk)
    person = GroupMembership.objects.members().filter(pk=membership.pk, group=contact.group_id, contact=False)
    if not mine.exists() or not person.exists():
        return False
    return remove(membership, by=f"{CONTACT} {contact.pk}", keep_out=keep_out)


@transaction.atomic
def close(group: Group) -> bool:
    """Officers end the group; its people are told, and those who come to a meeting that it does not take place."""
    group = lifecycle.locked(group.pk)
    meetings.cancel_all(group)
    return lifecycle.end(group, timezone.now())


def complained(address: Address) -> None:
    """Ends all groups of somebody who marked our mail as spam (settings.ON_COMPLAINT)."""
    for membership in memberships.of(address):
        leave(membership, "Beschwerde beim Mailanbieter")


def _give_up(membership: GroupMembership) -> None:
    """Cancels the answers to coming meetings without a word, and forgets them."""
    theirs = Reply.objects.filter(event__group=membership.group_id, address=membership.address_id)
    ahead = theirs.filter(event__ends_at__gt=timezone.now())
    for pk in ahead.filter(state=Reply.State.YES).order_by("event", "pk").values_list("pk", flat=True):
        answers.withdraw(pk)
    ahead.delete()
    meetings.cancel_unknown(membership.group)
