"""What waits for the officers about mail: nothing gets out, came back, or is held."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from events.models import Event, EventMail
from mailings import limits, strangers
from mailings.desk import failures
from mailings.models import BounceGroup, Delivery, Mailing, RelayStatus
from mailings.returns import bounce_groups
from members.models import Newsletter
from netzwerk import held_mail
from netzwerk.alert import Alert, Urgency, counted
from netzwerk.backups import todo as backups_todo

_MOST = 10
_LOST = "nicht-angekommen"
POST = ("mailings.view_delivery",)
_HELD = Count("mailing__deliveries", filter=Q(mailing__deliveries__state=Delivery.State.HELD))
_HELD_OF_EVENT = Count("mailings__deliveries", filter=Q(mailings__deliveries__state=Delivery.State.HELD))


def now(moment: datetime, relay: RelayStatus | None) -> list[Alert]:
    """The alerts on mail; nine queries."""
    held = backups_todo.is_held(relay)  # after a restore all mail waits, and another row says so
    return [
        *([] if held else [*_relay(relay), *_late(moment)]),
        *_bounces(),
        *_failed(moment, relay),
        *_stuck(moment),
        *_held(moment),
        *_halted(moment),
    ]


def _relay(relay: RelayStatus | None) -> list[Alert]:
    found = []
    if relay and relay.down_since:
        found.append(
            _outage(
                f"Seit {_since(relay.down_since)} geht keine Mail hinaus",
                f"Der Mailserver sagt: „{relay.answer}“. Nichts ist verloren; es geht weiter, sobald er wieder annimmt."
                " Bleibt das so, rufen Sie Ihre IT an.",
            )
        )
    if relay and relay.unrecorded_since:
        found.append(
            _outage(
                f"Seit {_since(relay.unrecorded_since)} lässt sich nicht festhalten, welche Mails hinausgehen",
                "Damit niemand dieselbe Mail mehrmals bekommt, geht jetzt fast nichts mehr hinaus. "
                "Bitte rufen Sie Ihre IT an: Die Datenbank nimmt etwas nicht an (Protokoll von deliver_mail).",
            )
        )
    return found


def _outage(what: str, more: str) -> Alert:
    return Alert(what, more, POST, number=None, icon="mail", urgency=Urgency.NOW, failed=True)


def _since(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m., %H:%M} Uhr"


def _late(moment: datetime) -> list[Alert]:
    late = Delivery.objects.late(moment).count()
    what = counted(late, "Mail wartet", "Mails warten") + " länger als eine Viertelstunde"
    more = "Läuft der Mailversand (deliver_mail)? Ihre IT kann nachsehen."
    return [Alert(what, more, POST, _deliveries("spaet"), number=late, urgency=Urgency.NOW)] if late else []


def _failed(moment: datetime, relay: RelayStatus | None) -> list[Alert]:
    failed = Delivery.objects.not_arrived(failures.new_since(relay, moment)).count()
    found = Alert(
        counted(failed, "Mail ist nicht angekommen", "Mails sind nicht angekommen"),
        "In den letzten zwei Wochen. Warum, steht dabei. Dort haken Sie auch ab.",
        POST,
        _deliveries(_LOST),
        number=failed,
        urgency=Urgency.NOW,
        failed=True,
    )
    return [found] if failed else []


def lost(alerts: list[Alert]) -> int:
    """How many mails have not arrived, as these alerts say."""
    return sum(alert.number or 0 for alert in alerts if alert.url == _deliveries(_LOST))


def _deliveries(which: str) -> str:
    """The list of exactly the copies that the alert speaks of (mailings.admin.NeedsAttention)."""
    return f"{reverse('admin:mailings_delivery_changelist')}?heute={which}"


def _bounces() -> list[Alert]:
    """A domain that suddenly refuses many: nobody is suppressed until an officer has decided."""
    held = bounce_groups.counted(BounceGroup.objects.filter(state=BounceGroup.State.HELD)).order_by("pk")
    return [_bounce(group) for group in held]


def _bounce(group: Any) -> Alert:
    said = f"Der Mailserver dort sagt: „{group.words}“. " if group.words else ""
    _number, _space, what = bounce_groups.headline(group).partition(" ")
    return Alert(
        what,
        f"{said}Sehen Sie nach, ob es an uns lag.",
        ("mailings.change_bouncegroup",),
        reverse("admin:mailings_bounces", args=[group.pk]),
        "Entscheiden",
        number=group.mails,
        urgency=Urgency.NOW,
        failed=True,
    )


def _held(moment: datetime) -> list[Alert]:
    """One for each kind of request whose queue of strangers is not empty; always two queries."""
    numbers, held = strangers.number_waiting(moment), limits.held_until(held_mail.KINDS, moment)
    return [_queue(kind, numbers.get(kind, 0), held[kind]) for kind in held_mail.KINDS if kind in held]


def _queue(kind: str, number: int, until: datetime) -> Alert:
    return Alert(
        f"{counted(number, 'Mail wartet', 'Mails warten')}: ungewöhnlich viele Anfragen ({held_mail.KINDS[kind]})",
        f"Bis {_since(until)} sind alle verschickt. Es warten nur Mails an neue Adressen.",
        held_mail.NEEDS,
        reverse("discard_held", args=[kind]),
        number=number,
    )


def _stuck(moment: datetime) -> list[Alert]:
    """Planned mails of officers whose time has come and that did not go out. Two queries."""
    newsletters = Newsletter.objects.stuck(moment)[:_MOST]
    mails = EventMail.objects.stuck(moment)[:_MOST]
    return [
        *(_not_sent("Rundmail", "newsletter_preview", found, found.pk) for found in newsletters),
        *(_not_sent("Mail an Familien", "event_mail_preview", found, found.event_id, found.pk) for found in mails),
    ]


_PLANNED = {
    "newsletter_preview": ("members.view_member", "members.change_newsletter"),
    "event_mail_preview": ("members.view_member", "events.change_event", "events.view_reply"),
}


def _not_sent(what: str, page: str, found: Newsletter | EventMail, *keys: int) -> Alert:
    late = "Läuft der Mailversand (deliver_mail)? Ihre IT kann nachsehen."
    nobody = "Als es so weit war, hätte niemand sie bekommen. Ändern Sie die Auswahl."
    return Alert(
        f"{what} ist noch nicht unterwegs" if found.send_at else f"{what} ging nicht hinaus",
        f"„{found.subject}“: {late if found.send_at else nobody}",
        _PLANNED[page],
        reverse(f"admin:{page}", args=keys),
        "Nachsehen",
        urgency=Urgency.NOW,
        failed=True,
    )


def _halted(moment: datetime) -> list[Alert]:
    """Runs that an officer has held and nobody has resumed; of events only while they are ahead. An officer's own
    words, such as thanks, are also told afterwards. Two queries.
    """
    halted = Newsletter.objects.filter(mailing__halt=Mailing.Halt.HELD).annotate(held=_HELD).filter(held__gt=0)
    own_words = EventMail.objects.exclude(mailing=None).values("mailing")
    is_of_use = Q(ends_at__gt=moment) | Q(mailings__in=own_words)
    events = Event.objects.filter(is_of_use, mailings__halt=Mailing.Halt.HELD)
    runs = events.annotate(held=_HELD_OF_EVENT).filter(held__gt=0).values_list("title", "held", "pk", "mailings")
    return [
        *(_halt("newsletter_progress", *row) for row in halted.order_by("pk").values_list("subject", "held", "pk")),
        *(_halt("event_run", *row) for row in runs.order_by("begins_at", "mailings")),
    ]


_HALTED = {
    "newsletter_progress": ("Rundmail ist angehalten", ("members.change_newsletter",)),
    "event_run": ("Mail zu einem Treffen ist angehalten", ("events.change_event", "members.view_member")),
}


def _halt(page: str, title: str, held: int, *keys: int) -> Alert:
    what, needs = _HALTED[page]
    more = f"„{title}“: {counted(held, 'Eine Mail wartet', f'{held} Mails warten')} darauf, dass es weitergeht."
    return Alert(what, more, needs, reverse(f"admin:{page}", args=keys), "Nachsehen")
