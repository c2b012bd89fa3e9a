"""The list "Heute": what waits for the officers, in their words, urgent alerts first."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils import timezone

from events import door
from events import todo as events_todo
from events.todo import What
from events.wording import in_days
from mailings import limits, strangers
from mailings.models import RECENT, BounceGroup, Delivery, RelayStatus
from mailings.returns import bounce_groups
from members.models import Member
from netzwerk import held_mail, own_alerts
from netzwerk.alert import Alert
from netzwerk.barriers import todo as barriers_todo
from netzwerk.groups import todo as groups_todo
from netzwerk.health import UPKEEP_OLD
from netzwerk.models import Heartbeat
from netzwerk.pages import texts
from wegweiser import todo

OFFICER = ("members.view_member",)
POST = ("mailings.view_delivery",)
PROXY_RECENT = timedelta(days=1)
# People whom officers have entered and who have not answered; and the list of exactly these.
UNANSWERED = {"state": Member.State.PENDING, "origin__in": [Member.Origin.IMPORT, Member.Origin.OFFICER]}
UNANSWERED_LIST = f"?state__exact={Member.State.PENDING}&origin__in={Member.Origin.IMPORT},{Member.Origin.OFFICER}"


def of(user: User | AnonymousUser) -> list[Alert]:
    """The alerts that `user` has the permissions to act on, and what concerns the own account."""
    common = (alert for alert in now() if user.has_perms(alert.needs))
    return [*own_alerts.reset(user), *common, *own_alerts.codes(user)]


def now() -> list[Alert]:
    """All alerts; at most sixteen queries, whatever is found."""
    moment = timezone.now()
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    found = [
        *_relay(),
        _late(moment),
        _upkeep(moment, beats),
        _proxy(moment, beats),
        *_held(moment),
        *_bounces(),
        *_events(moment),
        _failed(moment),
        *_offers(moment),
        *barriers_todo.now(moment, beats),
        *_people(moment),
        *groups_todo.now(),
        _gaps(),
    ]
    return sorted((alert for alert in found if alert), key=lambda alert: not alert.urgent)


def _events(moment: datetime) -> list[Alert]:
    return [_event(found) for found in events_todo.now(moment)]


def _event(found: events_todo.Todo) -> Alert:
    event, name, when = found.event, f"„{found.event.title}“", in_days(found.days)
    # An account that only keeps the door can enter it for so long.
    keeper = "events.keep_door" if found.days >= -door.DAYS_AROUND else "events.change_event"
    what, more, page, *needs = {
        What.NO_PLACE: (
            f"{name} ist {when}, und es steht kein Ort da", "Tragen Sie Ort oder Link ein.",
            "overview", "events.change_event",
        ),
        What.DRAFT: (
            f"{name} ist {when} und noch ein Entwurf", "Veröffentlichen und einladen.",
            "overview", "events.change_event",
        ),
        What.PLACE_WAITS: (
            f"{name} ist {when}: Familien warten auf Ihr Ja zum Ort", "Sehen Sie nach, wer ohne Einladung kommt.",
            "places", "events.view_reply", "events.change_reply",
        ),
        What.NOBODY_ASKED: (
            f"Zu {name} {when} ist noch niemand eingeladen", "Zum Einladen.",
            "choose", "events.change_event", "members.view_member",
        ),
        What.FAMILIES_WAIT: (
            f"{name} ist {when}: Plätze sind frei, und Familien warten",
            "Nach dem Antwortschluss rückt niemand von selbst nach.",
            "line", "events.view_reply", "events.change_reply",
        ),
        What.TODAY: (
            f"{name} ist heute um {timezone.localtime(event.begins_at):%H:%M} Uhr", "Zur Liste für die Tür.",
            "door", "events.keep_door",
        ),
        What.WHO_CAME: (
            f"{name} ist vorbei: Wie viele kamen?", "Tragen Sie zwei Zahlen ein.",
            "overview", keeper,
        ),
    }[found.what]  # fmt: skip
    url = reverse(f"admin:event_{page}", args=[event.pk])
    return Alert(what, more, ("events.view_event", *needs), url, urgent=found.what == What.NO_PLACE)


def _offers(moment: datetime) -> list[Alert]:
    waiting = todo.now(moment)
    found = [
        (
            waiting.reports, "Eine Meldung zum Wegweiser wartet", "Meldungen zum Wegweiser warten",
            "Ansehen und veröffentlichen.", "submission", "?state__exact=waiting",
        ),
        (
            waiting.hints, "Ein Hinweis auf eine falsche Angabe", "Hinweise auf falsche Angaben",
            "Nachsehen, berichtigen, abhaken.", "hint", "?stand=offen",
        ),
        (
            waiting.offers, "Ein Angebot ist zu prüfen", "Angebote sind zu prüfen",
            "Per Mail antwortet niemand: bitte anrufen.", "offer", "?pruefen=amt",
        ),
    ]  # fmt: skip
    return [
        Alert(
            f"{number} {many}" if number > 1 else one,
            more,
            (f"wegweiser.view_{model}",),
            reverse(f"admin:wegweiser_{model}_changelist") + query,
        )
        for number, one, many, more, model, query in found
        if number
    ]


def _people(moment: datetime) -> list[Alert]:
    """Newcomers without an invitation to the next event, and people whom we have asked without an answer."""
    found = []
    if newcomers := events_todo.newcomers(moment):
        has = "Ein neues Mitglied hat" if newcomers.new == 1 else f"{newcomers.new} Neue haben"
        missing = "Eine Person" if newcomers.missing == 1 else f"Zusammen {newcomers.missing} Menschen"
        found.append(
            Alert(
                f"{has} noch keine Einladung zu „{newcomers.event.title}“",
                f"{missing} auf der Liste {'ist' if newcomers.missing == 1 else 'sind'} dazu nicht eingeladen.",
                ("events.change_event", "members.view_member"),
                reverse("admin:event_choose", args=[newcomers.event.pk]),
            )
        )
    if unanswered := Member.objects.filter(**UNANSWERED).count():
        has = "Eine Person hat" if unanswered == 1 else f"{unanswered} Menschen haben"
        found.append(
            Alert(
                f"{has} noch nicht bestätigt",
                "Sie haben sie eingetragen, unsere Mail ist da. Ohne Antwort löschen wir sie nach sieben Tagen.",
                OFFICER,
                reverse("admin:members_member_changelist") + UNANSWERED_LIST,
            )
        )
    return found


def _gaps() -> Alert | None:
    """Marks in texts that the law asks for, which officers have to replace."""
    pages = texts.with_gaps().count()
    if not pages:
        return None
    return Alert(
        "In einem Text der Seiten steht noch „Bitte ergänzen“"
        if pages == 1
        else f"In {pages} Texten der Seiten steht noch „Bitte ergänzen“",
        "Die Stellen leuchten auf der Seite gelb.",
        ("flatpages.change_flatpage",),
        reverse("admin:flatpages_flatpage_changelist") + "?luecken=ja",
    )


def _relay() -> list[Alert]:
    relay = RelayStatus.objects.first()
    found = []
    if relay and relay.down_since:
        found.append(
            Alert(
                f"Seit {_since(relay.down_since)} geht keine Mail hinaus",
                f"Der Mailserver sagt: „{relay.answer}“. Nichts ist verloren; es geht weiter, sobald er wieder annimmt."
                " Bleibt das so, rufen Sie Ihre IT an.",
                POST,
                urgent=True,
            )
        )
    if relay and relay.unrecorded_since:
        found.append(
            Alert(
                f"Seit {_since(relay.unrecorded_since)} lässt sich nicht festhalten, welche Mails hinausgehen",
                "Damit niemand dieselbe Mail mehrmals bekommt, geht jetzt fast nichts mehr hinaus. "
                "Bitte rufen Sie Ihre IT an: Die Datenbank nimmt etwas nicht an (Protokoll von deliver_mail).",
                POST,
                urgent=True,
            )
        )
    return found


def _since(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m., %H:%M} Uhr"


def _late(moment: datetime) -> Alert | None:
    if not Delivery.objects.late(moment).exists():
        return None
    return Alert(
        "Mails warten länger als eine Viertelstunde",
        "Läuft der Mailversand (deliver_mail)? Ihre IT kann nachsehen.",
        POST,
        _deliveries("spaet"),
        urgent=True,
    )


def _upkeep(moment: datetime, beats: dict[str, datetime]) -> Alert | None:
    last = max(
        (beats[name] for name in (Heartbeat.Name.DAILY, Heartbeat.Name.INSTALLED) if name in beats), default=None
    )
    if last is None or moment - last <= UPKEEP_OLD:
        return None
    return Alert(
        "Die tägliche Arbeit ist ausgefallen", "Ihre IT muss „manage.py daily“ wieder einrichten.", OFFICER, urgent=True
    )


def _proxy(moment: datetime, beats: dict[str, datetime]) -> Alert | None:
    last = beats.get(Heartbeat.Name.PROXY)
    if last is None or moment - last > PROXY_RECENT:
        return None
    return Alert(
        "Der Proxy sagt nicht, von wem eine Anfrage kommt",
        "Für das Portal sind dann alle eine Person, und schon wenige Anmeldungen sind zu viele. "
        "Bitten Sie Ihre IT, X-Forwarded-For und PROXY_COUNT zu prüfen.",
        OFFICER,
        urgent=True,
    )


def _held(moment: datetime) -> list[Alert]:
    """One for each kind of request whose queue of strangers is not empty; always two queries."""
    numbers, held = strangers.number_waiting(moment), limits.held_until(held_mail.KINDS, moment)
    return [
        Alert(
            f"Ungewöhnlich viele Anfragen: {held_mail.KINDS[kind]}",
            f"{held_mail.mails(number)} an neue Adressen {'wartet' if number == 1 else 'warten'}, "
            f"bis {timezone.localtime(until):%d.%m., %H:%M} Uhr. Post an alle, die wir kennen, geht sofort hinaus. "
            "Die wartenden können Sie verwerfen.",
            held_mail.NEEDS,
            reverse("discard_held", args=[kind]),
        )
        for kind, until in held.items()
        for number in [numbers.get(kind, 0)]
    ]


def _bounces() -> list[Alert]:
    """A domain that suddenly refuses many: nobody is suppressed until an officer has decided."""
    held = bounce_groups.counted(BounceGroup.objects.filter(state=BounceGroup.State.HELD)).order_by("pk")
    return [_bounce(group) for group in held]


def _bounce(group: Any) -> Alert:
    said = f"Der Mailserver dort sagt: „{group.words}“. " if group.words else ""
    url = reverse("admin:mailings_bounces", args=[group.pk])
    needs = ("mailings.change_bouncegroup",)
    return Alert(bounce_groups.headline(group), f"{said}Sehen Sie nach, ob es an uns lag.", needs, url, urgent=True)


def _failed(moment: datetime) -> Alert | None:
    failed = Delivery.objects.not_arrived(moment - RECENT).count()
    if not failed:
        return None
    what = "Eine Mail ist nicht angekommen" if failed == 1 else f"{failed} Mails sind nicht angekommen"
    return Alert(what, "in den letzten zwei Wochen", POST, _deliveries("nicht-angekommen"))


def _deliveries(which: str) -> str:
    """The list of exactly the copies that the alert speaks of (mailings.admin.NeedsAttention)."""
    return f"{reverse('admin:mailings_delivery_changelist')}?heute={which}"
