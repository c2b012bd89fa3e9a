"""What each person sees of a group (G-02). Pages and mails ask here; the tests try every row on every surface."""

from enum import StrEnum

from members.models import GroupMembership


class Viewer(StrEnum):
    STRANGER = "stranger"
    APPLICANT = "applicant"  # has asked, and waits for the answer
    NEWCOMER = "newcomer"  # is accepted; no contact has released the meetings yet
    MEMBER = "member"
    CONTACT = "contact"
    REMOVED = "removed"  # or gone, or kept out
    OFFICER = "officer"
    DOOR = "door"  # an account that keeps the door of events


class Thing(StrEnum):
    NOTICE = "notice"  # title, two sentences, town, ages, rhythm
    PEOPLE = "people"  # first names of those who belong
    MESSAGES = "messages"  # to all, since the reader joined
    MEETINGS = "meetings"  # day, time and place, and who comes
    REQUESTS = "requests"  # first name and sentence of somebody who asks
    REPORTS = "reports"  # what somebody says is not right


_NEWCOMER = frozenset({Thing.NOTICE, Thing.PEOPLE, Thing.MESSAGES})
# Nobody ever sees an address. A telephone number is seen by those to whom its owner shows it, by name.
SEES: dict[Viewer, frozenset[Thing]] = {
    Viewer.STRANGER: frozenset({Thing.NOTICE}),
    Viewer.APPLICANT: frozenset({Thing.NOTICE}),
    Viewer.NEWCOMER: _NEWCOMER,
    Viewer.MEMBER: _NEWCOMER | {Thing.MEETINGS},
    Viewer.CONTACT: _NEWCOMER | {Thing.MEETINGS, Thing.REQUESTS},
    Viewer.REMOVED: frozenset({Thing.NOTICE}),
    Viewer.OFFICER: frozenset({Thing.NOTICE, Thing.PEOPLE, Thing.REPORTS}),
    Viewer.DOOR: frozenset({Thing.NOTICE}),
}


def viewer_of(membership: GroupMembership) -> Viewer:
    if membership.state == GroupMembership.State.ASKED:
        return Viewer.APPLICANT
    if membership.state != GroupMembership.State.MEMBER:
        return Viewer.REMOVED
    if membership.contact:
        return Viewer.CONTACT
    return Viewer.MEMBER if membership.released_at else Viewer.NEWCOMER


def sees(membership: GroupMembership, thing: Thing) -> bool:
    return thing in SEES[viewer_of(membership)]
