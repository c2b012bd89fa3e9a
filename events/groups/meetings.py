"""A group's own meetings (G-04): events that only its people learn of, and of those only whom a contact has let know.

They reuse events, answers, seats and calendar files. They are never public and never on the desk: see `Event.objects`.
Place and time stand on the person's page; a mail says the day, and who does not come any more is not written to.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from events import wording
from events.answering import answers, seats
from events.answering.answers import Details, Party
from events.models import BANDS, Event, EventQuerySet, Reply, no_children
from events.place import Told
from events.public import calendars
from mailings.links import Link
from mailings.models import Mailing
from members.groups import lifecycle, links, mails
from members.groups.models import AGES
from members.models import Group, GroupMembership

MOST_AHEAD = timedelta(days=180)
MOST_OPEN = 5
MOST_CHILDREN = 6


class Refused(Exception):
    """Nothing was stored; str() is a German sentence."""


@dataclass(frozen=True)
class Plan:
    what: str
    begins_at: datetime
    ends_at: datetime
    place: str


@transaction.atomic
def propose(by: GroupMembership, plan: Plan) -> Event:
    """A meeting that this person suggests and comes to; asks all who may know of meetings. A sign of life.

    A second tap finds the meeting that the first has made. Raises Refused.
    """
    group, now = lifecycle.locked(by.group_id), timezone.now()
    same = Event.of_all.filter(group=group, proposed_by=by, title=plan.what, place=plan.place)
    same = same.filter(begins_at=plan.begins_at, ends_at=plan.ends_at)
    if made := same.filter(state=Event.State.PUBLISHED).first():
        return made
    if not _released(group).filter(pk=by.pk).exists() or group.state not in Group.LIVING:
        raise Refused("Ein Treffen können Sie vorschlagen, sobald eine Ansprechperson Ihnen die Treffen zeigt.")
    if coming(group, now).count() >= MOST_OPEN:
        raise Refused("Es stehen schon fünf Treffen an. Schlagen Sie das nächste vor, wenn eines davon vorbei ist.")
    event = Event.of_all.create(
        slug=f"g-{secrets.token_hex(8)}",
        group=group,
        proposed_by=by,
        title=plan.what,
        begins_at=plan.begins_at,
        ends_at=plan.ends_at,
        answer_by=plan.begins_at,
        place=plan.place,
        hide_place=True,
        state=Event.State.PUBLISHED,
    )
    seats.create(event)
    lifecycle.sign_of_life(group, now)
    _ask(event, _released(group), now)
    answer(by, event, comes=True)
    _tell(event, _released(group).exclude(pk=by.pk).exclude(paused_until__gt=now))
    return event


@transaction.atomic
def release(contact: GroupMembership, person: GroupMembership) -> bool:
    """A contact lets this person know of meetings, and asks them to those that are to come. False if it was done."""
    group, now = lifecycle.locked(contact.group_id), timezone.now()
    if not GroupMembership.objects.contacts().filter(pk=contact.pk).exists():
        return False
    mine = GroupMembership.objects.members().filter(pk=person.pk, group=group)
    if not mine.filter(released_at=None).update(released_at=now):
        return False
    for event in coming(group, now):
        _ask(event, mine, now)
        _tell(event, mine.exclude(paused_until__gt=now))
    return True


def answer(membership: GroupMembership, event: Event, *, comes: bool, children: int = 0) -> Reply:
    """Stores whether the person comes, and with how many children. Raises TooLate."""
    reply = reply_of(membership, event)
    if not comes:
        return answers.decline(reply, Details(name=membership.name))
    return answers.accept(reply, _party(membership.group, children), Details(name=membership.name))


@transaction.atomic
def cancel(membership: GroupMembership, event: Event) -> bool:
    """The person who proposed it, or a contact, cancels; all who come are told. False if neither is it, or done."""
    may = membership.contact or event.proposed_by_id == membership.pk
    if not may or event.group_id != membership.group_id:
        return False
    return _cancel(event, membership)


def cancel_all(group: Group) -> None:
    """The group ends: all who come to its meetings are told. Call in a transaction."""
    for event in coming(group, timezone.now()):
        _cancel(event)


def cancel_unknown(group: Group) -> None:
    """Cancels what nobody in the group knows of any more: a newcomer who becomes the contact does not learn the place.

    Call in a transaction.
    """
    if not _released(group).exists():
        cancel_all(group)


def coming(group: Group, now: datetime) -> EventQuerySet:
    """The group's meetings to come, the next first; those cancelled are left out."""
    return Event.of_all.filter(group=group, state=Event.State.PUBLISHED).upcoming(now).select_related("capacity")


