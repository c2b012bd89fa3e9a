from events.models.events import BANDS, LINK_AFTER, Capacity, Event, EventQuerySet, band_label, no_children
from events.models.mails import EventMail
from events.models.replies import LONGEST_REMARK, Reply, ReplyQuerySet, WaitingListEntry

__all__ = [
    "BANDS",
    "LINK_AFTER",
    "LONGEST_REMARK",
    "Capacity",
    "Event",
    "EventMail",
    "EventQuerySet",
    "Reply",
    "ReplyQuerySet",
    "WaitingListEntry",
    "band_label",
    "no_children",
]
