"""Belonging to a group: the page's link, leaving, contacts, pauses, and telephone numbers shown by name."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from mailings import suppression, tokens
from mailings.addresses import canonical
from mailings.models import Address, Delivery, RandomHex
from members.groups import consent, lifecycle, links, mails
from members.groups.lifecycle import locked
from members.models import Group, GroupMembership, GroupRequest, KeptOut, PhoneRelease

PAUSE = timedelta(weeks=4)
MOST_CONTACTS = 3
State = GroupMembership.State


def find(token: str) -> GroupMembership | None:
    """The membership whose page a link opens; None after leaving, removal, or the group's end."""
    rows = GroupMembership.objects.members().not_over().select_related("group", "address")
    return tokens.find(links.PAGE, token, rows)


def find_leaving(token: str) -> GroupMembership | None:
    """The membership that a mail's leave link ends; it works for ever, also after a change of key."""
    rows = GroupMembership.objects.exclude(state=State.REMOVED).select_related("group", "address")
    return tokens.find(links.LEAVE, token, rows, lasting=True)


def of(address: Address) -> list[GroupMembership]:
    """The groups that the person belongs to."""
    rows = GroupMembership.objects.members().not_over().filter(address=address)
    return list(rows.select_related("group").order_by("group__title"))


def move(new: Address, mine: Address) -> None:
    """What `new` has in groups belongs to `mine` from now on, once for each group; links in former mails end.

    A stranger in the old mailbox learns nothing of the groups any more. Call in a transaction.
    """
    belongs = GroupMembership.objects.members().filter(address=mine).values("group")
    double = GroupMembership.objects.filter(address=new, group__in=belongs)
    for row in double.members():
        _take_over(row, mine)
    double.delete()
    others = GroupMembership.objects.filter(address=new)
    GroupMembership.objects.filter(address=mine, group__in=others.values("group")).delete()
    others.update(address=mine)
    for rows in (GroupMembership.objects, GroupRequest.objects):
        rows.filter(address=mine).update(nonce=RandomHex())


def _take_over(row: GroupMembership, mine: Address) -> None:
    """The person's other row in this group is a contact, and knows of the meetings, if `row` is and does."""
    rows = GroupMembership.objects.members().filter(address=mine, group=row.group_id)
    if row.contact:
        rows.update(contact=True)
    if row.released_at:
        rows.filter(released_at=None).update(released_at=row.released_at)


def stops(list_key: str, address: Address, now: datetime) -> str:
    """Why mail of this group must not go to the address now, or "" (settings.GROUP_CONSENT)."""
    found = GroupMembership.objects.members().filter(group__list_key=list_key, address=address).first()
    if found is None:
        return Delivery.Reason.LEFT
    return Delivery.Reason.PAUSED if found.is_paused(now) else ""


@transaction.atomic
def end(membership: GroupMembership, state: GroupMembership.State, method: str, by: str = "") -> bool:
    """Ends it silently and at once, as LEFT or REMOVED: nobody is told. False if the person did not belong.

    If the last contact goes, the group rests and its people are asked for another; if the last person goes, it ends.
    """
    group, now = locked(membership.group_id), timezone.now()
    asked = list(lifecycle.helpers(group).values_list("pk", flat=True))
    mine = GroupMembership.objects.members().filter(pk=membership.pk)
    if not mine.update(state=state, contact=False, released_at=None, phone="", paused_until=None, left_at=now):
        return False
    PhoneRelease.objects.filter(giver=membership).delete()
    PhoneRelease.objects.filter(reader=membership).delete()
    mails.stop(group, membership.address, Delivery.Reason.LEFT, now)
    consent.withdrawn(membership.address, group, method, by)
    if not GroupMembership.objects.members().filter(group=group).exists():
        lifecycle.end(group, now)
    lifecycle.seek_contact(group, now, asked)
    return True


@transaction.atomic
def become_contact(membership: GroupMembership) -> bool:
    """One tap by a helper of a group without a contact. It is a sign of life. False if somebody was quicker."""
    group, now = locked(membership.group_id), timezone.now()
    if not lifecycle.helpers(group).filter(pk=membership.pk).exists():
        return False
    mine = GroupMembership.objects.filter(pk=membership.pk)
    mine.update(contact=True, released_at=Coalesce("released_at", now))
    lifecycle.sign_of_life(group, now)
    return True


@transaction.atomic
def appoint(contact: GroupMembership, person: GroupMembership) -> bool:
    """A contact makes somebody a contact who knows of the meetings, while there is room, and who is told by mail.

    False if nothing changed.
    """
    group = locked(contact.group_id)
    contacts = GroupMembership.objects.contacts().filter(group=group)
    if not contacts.filter(pk=contact.pk).exists() or contacts.count() >= MOST_CONTACTS:
        return False
    people = GroupMembership.objects.members().filter(group=group, contact=False).exclude(released_at=None)
    if not people.filter(pk=person.pk).update(contact=True):
        return False
    mails.write("appointed", group, [person])
    return True


@transaction.atomic
def step_back(membership: GroupMembership) -> bool:
    """Stays in the group, but is no contact any more; False for the only one: another must do it first."""
    group = locked(membership.group_id)
    if not GroupMembership.objects.contacts().filter(group=group).exclude(pk=membership.pk).exists():
        return False
    return bool(GroupMembership.objects.contacts().filter(pk=membership.pk).update(contact=False))


def pause(membership: GroupMembership) -> None:
    """No mail of this group for four weeks. Only what concerns a meeting that one goes to still comes."""
    now = timezone.now()
    GroupMembership.objects.members().filter(pk=membership.pk).update(paused_until=now + PAUSE)


def resume(membership: GroupMembership) -> None:
    GroupMembership.objects.filter(pk=membership.pk).update(paused_until=None)


@transaction.atomic
def show_phone(membership: GroupMembership, phone: str, readers: Iterable[GroupMembership]) -> None:
    """Shows the number to exactly these people from now on; to nobody, and without a number, it is forgotten."""
    locked(membership.group_id)
    chosen = [each.pk for each in readers if each.pk != membership.pk] if phone else []
    belongs = GroupMembership.objects.members().filter(group=membership.group_id, pk__in=chosen)
    PhoneRelease.objects.filter(giver=membership).delete()
    if not GroupMembership.objects.members().filter(pk=membership.pk).update(phone=phone if chosen else ""):
        return
    PhoneRelease.objects.bulk_create(PhoneRelease(giver=membership, reader=each) for each in belongs)


@transaction.atomic
def arrange(contact: GroupMembership, *, takes_members: bool, shown: bool) -> None:
    """A contact says whether the group takes people now, and whether it stands on the public page."""
    if GroupMembership.objects.contacts().filter(pk=contact.pk).exists():
        Group.objects.filter(pk=contact.group_id).update(takes_members=takes_members, shown=shown)


def keep_out(group: Group, email: str, by: str) -> bool:
    """From now on requests from this mailbox reach nobody in the group; whoever asks sees no difference.

    `by` is an officer, or a contact. False if it was kept out before.
    """
    _, made = KeptOut.objects.get_or_create(group=group, key=kept_out_key(group, email), defaults={"by": by})
    return made


def let_in_again(group: Group, pk: int) -> bool:
    """Requests from this mailbox are shown again; False if that was done before."""
    return bool(KeptOut.objects.filter(group=group, pk=pk).delete()[0])


def is_kept_out(group: Group, email: str) -> bool:
    return KeptOut.objects.filter(group=group, key=kept_out_key(group, email)).exists()


def kept_out_key(group: Group, email: str) -> str:
    return suppression.key(f"group {group.pk} {canonical(email)}")
