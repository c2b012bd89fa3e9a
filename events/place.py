"""Decides who may know a hidden place, and when (P-24a). Everything that shows a place or a link asks here.

A stranger may follow somebody to a meeting, and anybody has a second mail address. So only households that were
members when an officer invited them learn a hidden place with their answer. Others learn it when an officer has said
yes, or on the day before: as the event says. The link of a video meeting is a place, too.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from events.models import Event, Reply, ReplyQuerySet

NAMED = "Hier steht, wo es ist. Das sollen nicht alle lesen: Nehmen Sie Ort, Straße und Link hier heraus."


class Told(StrEnum):
    """What a reader learns about place and link."""

    NOW = "now"
    WITH_YES = "with-yes"  # with their own answer, or with the seat that they wait for
    LATER = "later"  # if they come: as `Event.place_for_others` says


def told(event: Event, reply: Reply | None, now: datetime) -> Told:
    """What this household, or the public (None), may know now."""
    asked = reply is not None and bool(reply.invited_at or reply.place_told_at)
    if not (asked or is_open(event, now)):
        return Told.LATER
    return Told.NOW if reply is not None and reply.state == Reply.State.YES else Told.WITH_YES


def told_in_sql(event: Event, now: datetime) -> Case:
    """The same for every reply of this event."""
    strangers = Q(pk=None) if is_open(event, now) else Q(invited_at=None, place_told_at=None)
    return Case(
        When(strangers, then=Value(Told.LATER.value)),
        When(state=Reply.State.YES, then=Value(Told.NOW.value)),
        default=Value(Told.WITH_YES.value),
        output_field=CharField(),
    )


def by_told(event: Event, replies: ReplyQuerySet, now: datetime) -> list[tuple[Told, ReplyQuerySet]]:
    """The replies in groups that may read the same; each is in one group, and no group is empty."""
    if not (event.hide_place or event.is_online):  # nothing is kept from anybody
        return [(Told.NOW, replies)] if replies.exists() else []
    rows = replies.order_by().annotate(told=told_in_sql(event, now))
    found = sorted(rows.values_list("told", flat=True).distinct())
    return [(Told(each), rows.filter(told=each)) for each in found]


def is_open(event: Event, now: datetime) -> bool:
    """Whether everybody who comes may know it: it is not hidden, or the day before has come."""
    if not event.hide_place:
        return True
    day_before = timezone.localdate(event.begins_at) - timedelta(days=1)
    return event.place_for_others == Event.PlaceForOthers.DAY_BEFORE and timezone.localdate(now) >= day_before


def is_known(event: Event) -> bool:
    """Whether there is anything to tell."""
    return bool(event.place or event.address or event.online_link)


def is_named(event: Event, text: str) -> bool:
    """Whether the text gives away where it is: place, street with number, or link. A town is no secret."""
    parts = map(str.strip, event.address.split(","))
    streets = [part for part in parts if any(map(str.isdigit, part)) and not part[:5].isdigit()]
    secrets = [" ".join(secret.casefold().split()) for secret in (event.place, *streets, event.online_link)]
    said = " ".join(text.casefold().split())
    return any(secret and secret in said for secret in secrets)


def waiting(event: Event) -> ReplyQuerySet:
    """The households that come, can be written to, and do not know the hidden place yet."""
    if not event.hide_place:
        return event.replies.none()
    return event.replies.coming().filter(invited_at=None, place_told_at=None).exclude(address=None)
