"""A few figures on "Heute", each with a small plot: members, who came, and how fresh the Wegweiser is.

They are counts of everybody, never of somebody. An account sees those of the parts that it works with.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString

from events.models import Event
from kit import months, plots
from kit.plots import Chart, Series
from kit.tallies import What
from members.models import Member
from netzwerk.models import Tally
from wegweiser.models import Offer

MONTHS, EVENTS = 12, 4


@dataclass(frozen=True)
class Figure:
    """`number` stands large, `said` explains it and the plot."""

    number: str
    said: str
    plot: SafeString


@dataclass(frozen=True)
class Share:
    """How many offers are public, and how many of them somebody has checked within the last year."""

    offers: int
    checked: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all."""
        return 100 * self.checked // self.offers if self.offers else 0


class Figures:
    """Each figure is counted once, by one or two queries, and only if the account may see it."""

    def __init__(self, user: User | AnonymousUser, moment: datetime) -> None:
        self.user, self.moment, self.today = user, moment, timezone.localdate(moment)

    def shown(self) -> list[Figure]:
        may = self.user.has_perm
        found = [
            self._members() if may("members.view_member") else None,
            self._came() if may("events.change_event") else None,
            self._checked() if may("wegweiser.view_offer") and self.share.offers else None,
        ]
        return [figure for figure in found if figure]

    @cached_property
    def members(self) -> int:
        return Member.objects.active().count()

    @cached_property
    def share(self) -> Share:
        checked = Q(pk__in=Offer.objects.fresh(self.today))
        return Share(**Offer.objects.published().aggregate(offers=Count("pk"), checked=Count("pk", filter=checked)))

    def _members(self) -> Figure:
        first = months.before(self.today.replace(day=1), MONTHS - 1)
        moves = Tally.objects.filter(on__gte=first, what__in=(What.JOINED, What.LEFT, What.RETURNED)).order_by()
        rows = moves.annotate(month=TruncMonth("on")).values("what", "month")
        found = {(row["what"], row["month"]): row["sum"] for row in rows.annotate(sum=Sum("number"))}
        all_months = [months.after(first, number) for number in range(MONTHS)]
        new = [found.get((What.JOINED.value, month), 0) for month in all_months]
        left = sum(_sign(what) * number for (what, _month), number in found.items())
        chart = Chart(
            "Neue Mitglieder je Monat",
            [format_date(month, "F Y") for month in all_months],
            [Series(new)],
            [_short(month) for month in all_months],
            format_date(self.today, "F Y"),
        )
        stand = "Mensch steht" if self.members == 1 else "Menschen stehen"
        year = f"In zwölf Monaten: {sum(new)} neu dabei, {max(left, 0)} gegangen"
        said = f"{stand} auf der Liste. {year}. Neue je Monat:"
        return Figure(plots.number(self.members), said, plots.columns(chart))

    def _came(self) -> Figure | None:
        """The last events of which somebody has entered how many came."""
        past = Event.objects.filter(state=Event.State.PUBLISHED, ends_at__lte=self.moment, came_adults__isnull=False)
        events = list(past.order_by("-ends_at", "-pk").only("begins_at", "came_adults", "came_children")[:EVENTS])
        if not events:
            return None
        adults, children = events[0].came_adults or 0, events[0].came_children or 0
        events.reverse()
        days = [timezone.localdate(event.begins_at) for event in events]
        series = [
            Series([event.came_adults for event in events], "Erwachsene"),
            Series([event.came_children for event in events], "Kinder", "child"),
        ]
        labels, short = [format_date(day, "j. F Y") for day in days], [f"{_short(day)} {day:%y}" for day in days]
        said = f"{'kam' if adults + children == 1 else 'kamen'} zum letzten Treffen: {_who(adults, children)}."
        chart = Chart("Erwachsene und Kinder bei den letzten Treffen", labels, series, short)
        return Figure(plots.number(adults + children), f"{said} Kinder stehen oben.", plots.columns(chart))

    def _checked(self) -> Figure:
        chart = Chart("Angebote, die in den letzten zwölf Monaten geprüft sind", [""], [Series([self.share.percent])])
        said = "der Angebote sind in den letzten zwölf Monaten geprüft. Ein Fenster steht für fünf von hundert."
        return Figure(f"{self.share.percent}\u00a0%", said, plots.windows(chart))


def _who(adults: int, children: int) -> str:
    young = {0: "keine Kinder", 1: "ein Kind"}.get(children, f"{children} Kinder")
    return f"{'eine erwachsene Person' if adults == 1 else f'{adults} Erwachsene'} und {young}"


def _sign(what: str) -> int:
    """How a tally counts for "gegangen": somebody who comes back has not gone."""
    return {What.LEFT.value: 1, What.RETURNED.value: -1}.get(what, 0)


def _short(month: date) -> str:
    """The first three letters: "Mär", not "März"."""
    return str(format_date(month, "F"))[:3]
