"""The doors of the desk: where an account goes from "Heute" and from the head of every page."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q
from django.urls import reverse

from events.models import Event
from kit import plots
from netzwerk.alert import Alert
from netzwerk.models import PublishedReport
from netzwerk.report.spans import Span
from netzwerk.today import mail_alerts
from netzwerk.today.figures import Figures


@dataclass(frozen=True)
class Door:
    """`is_open`: the page that is shown lies behind it; `has` says in a few words what else does."""

    name: str
    icon: str
    url: str
    is_open: bool
    has: str = ""


# Name, icon, the page that it opens, where the paths behind it begin, and the permission it takes.
_DOORS = [
    ("Menschen", "person", "admin:members_member_changelist", "members/member/", "members.view_member"),
    ("Treffen", "termine", "admin:events_event_changelist", "events/", "events.change_event"),
    ("Wegweiser", "wegweiser", "admin:wegweiser_offer_changelist", "wegweiser/", "wegweiser.view_offer"),
    ("Post", "mail", "admin:members_newsletter_changelist", "members/newsletter/", "members.change_newsletter"),
]
# For accounts without all of these; the others find it behind "Alles".
_REPORT = ("Zwischenbilanz", "info", "report:index", "bericht/", "netzwerk.view_publishedreport")


def of(user: User | AnonymousUser, here: str) -> list[Door]:
    """Those that open for this account, on the page with the path `here`. No query but that for its permissions."""
    desk = reverse("admin:index")
    opening = [door for door in _DOORS if user.has_perm(door[-1])]
    if len(opening) < len(_DOORS) and user.has_perm(_REPORT[-1]):
        opening.append(_REPORT)
    return [Door(name, icon, reverse(page), here.startswith(f"{desk}{path}")) for name, icon, page, path, _ in opening]


def with_words(doors: list[Door], figures: Figures, alerts: list[Alert]) -> list[Door]:
    """The same doors, each with what is behind it. At most one query for each, besides those of the figures."""
    said = {"Menschen": _people, "Treffen": _events, "Wegweiser": _offers, "Zwischenbilanz": _reports}
    return [replace(door, has=said[door.name](figures) if door.name in said else _post(alerts)) for door in doors]


def _people(figures: Figures) -> str:
    return f"{plots.number(figures.members)} auf der Liste"


def _events(figures: Figures) -> str:
    ahead = Event.objects.filter(ends_at__gt=figures.moment).exclude(state=Event.State.CANCELLED)
    counts = ahead.aggregate(
        public=Count("pk", filter=Q(state=Event.State.PUBLISHED)), drafts=Count("pk", filter=Q(state=Event.State.DRAFT))
    )
    said = {0: "Keins steht bevor", 1: "1 steht bevor"}.get(counts["public"], f"{counts['public']} stehen bevor")
    drafts = {0: "", 1: ", 1 Entwurf"}.get(counts["drafts"], f", {counts['drafts']} Entwürfe")
    return said + drafts


def _offers(figures: Figures) -> str:
    share = figures.share
    if not share.offers:
        return "Noch kein Angebot"
    offers = "1 Angebot" if share.offers == 1 else f"{plots.number(share.offers)} Angebote"
    return f"{offers}, {share.percent}\u00a0% geprüft"


def _reports(figures: Figures) -> str:
    last = PublishedReport.objects.order_by("-ends_on", "begins_on").first()
    return f"Die neueste: {Span(last.begins_on, last.ends_on).label}" if last else "Noch nichts veröffentlicht"


def _post(alerts: list[Alert]) -> str:
    lost = mail_alerts.lost(alerts)
    return f"{plots.number(lost)} nicht angekommen" if lost else "Alles angekommen"
