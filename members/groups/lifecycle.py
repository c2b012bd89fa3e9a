"""How a group lives on (G-05): asked every three months whether it meets, resting if nobody answers, then ended.

Steps are due by range: a missed day loses none, and each is taken once, under the lock of the group's row.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kit import months, tallies
from kit.local_time import midnight
from kit.tallies import What
from mailings.models import Address
from members.groups import consent, mails
from members.groups.models import GroupMembershipQuerySet
from members.models import Group, GroupMembership

EVERY_MONTHS, END_MONTHS = 3, 6
SECOND_AFTER, REST_AFTER = timedelta(days=14), timedelta(days=30)  # since the first question
MOST_MEETINGS = 20


def locked(pk: int) -> Group:
    """The group as it is now; who else acts on it waits until the transaction ends."""
    return Group.objects.select_for_update(no_key=True).get(pk=pk)


def daily(now: datetime) -> None:
    for pk in list(Group.objects.living().filter(check_at__lte=now).values_list("pk", flat=True)):
        step(pk, now)


@transaction.atomic
def step(pk: int, now: datetime) -> None:
    """Takes the step that is due, if any."""
    group = locked(pk)
    if group.check_at is None or group.check_at > now:
        return
    if group.state == Group.State.RESTING:
        end(group, now)
    elif group.checks == 0:
        _ask(group, "alive", _day(now, SECOND_AFTER))
    elif group.checks == 1:
        _ask(group, "alive_again", _day(now, REST_AFTER - SECOND_AFTER))
    else:
        rest(group, now)


def begin(group: Group, now: datetime) -> bool:
    """Officers have approved it. False if that was decided before. Call in a transaction."""
    done = Group.objects.filter(pk=group.pk, state=Group.State.ASKED).update(
        state=Group.State.ALIVE, founded_at=now, check_at=_later(now, EVERY_MONTHS)
    )
    if done:
        tallies.count(What.GROUP_FOUNDED, on=timezone.localdate(now))
    return bool(done)


def rest(group: Group, now: datetime) -> None:
    """Hides it; it writes no mail until somebody gives a sign of life. Its contacts are told."""
    done = Group.objects.filter(pk=group.pk, state=Group.State.ALIVE).update(
        state=Group.State.RESTING, checks=0, check_at=_later(now, END_MONTHS)
    )
    if not done:
        return
    tallies.count(What.GROUP_RESTED, on=timezone.localdate(now))
    mails.to_contacts("rests", group)


def helpers(group: Group) -> GroupMembershipQuerySet:
    """The members who may become its contact by one tap; nobody while it has one.

    A newcomer may only if nobody is left who knows of the meetings: a contact learns where the children play.
    """
    people = GroupMembership.objects.members().filter(group=group)
    if people.filter(contact=True).exists():
        return people.none()
    knowing = people.exclude(released_at=None)
    return knowing if knowing.exists() else people


def seek_contact(group: Group, now: datetime, asked: list[int]) -> None:
    """Without a contact it rests, and its helpers are asked, each once: the `asked` were helpers before.

    What is only a proposal ends. Call in a transaction that holds the group.
    """
    if group.state == Group.State.ASKED and not has_contact(group):
        Group.objects.filter(pk=group.pk).update(
            state=Group.State.DECLINED, ended_at=now, reason="Es gibt keine Ansprechperson mehr."
        )
        people = GroupMembership.objects.members().filter(group=group).select_related("address")
        mails.write("ended", group, people)
    elif group.state in Group.LIVING and not has_contact(group):
        rest(group, now)
        mails.write("needs_contact", group, helpers(group).exclude(pk__in=asked).select_related("address"))


def sign_of_life(group: Group, now: datetime) -> None:
    """A message, a meeting or a yes: an open question is answered, a resting group meets again.

    Only with a contact: a group without one stays closed. Call in a transaction that holds the group.
    """
    if group.state == Group.State.ALIVE and group.checks:
        Group.objects.filter(pk=group.pk).update(checks=0, check_at=_later(now, EVERY_MONTHS))
    elif group.state == Group.State.RESTING and has_contact(group):
        Group.objects.filter(pk=group.pk).update(state=Group.State.ALIVE, checks=0, check_at=_later(now, EVERY_MONTHS))
        tallies.count(What.GROUP_REVIVED, on=timezone.localdate(now))


@transaction.atomic
def answered(contact: GroupMembership, met: int) -> bool:
    """A contact says that the group meets, and how often since the last question. False if another was quicker."""
    group, now = locked(contact.group_id), timezone.now()
    if not GroupMembership.objects.contacts().filter(pk=contact.pk).exists() or not is_asked(group):
        return False
    if met:
        tallies.count(What.GROUP_MET, min(met, MOST_MEETINGS), on=timezone.localdate(now))
    sign_of_life(group, now)
    return True


@transaction.atomic
def answered_no(contact: GroupMembership) -> None:
    """A contact says that it does not meet any more: it rests. Somebody else may still revive it."""
    group = locked(contact.group_id)
    if GroupMembership.objects.contacts().filter(pk=contact.pk).exists():
        rest(group, timezone.now())


def end(group: Group, now: datetime) -> bool:
    """Ends it and tells all who belong; False if it has ended before. Call in a transaction."""
    done = Group.objects.living().filter(pk=group.pk).update(
        state=Group.State.ENDED, checks=0, check_at=None, ended_at=now
    )  # fmt: skip
    if not done:
        return False
    tallies.count(
        What.GROUP_ENDED if group.state == Group.State.RESTING else What.GROUP_CLOSED, on=timezone.localdate(now)
    )
    people = GroupMembership.objects.filter(group=group).select_related("address")
    for asking in people.asking():
        GroupMembership.objects.filter(pk=asking.pk).update(
            state=GroupMembership.State.DECLINED, left_at=now, sentence=""
        )
        not_taken(asking.address, group)
    mails.write("ended", group, people.members())
    return True


def not_taken(address: Address, group: Group) -> None:
    """Tells somebody who asked that this group does not take them just now; their consent ends with it."""
    consent.withdrawn(address, group, "nicht aufgenommen")
    mails.to_outsider("declined", address)


def has_contact(group: Group) -> bool:
    return GroupMembership.objects.contacts().filter(group=group).exists()


def is_asked(group: Group) -> bool:
    """Contacts are to say whether it still meets; one that rests says so when it meets again."""
    return group.state == Group.State.RESTING or (group.state == Group.State.ALIVE and group.checks > 0)


def _ask(group: Group, name: str, then: datetime) -> None:
    Group.objects.filter(pk=group.pk).update(checks=group.checks + 1, check_at=then)
    mails.to_contacts(name, group)


def _later(now: datetime, number: int) -> datetime:
    """The beginning of the same day some months later, in Berlin."""
    return midnight(months.after(timezone.localdate(now), number))


def _day(now: datetime, after: timedelta) -> datetime:
    return midnight(timezone.localdate(now) + after)
