"""Reporting a barrier (P-20): anyone may, without an account; it becomes a task of the officers."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mailings import limits
from mailings.limits import NotNow, Overrun
from netzwerk.models import BarrierReport

KIND = "barrier"
# Reports a day from one network, by the length of its prefix; beyond them with a proof of work.
NETWORKS = {64: 3, 56: 6, 48: 12, 32: 3, 24: 12}
# Open reports: more come in only with a proof of work, and then none.
MANY_OPEN, MOST_OPEN = 20, 60


class TooMany(NotNow):
    """So many reports are open that nobody would read one more."""

    def __init__(self) -> None:
        text = _("Gerade haben uns sehr viele Menschen geschrieben. Bitte rufen Sie uns an: %(phone)s.")
        super().__init__(text % {"phone": settings.CONTACT_PHONE})


def record(text: str, page: str, email: str, ip: str, proof: str = "") -> None:
    """Stores the report. Raises NotNow beyond the limits."""
    opened = BarrierReport.objects.open()
    request = limits.Request(KIND, ip, proof, networks=NETWORKS, longest_wait=timedelta())
    if limits.take_turn(request, crowded=opened.count() >= MANY_OPEN).overrun:
        raise Overrun
    with transaction.atomic():
        if opened.count() >= MOST_OPEN:
            raise TooMany
        BarrierReport.objects.create(text=text, page=page, email=email)


def note_interim_reply(report: BarrierReport) -> bool:
    """Six weeks are the limit from now on; False if somebody was quicker."""
    mine = BarrierReport.objects.open().filter(pk=report.pk, interim_at=None)
    return bool(mine.update(interim_at=timezone.now()))


def answer(report: BarrierReport, by: str) -> bool:
    """Marks the report as answered; False if somebody was quicker."""
    mine = BarrierReport.objects.open().filter(pk=report.pk)
    return bool(mine.update(answered_at=timezone.now(), answered_by=by))
