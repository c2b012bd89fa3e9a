"""The alerts of "Heute": what waits for the officers, in their words, the urgent first. Each app brings its own."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils import timezone

from events import todo as events_todo
from mailings.models import RelayStatus
from members.models import Member
from netzwerk import own_alerts
from netzwerk.alert import Alert, Urgency, counted
from netzwerk.backups import todo as backups_todo
from netzwerk.barriers import todo as barriers_todo
from netzwerk.groups import todo as groups_todo
from netzwerk.models import Heartbeat
from netzwerk.pages import texts
from netzwerk.today import event_alerts, mail_alerts, site_alerts
from wegweiser import todo

OFFICER = ("members.view_member",)
# People whom officers have entered and who have not answered; and the list of exactly these.
UNANSWERED = {"state": Member.State.PENDING, "origin__in": [Member.Origin.IMPORT, Member.Origin.OFFICER]}
UNANSWERED_LIST = f"?state__exact={Member.State.PENDING}&origin__in={Member.Origin.IMPORT},{Member.Origin.OFFICER}"


def of(user: User | AnonymousUser) -> list[Alert]:
    """The alerts that `user` has the permissions to act on, and those about their own account."""
    common = (alert for alert in now() if user.has_perms(alert.needs))
    own = [*own_alerts.unsaved(user), *own_alerts.codes(user)]
    return in_order([*own_alerts.reset(user), *common, *own])


def now() -> list[Alert]:
    """All alerts; at most sixteen queries, whatever is found."""
    moment = timezone.now()
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    relay = RelayStatus.objects.first()
    return in_order(
        [
            *backups_todo.now(relay, beats),
            *mail_alerts.now(moment, relay),
            *site_alerts.now(moment, beats),
            *event_alerts.now(moment),
            *_offers(moment),
            *barriers_todo.now(moment, beats),
            *groups_todo.now(),
            *_newcomers(moment),
            *_unanswered(),
            *_gaps(),
        ]
    )


def in_order(found: list[Alert]) -> list[Alert]:
    """The urgent first; those of one urgency stay in their order."""
    order = list(Urgency)
    return sorted(found, key=lambda alert: order.index(alert.urgency))


def _offers(moment: datetime) -> list[Alert]:
    waiting = todo.now(moment)
    found = [
        (
            waiting.reports, "Meldung zum Wegweiser wartet", "Meldungen zum Wegweiser warten",
            "Lesen, berichtigen, veröffentlichen.", "Prüfen", "submission", "?state__exact=waiting", Urgency.WEEK,
        ),
        (
            waiting.hints, "Hinweis auf eine falsche Angabe", "Hinweise auf falsche Angaben",
            "Nachsehen, berichtigen, abhaken.", "Nachsehen", "hint", "?stand=offen", Urgency.WEEK,
        ),
        (
            waiting.offers, "Angebot ist zu prüfen", "Angebote sind zu prüfen",
            "Per Mail antwortet niemand. Die Telefonnummern stehen dabei.", "Anrufen", "offer", "?pruefen=amt",
            Urgency.LATER,
        ),
    ]  # fmt: skip
    return [
        Alert(
            counted(number, one, many),
            more,
            (f"wegweiser.view_{model}",),
            reverse(f"admin:wegweiser_{model}_changelist") + query,
            action,
            number=number,
            urgency=urgency,
        )
        for number, one, many, more, action, model, query, urgency in found
        if number
    ]


def _newcomers(moment: datetime) -> list[Alert]:
    """The next event was announced, and people have joined since. The number is that of all who can be invited."""
    newcomers = events_todo.newcomers(moment)
    if not newcomers:
        return []
    since = "ist eine Person neu" if newcomers.new == 1 else f"sind {newcomers.new} Menschen neu"
    return [
        Alert(
            counted(newcomers.missing, "Person hat", "Menschen haben") + " noch keine Einladung",
            f"Seit der letzten Einladung zu „{newcomers.event.title}“ {since} auf der Liste.",
            ("events.change_event", "members.view_member"),
            reverse("admin:event_choose", args=[newcomers.event.pk]),
            "Einladen",
            number=newcomers.missing,
        )
    ]


def _unanswered() -> list[Alert]:
    unanswered = Member.objects.filter(**UNANSWERED).count()
    found = Alert(
        counted(unanswered, "Person hat", "Menschen haben") + " noch nicht bestätigt",
        "Sie haben sie eingetragen, und unsere Mail ist angekommen. Ohne Antwort löschen wir sie nach sieben Tagen.",
        OFFICER,
        reverse("admin:members_member_changelist") + UNANSWERED_LIST,
        number=unanswered,
        urgency=Urgency.LATER,
    )
    return [found] if unanswered else []


def _gaps() -> list[Alert]:
    """Marks in texts that the law asks for, which officers have to replace."""
    pages = texts.with_gaps().count()
    found = Alert(
        counted(pages, "Text hat", "Texte haben") + " noch Lücken",
        "Dort steht „Bitte ergänzen“. Auf der Seite leuchten die Stellen gelb.",
        ("flatpages.change_flatpage",),
        reverse("admin:flatpages_flatpage_changelist") + "?luecken=ja",
        "Ausfüllen",
        number=pages,
        urgency=Urgency.LATER,
    )
    return [found] if pages else []
