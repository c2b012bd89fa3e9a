"""What `mailings` holds about a person: why, on which basis, how long; and how it is exported, erased and forgotten.

Every app has a module of this form. `netzwerk.privacy.register` lists them all; a field that none of them names fails
the tests.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mailings import limits
from mailings.models import (
    Address,
    BounceGroup,
    ConnectionSlot,
    Delivery,
    Feedback,
    Flyer,
    Mailing,
    RateHit,
    Receipt,
    RelayStatus,
    Suppression,
)
from mailings.returns import bounce_groups
from mailings.sending import run_control

CONSENT = "Art. 6 Abs. 1 Buchst. a DSGVO (Einwilligung)"
DUTY = "Art. 6 Abs. 1 Buchst. e DSGVO, § 3 DSG NRW (öffentliche Aufgabe)"


@dataclass(frozen=True)
class Use:
    """Why a field is held: `what` and `purpose` are German text, then the legal basis and the period."""

    what: str
    purpose: str
    basis: str
    period: str


NOT_PERSONAL = None

_ADDRESS = Use(
    "E-Mail-Adresse und ihr Stand (Pause, unzustellbar)",
    "Ihnen zu schreiben, und nur, solange Sie es möchten",
    CONSENT,
    "bis Sie sich abmelden; danach nur noch im Nachweis Ihrer Einwilligung",
)
_COPY = Use(
    "Anrede und Links in Ihren Mails",
    "die Mail schreiben und einen zweiten Versuch machen zu können",
    CONSENT,
    f"{settings.MAIL_TEXT_DAYS} Tage",
)
_FATE = Use(
    "welche Mail wann an Sie ging und ob sie ankam",
    "Fehler finden und Fragen beantworten",
    CONSENT,
    f"{settings.DELIVERY_DAYS} Tage",
)
_SUPPRESSED = Use(
    "ein unlesbarer Schlüssel Ihrer Adresse",
    "Ihnen nie wieder zu schreiben, wenn Sie das verlangt haben oder Ihr Postfach uns ablehnt",
    DUTY,
    "bis Sie sich selbst neu anmelden",
)
_COUNTED = Use(
    "unlesbare Schlüssel von Adresse und Netzanschluss einer Anfrage",
    "zu verhindern, dass jemand fremde Postfächer mit unseren Mails füllt",
    DUTY,
    "24 Stunden",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    Address: {
        "id": NOT_PERSONAL,
        "email": _ADDRESS,
        "list_mail": _ADDRESS,
        "discreet": _ADDRESS,
        "paused_until": _ADDRESS,
        "bounced_at": _ADDRESS,
        "bounce_lifted_at": _ADDRESS,
        "complained_at": _ADDRESS,
        "nonce": NOT_PERSONAL,
        "created_at": _ADDRESS,
    },
    Suppression: {"id": NOT_PERSONAL, "key": _SUPPRESSED, "reason": _SUPPRESSED, "since": _SUPPRESSED},
    RateHit: {"id": NOT_PERSONAL, "key": _COUNTED, "at": _COUNTED},
    Mailing: {
        **dict.fromkeys(["id", "kind", "template", "subject", "source", "text", "html", "calendar"], NOT_PERSONAL),
        **dict.fromkeys(["main_link", "automatic", "halt", "request", "counts", "created_at"], NOT_PERSONAL),
        "list_key": NOT_PERSONAL,
    },
    # Shown to anybody with the link until the day that an officer names, then deleted.
    Flyer: dict.fromkeys(["id", "pdf", "pages", "size", "shown_until", "nonce", "added_at"], NOT_PERSONAL),
    Delivery: {
        **dict.fromkeys(["id", "priority", "nonce", "attempts", "crashes", "lease", "leased_until"], NOT_PERSONAL),
        **dict.fromkeys(["values", "links"], _COPY),
        **dict.fromkeys(["mailing", "address", "state", "reason", "answer", "message_key"], _FATE),
        **dict.fromkeys(["queued_at", "due_at", "finished_at", "provider_id", "led_to_leaving"], _FATE),
    },
    Receipt: dict.fromkeys(["delivery_id", "at", "provider_id"], _FATE),
    RelayStatus: dict.fromkeys(
        ["id", "next_at", "down_since", "retry_at", "answer", "unrecorded_since", "failures_seen_at"], NOT_PERSONAL
    ),
    ConnectionSlot: dict.fromkeys(["number", "lease", "leased_until"], NOT_PERSONAL),
    Feedback: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(["event", "kind", "address", "delivery", "at", "words", "group"], _FATE),
    },
    BounceGroup: {
        **dict.fromkeys(["id", "state", "copies"], NOT_PERSONAL),
        **dict.fromkeys(["mailing", "day", "domain"], _FATE),
    },
}


def export(address: Address) -> dict[str, Any]:
    """Everything held here about the address, under German headings, ready for JSON and for a page."""
    deliveries = address.deliveries.select_related("mailing").order_by("queued_at")
    return {
        "Adresse": {
            "E-Mail-Adresse": address.email,
            "bekommt Rundmails und Einladungen": address.list_mail,
            "andere können das Postfach lesen": address.discreet,
            "pausiert bis": address.paused_until,
            "unzustellbar seit": address.bounced_at,
            "wieder versucht seit": address.bounce_lifted_at,
            "als unerwünscht gemeldet": address.complained_at,
            "gespeichert seit": address.created_at,
        },
        "Mails an Sie": [
            {
                "Betreff": delivery.mailing.subject,
                "geschrieben": delivery.queued_at,
                "Stand": delivery.get_state_display(),
                "erledigt": delivery.finished_at,
                "Grund": delivery.get_reason_display(),
                "Antwort des Mailservers": delivery.answer,
                "eingesetzt": delivery.values,
            }
            for delivery in deliveries
        ],
        "Was zurückkam": [
            {
                "Art": feedback.get_kind_display(),
                "Zeit": feedback.at,
                "Antwort des Mailservers": feedback.words,
            }
            for feedback in address.feedback.order_by("at")
        ],
    }


def in_words(table: dict[str, Any]) -> list[tuple[str, str]]:
    """A table of an export, or a part of one, in German words for a page; empty values are left out."""
    return [(name, _words(value)) for name, value in table.items() if value not in ("", None, [], {})]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d.%m.%Y, %H:%M} Uhr"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(map(str, value.values()))
    return str(value)


def erase(address: Address) -> None:
    """Deletes the address and cancels what still waits. Its deliveries stay, without naming anybody."""
    now = timezone.now()
    deliveries = Delivery.objects.filter(address=address)
    deliveries.open().cancel(Delivery.Reason.ERASED, now)
    deliveries.update(address=None, values={}, links={}, answer="", provider_id="")
    theirs = Feedback.objects.filter(address=address)
    groups = list(theirs.exclude(group=None).values_list("group", flat=True))
    theirs.update(address=None, group=None, words="")
    bounce_groups.drop_empty(groups)
    address.delete()


def expire(now: datetime) -> None:
    """Forgets texts after 14 days and deliveries after 90; counts against abuse after one day."""
    limits.forget(now)
    old = Delivery.objects.filter(finished_at__lt=now - timedelta(days=settings.MAIL_TEXT_DAYS))
    old.exclude(values={}, links={}).update(values={}, links={})
    end = now - timedelta(days=settings.DELIVERY_DAYS)
    Feedback.objects.filter(Q(at__lt=end) | Q(delivery__finished_at__lt=end)).delete()
    with transaction.atomic():
        bounce_groups.drop_empty()
    run_control.freeze_counts(end)
    Delivery.objects.filter(finished_at__lt=end).delete()
    Receipt.objects.filter(at__lt=end).delete()
    personal = Mailing.objects.exclude(kind=Mailing.Kind.LIST)
    personal.filter(created_at__lt=end, deliveries=None).delete()
    personal.filter(created_at__lt=now - timedelta(days=settings.MAIL_TEXT_DAYS)).exclude(text="").exclude(
        deliveries__state__in=Delivery.OPEN
    ).update(source="", text="", html="", calendar="")
