"""What one person's page of a group shows. What the person may not see is not even asked for (members.groups.sight)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import programme, wording
from events.groups import meetings
from events.models import Event, Reply
from kit.has_phone import HasPhone
from members.groups import founding, joining, lifecycle, links, memberships, sight, talking
from members.groups import wording as group_wording
from members.groups.sight import Thing
from members.models import Group, GroupMembership, GroupMessage, PhoneRelease


@dataclass(frozen=True)
class Person(HasPhone):
    """Somebody in the group, as `reader` sees them: the telephone number only if it is shown to the reader."""

    membership: GroupMembership
    name: str
    phone: str
    is_reader: bool
    knows_meetings: bool


@dataclass(frozen=True)
class Said:
    """A message, and what to call its writer and the one reader whom it is for."""

    message: GroupMessage
    writer: str
    reader: str


@dataclass(frozen=True)
class Meeting:
    """A meeting to come, the reader's answer, and who comes."""

    event: Event
    reply: Reply | None
    coming: list[tuple[str, str]]
    chosen: str
    children: int
    may_cancel: bool

    @property
    def hours(self) -> str:
        return programme.Shown(self.event, self.event.begins_at, over=False, open=True).hours

    @property
    def comes(self) -> bool:
        return self.reply is not None and self.reply.state == Reply.State.YES


def shown(membership: GroupMembership, now: datetime, chosen: dict[str, str]) -> dict[str, Any]:
    """The page's context; the same number of queries however many people and messages. `chosen` is the query string."""
    group, viewer = membership.group, sight.viewer_of(membership)
    return {
        "me": membership,
        "group": group,
        "ages": group_wording.ages(group.ages),
        "leave_url": links.leave_url(membership),
        "people": (folk := people(membership)),
        "some_are_new": any(not each.knows_meetings for each in folk),
        "messages": messages(membership, folk, now) if sight.sees(membership, Thing.MESSAGES) else [],
        "sees_meetings": sight.sees(membership, Thing.MEETINGS),
        "meetings": coming(membership, now, chosen) if sight.sees(membership, Thing.MEETINGS) else [],
        "requests": joining.waiting(group) if sight.sees(membership, Thing.REQUESTS) else [],
        "not_now": chosen.get("anfrage", "") if chosen.get("antwort") == joining.Decision.NO else "",
        "is_contact": viewer == sight.Viewer.CONTACT,
        "waits_for_second": founding.needs_second(group),
        "has_contact": (has_contact := any(each.membership.contact for each in folk)),
        "may_help": not has_contact and lifecycle.helpers(group).filter(pk=membership.pk).exists(),
        "room_for_contacts": sum(each.membership.contact for each in folk) < memberships.MOST_CONTACTS,
        "is_asked": lifecycle.is_asked(group),
        "paused": membership.is_paused(now),
        "rests": group.state == Group.State.RESTING,
        "proposed": group.state == Group.State.ASKED,
    }


def people(membership: GroupMembership) -> list[Person]:
    rows = list(GroupMembership.objects.members().filter(group=membership.group_id))
    names = group_wording.called(rows)
    to_me = set(PhoneRelease.objects.filter(reader=membership).values_list("giver", flat=True))
    return [
        Person(
            each,
            names[each.pk],
            each.phone if each.pk in to_me else "",
            each.pk == membership.pk,
            each.released_at is not None,
        )
        for each in rows
    ]


def messages(membership: GroupMembership, folk: list[Person], now: datetime) -> list[Said]:
    found = list(talking.shown_to(membership, now))
    wrote = {each.writer_id: each.writer for each in found} | {each.reader_id: each.reader for each in found}
    everybody = wrote | {person.membership.pk: person.membership for person in folk}
    names = group_wording.called((each for each in everybody.values() if each), marked=True)
    return [Said(each, names[each.writer_id], names.get(each.reader_id or 0, "")) for each in found]


def coming(membership: GroupMembership, now: datetime, chosen: dict[str, str]) -> list[Meeting]:
    events = list(meetings.coming(membership.group, now))
    by_event: dict[int, list[Reply]] = {event.pk: [] for event in events}
    for reply in Reply.objects.filter(event__in=events).order_by("answered_at", "pk"):
        by_event[reply.event_id].append(reply)
    return [_meeting(membership, event, by_event[event.pk], chosen) for event in events]


def _meeting(membership: GroupMembership, event: Event, replies: list[Reply], chosen: dict[str, str]) -> Meeting:
    mine = next((reply for reply in replies if reply.address_id == membership.address_id), None)
    preselected = chosen.get("antwort", "") if chosen.get("treffen") == str(event.pk) else ""
    return Meeting(
        event=event,
        reply=mine,
        coming=[(reply.name, _with(reply)) for reply in replies if reply.state == Reply.State.YES],
        chosen=preselected or _answer_of(mine),
        children=sum(mine.children) if mine else 0,
        may_cancel=membership.contact or event.proposed_by_id == membership.pk,
    )


def _answer_of(reply: Reply | None) -> str:
    if reply is None or reply.state == Reply.State.OPEN:
        return ""
    return "ja" if reply.state == Reply.State.YES else "nein"


def _with(reply: Reply) -> str:
    number = sum(reply.children)
    return "" if not number else "mit 1 Kind" if number == 1 else f"mit {wording.number(number)} Kindern"
