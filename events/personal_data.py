"""What `events` holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from events import counting
from events.answering import answers
from events.groups import leaving, meetings
from events.models import (
    BANDS,
    Capacity,
    Event,
    EventMail,
    Reply,
    ReplyQuerySet,
    WaitingListEntry,
    band_label,
    no_children,
)
from mailings import tokens
from mailings.models import Address
from mailings.personal_data import CONSENT, NOT_PERSONAL, Use
from members.groups import memberships
from members.models import Member

_ANSWER = Use(
    "zu welchen Treffen Sie eingeladen sind und was Sie geantwortet haben, mit Name, Telefon und Bemerkung, wenn Sie"
    " sie angeben",
    "zu wissen, wer kommt, und Ihnen zu sagen, wenn sich etwas ändert",
    CONSENT,
    f"{settings.ANSWER_DAYS} Tage nach dem Treffen",
)
_CHILDREN = Use(
    "wie viele Kinder welchen Alters mitkommen und betreut werden sollen",
    "Plätze und Kinderbetreuung zu planen",
    CONSENT,
    f"{settings.CHILDCARE_DAYS} Tage nach dem Treffen",
)

_PROPOSED = Use(
    "welches Treffen Ihrer Gruppe Sie vorgeschlagen haben",
    "dass Sie es wieder absagen können",
    CONSENT,
    f"{settings.ANSWER_DAYS} Tage nach dem Treffen",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    Event: {
        **dict.fromkeys(["id", "slug", "title", "kind", "summary", "text", "schedule"], NOT_PERSONAL),
        **dict.fromkeys(["begins_at", "ends_at"], NOT_PERSONAL),
        **dict.fromkeys(["place", "address", "hide_place", "place_for_others"], NOT_PERSONAL),
        **dict.fromkeys(["online_link", "host", "contact", "announced"], NOT_PERSONAL),
        **dict.fromkeys(["childcare_bands", "childcare_note", "asks_for_offers", "calendar_title"], NOT_PERSONAL),
        **dict.fromkeys(["answer_by", "state", "last_call_on", "came_adults", "came_children"], NOT_PERSONAL),
        **dict.fromkeys(["uid", "sequence", "counts", "changed_at", "group"], NOT_PERSONAL),
        "proposed_by": _PROPOSED,
    },
    EventMail: {
        **dict.fromkeys(["id", "event", "audience", "subject", "text", "thanks"], NOT_PERSONAL),
        **dict.fromkeys(["written_by", "changed_at", "mailing", "sent_by", "send_at", "nobody_at"], NOT_PERSONAL),
    },
    Event.mailings.through: dict.fromkeys(["id", "event", "mailing"], NOT_PERSONAL),
    Capacity: {
        **dict.fromkeys(["event", "total", "seats", "seat_limit"], NOT_PERSONAL),
        **dict.fromkeys(["childcare_total", "childcare_seats", "childcare_seat_limit"], NOT_PERSONAL),
    },
    Reply: {
        **dict.fromkeys(["id", "nonce", "revision"], NOT_PERSONAL),
        **dict.fromkeys(["event", "address", "caller", "state", "remark", "name", "phone", "entered_by"], _ANSWER),
        **dict.fromkeys(["invited_at", "asked_at", "answered_at", "reminded_at", "called_at", "wants_list"], _ANSWER),
        **dict.fromkeys(["place_told_at", "arrived_at", "tapped_at"], _ANSWER),
        **dict.fromkeys(["adults", "seats"], _ANSWER),
        **dict.fromkeys(["children", "childcare", "childcare_seats"], _CHILDREN),
    },
    WaitingListEntry: {
        **dict.fromkeys(["reply", "event", "since", "adults", "seats"], _ANSWER),
        **dict.fromkeys(["children", "childcare", "childcare_seats"], _CHILDREN),
    },
}


def export(address: Address) -> dict[str, Any]:
    return _export(Reply.objects.filter(address=address))


def export_caller(caller: Member) -> dict[str, Any]:
    return _export(Reply.objects.filter(caller=caller))


def _export(replies: ReplyQuerySet) -> dict[str, Any]:
    rows = replies.select_related("event", "waiting_list_entry").order_by("event__begins_at")
    return {"Einladungen und Antworten": [_told(reply) for reply in rows]}


def erase(address: Address) -> None:
    """Cancels first for households that come or wait, so that the next family moves up; rows without a name keep the
    numbers (P-08). A group's meeting stays for others who know of it, without what the person wrote: the place may be
    their home.
    """
    for membership in memberships.of(address):
        leaving.leave(membership, "gelöscht")
    _erase(Reply.objects.filter(address=address))
    Event.of_all.filter(proposed_by__address=address).update(title="Treffen", place="Fragen Sie bitte in der Gruppe")


def erase_caller(caller: Member) -> None:
    _erase(Reply.objects.filter(caller=caller))


def _erase(replies: ReplyQuerySet) -> None:
    now = timezone.now()
    counting.freeze(now)
    for reply in replies.select_related("event").order_by("event", "pk"):
        _let_go(reply, now)
    replies.update(address=None, caller=None, **_NAMELESS)


def expire(now: datetime) -> None:
    """Freezes the numbers of events that are over, then deletes: childcare after 7 days, answers after 30 (P-11)."""
    counting.freeze(now)
    unasked = Reply.objects.open().filter(invited_at=None, event__ends_at__gt=now)
    unasked.filter(asked_at__lt=now - timedelta(hours=answers.UNUSED_HOURS)).delete()
    frozen = Event.objects.filter(counts__isnull=False)
    for event in frozen.filter(ends_at__lte=now - timedelta(days=settings.CHILDCARE_DAYS)):
        WaitingListEntry.objects.filter(event=event).delete()
        with_children = event.replies.exclude(children=no_children(), childcare=no_children(), childcare_seats=0)
        with_children.update(
            children=no_children(), childcare=no_children(), childcare_seats=0, revision=F("revision") + 1
        )
    for event in frozen.filter(ends_at__lte=now - timedelta(days=settings.ANSWER_DAYS)):
        event.replies.all().delete()
    meetings.expire(now)


def keeps(address_ids: list[int]) -> set[int]:
    """The addresses that this app still needs."""
    return set(Reply.objects.filter(address__in=address_ids).values_list("address_id", flat=True))


_NAMELESS = {"name": "", "phone": "", "remark": "", "wants_list": False}


def _let_go(reply: Reply, now: datetime) -> None:
    with transaction.atomic():
        if reply.state in (Reply.State.YES, Reply.State.WAITING) and not reply.event.is_over(now):
            answers.withdraw(reply.pk)
        elif answers.waiting_list_entry_of(reply):
            WaitingListEntry.objects.filter(reply=reply).delete()
        Reply.objects.filter(pk=reply.pk).update(nonce=tokens.new_nonce())


def _told(reply: Reply) -> dict[str, Any]:
    entry = answers.waiting_list_entry_of(reply)
    row = entry or reply
    return {
        "Veranstaltung": reply.event.title,
        "Beginn": reply.event.begins_at,
        "Antwort": reply.get_state_display(),
        "wartet auf mehr Plätze": bool(entry),
        "Erwachsene": row.adults,
        "Kinder": _by_band(row.children),
        "davon in Betreuung": _by_band(row.childcare),
        "Bemerkung": reply.remark,
        "Name": reply.name,
        "Telefon": reply.phone,
        "eingeladen": reply.invited_at,
        "angelegt": reply.asked_at,
        "geantwortet": reply.answered_at,
        "eingetragen von": reply.entered_by,
        "erinnert": reply.reminded_at,
        "nachgefragt": reply.called_at,
        "Ort mitgeteilt": reply.place_told_at,
        "da gewesen": reply.arrived_at,
        "an der Tür getippt": reply.tapped_at,
        "möchte weitere Einladungen": reply.wants_list,
    }


def _by_band(numbers: list[int]) -> dict[str, int]:
    return {f"{band_label(band)} Jahre": number for band, number in zip(BANDS, numbers, strict=True) if number}