def reply_of(membership: GroupMembership, event: Event) -> Reply:
    return Reply.objects.select_related("event", "address", "waiting_list_entry").get(
        event=event, address=membership.address_id
    )


def calendar_entry(event: Event) -> str:
    """The file for somebody who may know the place."""
    return calendars.calendar_event(event, Told.NOW)


@transaction.atomic
def remind(now: datetime, until: datetime) -> None:
    """Reminds those who come to meetings that begin `until` then, each once."""
    near = {"event__begins_at__gt": now, "event__begins_at__lte": until}
    due = Reply.objects.coming().filter(event__group__isnull=False, event__state=Event.State.PUBLISHED, **near)
    due = due.filter(reminded_at=None, answered_at__lt=now - timedelta(days=1)).exclude(address=None)
    chosen = list(due.select_for_update(of=("self",)).values_list("pk", flat=True))
    Reply.objects.filter(pk__in=chosen).update(reminded_at=now)
    events = Event.of_all.filter(replies__in=chosen).select_related("group").distinct()
    for event in events:
        asked = Reply.objects.filter(pk__in=chosen, event=event)
        _write("reminder", event, _people(event, asked))


def expire(now: datetime) -> None:
    """Forgets the children after 7 days, and deletes meetings of groups with all answers, as long after them, or after
    the group, as answers are kept (P-11).
    """
    week_ago = now - timedelta(days=settings.CHILDCARE_DAYS)
    past = Reply.objects.filter(event__group__isnull=False, event__ends_at__lte=week_ago)
    past.exclude(children=no_children()).update(children=no_children(), revision=F("revision") + 1)
    old = now - timedelta(days=settings.ANSWER_DAYS)
    over = Event.of_all.filter(Q(ends_at__lte=old) | Q(group__ended_at__lte=old), group__isnull=False)
    Reply.objects.filter(event__in=over).delete()
    over.delete()


def _cancel(event: Event, by: GroupMembership | None = None) -> bool:
    mine = Event.of_all.filter(pk=event.pk, state=Event.State.PUBLISHED, begins_at__gt=timezone.now())
    if not mine.update(state=Event.State.CANCELLED, sequence=F("sequence") + 1, changed_at=timezone.now()):
        return False
    event = Event.of_all.select_related("group", "capacity").get(pk=event.pk)
    people = _people(event, event.replies.coming())
    entry = calendars.calendar_event(event, Told.LATER, gone=True)
    others = people.exclude(pk=by.pk) if by else people
    _write("meeting_cancelled", event, others, entry)
    return True


def _released(group: Group) -> QuerySet[GroupMembership]:
    people = GroupMembership.objects.members().filter(group=group).exclude(released_at=None)
    return people.select_related("address", "group")


def _people(event: Event, replies: QuerySet[Reply]) -> QuerySet[GroupMembership]:
    people = GroupMembership.objects.members().filter(group=event.group_id, address__in=replies.values("address"))
    return people.select_related("address")


def _ask(event: Event, people: QuerySet[GroupMembership], now: datetime) -> None:
    Reply.objects.bulk_create(
        [Reply(event=event, address_id=each.address_id, name=each.name, invited_at=now) for each in people],
        ignore_conflicts=True,
    )


def _tell(event: Event, people: QuerySet[GroupMembership]) -> None:
    def own(reader: GroupMembership) -> dict[str, Link]:
        answering = f"?treffen={event.pk}&antwort="
        return {
            "ja": links.to_page(reader, f"{answering}ja#treffen"),
            "nein": links.to_page(reader, f"{answering}nein#treffen"),
        }

    assert event.group is not None
    folk = people.select_related("address")
    mails.write("meeting", event.group, folk, facts=_facts(event), own=own, kind=Mailing.Kind.GROUP)


def _write(name: str, event: Event, people: QuerySet[GroupMembership], calendar: str = "") -> None:
    assert event.group is not None
    mails.write(name, event.group, people, facts=_facts(event), calendar=calendar)


def _facts(event: Event) -> dict[str, str]:
    return {"day": wording.day(event.begins_at), "clock": wording.clock(event.begins_at)}


def _party(group: Group, children: int) -> Party:
    """One adult with so many children. Nobody is asked how old they are: they count in the group's youngest band."""
    youngest = AGES[min(group.ages, default=0)][0]
    counted = no_children()
    band = next(index for index, (low, high) in enumerate(BANDS) if low <= youngest <= high)
    counted[band] = min(children, MOST_CHILDREN)
    return Party(1, counted)
