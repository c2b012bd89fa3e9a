"""Counts what is still there of the time before there were tallies, and notes from which day on each is complete."""

from collections import Counter
from datetime import timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

BANDS = ("0-2", "3-5", "6-9", "10-13", "14-17")
# How many days the rows had been kept from which these are counted; what is not listed here, or above, was always there.
KEPT = {"answered": 30, "mail sent": 90, "mail bounced": 90, "reported": 365, "hinted": 90, "searched in vain": 89}
FROM_TODAY = ("confirmed", "moved up", "turned away", "offers", "fresh offers", "checked", "brochure")
NO_READER = ("Zu lange hat niemand geprüft", "Die E-Mail-Adresse wurde auf Wunsch gelöscht")


class Tallies:
    """Adds up by what, day and key, and writes each sum once."""

    def __init__(self) -> None:
        self.found = Counter()

    def add(self, what, on, number, of="") -> None:
        self.found[what, on, of] += number or 0

    def days(self, what, rows, moment, of="") -> None:
        by_day = rows.order_by().annotate(day=TruncDate(moment)).values("day").annotate(number=Count("pk"))
        for row in by_day:
            self.add(what, row["day"], row["number"], of)

    def write(self, model) -> None:
        model.objects.bulk_create(
            [
                model(what=what, on=on, of=of, number=number)
                for (what, on, of), number in sorted(self.found.items())
                if number
            ],
            batch_size=1000,
        )


def count(apps, check_from) -> None:
    """`check_from`: offers checked after that day are fresh."""
    found = Tallies()
    _events(apps, found)
    _mails(apps, found)
    _wegweiser(apps, found, check_from)
    consents = apps.get_model("members", "Consent").objects.filter(act="confirmed")
    found.days("confirmed", consents, "at")
    tally = apps.get_model("netzwerk", "Tally")
    found.write(tally)
    if tally.objects.exists():
        _note_begin(apps.get_model("netzwerk", "CountedSince"), timezone.localdate())


def _note_begin(since, today) -> None:
    begin = {what: today - timedelta(days=days) for what, days in KEPT.items()} | dict.fromkeys(FROM_TODAY, today)
    since.objects.bulk_create(since(what=what, on=on) for what, on in begin.items())


def _events(apps, found) -> None:
    replies = apps.get_model("events", "Reply").objects
    for event in apps.get_model("events", "Event").objects.exclude(state="draft"):
        day = timezone.localdate(event.begins_at)
        if event.counts is None:
            found.days("invited", replies.filter(event=event).exclude(invited_at=None), "invited_at")
        else:
            found.add("invited", day, sum(event.counts["invited"].values()))
        if event.state != "published":
            continue
        if event.counts is not None:
            found.add("held", day, 1, event.kind)
            for place, band in enumerate(BANDS):
                found.add("children", day, event.counts["children"][place], band)
                found.add("childcare", day, event.counts["childcare"][place], band)
            missing = Sum(F("childcare_seats") - F("reply__childcare_seats"))
            waiting = apps.get_model("events", "WaitingListEntry").objects.filter(event=event)
            waiting = waiting.filter(childcare_seats__gt=F("reply__childcare_seats"))
            found.add("turned away", day, waiting.aggregate(missing=missing)["missing"])
        if (event.came_adults, event.came_children) != (None, None):
            found.add("door counted", day, 1)
            found.add("came adults", day, event.came_adults)
            found.add("came children", day, event.came_children)
    answered = replies.exclude(answered_at=None)
    found.days("answered", answered.filter(entered_by=""), "answered_at", "link")
    found.days("answered", answered.exclude(entered_by=""), "answered_at", "phone")


def _mails(apps, found) -> None:
    copies = apps.get_model("mailings", "Delivery").objects
    found.days("moved up", copies.filter(mailing__template="events/moved_up"), "queued_at")
    found.days("mail sent", copies.filter(state__in=["sent", "bounced", "complained"]), "finished_at")
    found.days("mail bounced", copies.filter(state="bounced"), "finished_at")
    for mailing in apps.get_model("mailings", "Mailing").objects.exclude(counts={}):
        day = timezone.localdate(mailing.created_at)
        found.add("mail sent", day, sum(mailing.counts.get(state, 0) for state in ("sent", "bounced", "complained")))
        found.add("mail bounced", day, mailing.counts.get("bounced", 0))


def _wegweiser(apps, found, check_from) -> None:
    """Searches are counted by the first daily job: it knows their topics."""
    offers = apps.get_model("wegweiser", "Offer").objects.filter(state="published")
    found.add("offers", timezone.localdate(), offers.count())
    fresh = offers.filter(example=False, checked_on__gt=check_from)
    found.add("fresh offers", timezone.localdate(), fresh.count())
    for row in offers.filter(example=False).exclude(checked_on=None).values("checked_on").annotate(number=Count("pk")):
        found.add("checked", row["checked_on"], row["number"])
    reports = apps.get_model("wegweiser", "Submission").objects.exclude(confirmed_at=None)
    found.days("reported", reports, "confirmed_at")
    ours = Q()
    for text in NO_READER:
        ours |= Q(text__startswith=text)
    found.days("hinted", apps.get_model("wegweiser", "Hint").objects.exclude(ours), "at")
