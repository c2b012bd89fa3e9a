"""What waits for the officers: reported barriers, and the yearly review of the accessibility statement (P-20)."""

from collections import defaultdict
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from netzwerk.alert import Alert, Urgency, counted
from netzwerk.barriers import statement
from netzwerk.models import BarrierReport
from netzwerk.models.barriers import Stage

_WORDS = {
    Stage.TOO_LATE: (
        "gemeldete Barriere wartet länger als sechs Wochen",
        "gemeldete Barrieren warten länger als sechs Wochen",
        "Die Frist ist vorbei. Antworten Sie bitte heute.",
    ),
    Stage.LATE: (
        "gemeldete Barriere wartet länger als zwei Wochen",
        "gemeldete Barrieren warten länger als zwei Wochen",
        "Antworten Sie, oder schreiben Sie, dass es noch dauert.",
    ),
    Stage.IN_TIME: ("Barriere ist gemeldet", "Barrieren sind gemeldet", "Antworten Sie bis {due}."),
}


def now(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    """The alerts on open reports and on the yearly review; one query."""
    opened: dict[Stage, list[BarrierReport]] = defaultdict(list)
    for report in BarrierReport.objects.open():
        opened[report.stage(moment)].append(report)
    found = [_of(stage, opened[stage]) for stage in _WORDS if opened[stage]]
    return [*found, *_review(moment, beats)]


def _of(stage: Stage, reports: list[BarrierReport]) -> Alert:
    one, many, more = _WORDS[stage]
    due = timezone.localtime(min(report.due_at for report in reports))
    return Alert(
        counted(len(reports), one, many),
        more.format(due=f"{due:%d.%m.%Y}"),
        ("netzwerk.view_barrierreport",),
        f"{reverse('admin:netzwerk_barrierreport_changelist')}?stand={stage}",
        "Antworten",
        number=len(reports),
        urgency=Urgency.WEEK if stage == Stage.IN_TIME else Urgency.NOW,
    )


def _review(moment: datetime, beats: dict[str, datetime]) -> list[Alert]:
    last = statement.last_review(beats)
    if last is None or moment - last < statement.REMIND_AFTER:
        return []
    late = moment - last >= statement.LATEST
    return [
        Alert(
            "Erklärung zur Barrierefreiheit ist "
            + ("länger als ein Jahr nicht überprüft" if late else "bald ein Jahr alt"),
            "Lesen Sie, ob sie noch stimmt, und setzen Sie den Haken „heute überprüft“.",
            ("flatpages.change_flatpage",),
            f"{reverse('admin:flatpages_flatpage_changelist')}?url={statement.URL}",
            "Überprüfen",
            urgency=Urgency.NOW if late else Urgency.WEEK,
        )
    ]
