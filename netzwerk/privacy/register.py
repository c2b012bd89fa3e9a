"""The one list of what the portal holds about people, and what goes through every app: export, erase, expire.

An app joins by adding its `personal_data` module here. A model field that no module names fails the tests (P-07).
"""

from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, NamedTuple

from django.db import transaction

import events.personal_data
import mailings.personal_data
import members.groups.personal_data
import members.personal_data
import netzwerk.barriers.personal_data
import wegweiser.personal_data
from mailings import suppression
from mailings.models import Address, Suppression
from mailings.personal_data import DUTY, NOT_PERSONAL, Use
from members.models import Member
from netzwerk.accounts import colleagues
from netzwerk.models import (
    AccountInvitation,
    AuditEntry,
    AuthenticatorApp,
    CodeSheet,
    CountedSince,
    Erasure,
    FactorReset,
    FormerVersion,
    Heartbeat,
    PrintedCode,
    PublishedReport,
    SecondAddress,
    SpentChallenge,
    SwitchedOff,
    Tally,
    UnsavedText,
)
from netzwerk.models.versions import KEPT_YEARS
from netzwerk.privacy import traces

# From the lowest app up, as the imports go. Erasing goes from the top down: rows that refer to others go first.
APPS: list[ModuleType] = [
    mailings.personal_data,
    wegweiser.personal_data,
    members.personal_data,
    members.groups.personal_data,
    events.personal_data,
    netzwerk.barriers.personal_data,
]

BACKUP_DAYS = 35
TOMBSTONE_DAYS = BACKUP_DAYS + 5
_BATCH = 1000

_TOMBSTONE = Use(
    "ein unlesbarer Schlüssel der gelöschten Adresse und die Zeit der Löschung",
    "Ihre Daten noch einmal zu löschen, falls eine ältere Sicherung eingespielt werden muss",
    DUTY,
    f"{TOMBSTONE_DAYS} Tage",
)
_OFFICERS = Use(
    "Konten der Verwaltung: Name, Passwort (nur als Prüfwert), zweiter Schritt, letzte Anmeldung",
    "die Verwaltung vor Fremden zu schützen",
    DUTY,
    "solange das Konto besteht",
)
_LOG = Use(
    "Protokoll der Verwaltung: welches Konto sich wann angemeldet, was geändert, verschickt oder heruntergeladen hat",
    "zu sehen, wer wann an Daten war, und Missbrauch zu erkennen",
    DUTY,
    "zwei Jahre",
)
_INVITED = Use(
    "Einladungen in die Verwaltung: Name, E-Mail-Adresse, Rollen, von wem",
    "dass sich nur anmelden kann, wer dafür ausgesucht wurde",
    DUTY,
    "bis zur Annahme, höchstens 30 Tage",
)
_OFF = Use(
    "abgeschaltete Konten der Verwaltung: warum, von wem, seit wann",
    "zu sehen, wer sich warum nicht mehr anmelden kann",
    DUTY,
    "solange das Konto abgeschaltet ist",
)
_SECOND = Use(
    "zweite E-Mail-Adresse eines Kontos der Verwaltung",
    "die Verwaltung zu erreichen, wenn die Post im Amt nicht geht",
    DUTY,
    "solange das Konto besteht, oder bis sie entfernt wird",
)
_RESET = Use(
    "Zurücksetzen des zweiten Schritts: wessen, verlangt von wem, wann",
    "dass niemand ohne Wissen der Betroffenen an ein Konto kommt",
    DUTY,
    "bis es erledigt ist, höchstens acht Tage",
)
_FORMER = Use(
    "frühere Fassungen von Texten der Seiten, auch mit Namen, und wer sie geändert hat",
    "nachzusehen, was sich geändert hat, und Fehler zurückzunehmen",
    DUTY,
    f"{KEPT_YEARS} Jahre",
)
_UNSAVED = Use(
    "was in der Verwaltung gerade geschrieben wird und noch nicht gespeichert ist, verschlüsselt",
    "dass kein angefangener Text verloren geht",
    DUTY,
    "bis zum Speichern, höchstens sieben Tage",
)
_FAILED_LOGINS = Use(
    "fehlgeschlagene Anmeldungen an der Verwaltung: Name, Netzadresse, Zeit",
    "das Erraten von Passwörtern zu verhindern",
    DUTY,
    "eine Woche",
)

_DEVICE = ["id", "user", "name", "confirmed", "created_at", "last_used_at"]
_DEVICE += ["throttling_failure_timestamp", "throttling_failure_count"]

FIELDS: dict[type, dict[str, Use | None]] = {
    Heartbeat: dict.fromkeys(["name", "at"], NOT_PERSONAL),
    Tally: dict.fromkeys(["id", "what", "on", "of", "number"], NOT_PERSONAL),
    CountedSince: dict.fromkeys(["what", "on"], NOT_PERSONAL),
    PublishedReport: {
        **dict.fromkeys(["id", "begins_on", "ends_on", "figures", "published_at"], NOT_PERSONAL),
        "published_by": _OFFICERS,
    },
    AuditEntry: {
        "id": NOT_PERSONAL,
        "at": _LOG,
        "account": _LOG,
        "who": _LOG,
        "action": _LOG,
        "what": _LOG,
        "model": NOT_PERSONAL,
        "key": NOT_PERSONAL,
    },
    AuthenticatorApp: dict.fromkeys([*_DEVICE, "sealed_seed", "drift", "last_t"], _OFFICERS),
    CodeSheet: dict.fromkeys([*_DEVICE, "made_at"], _OFFICERS),
    PrintedCode: dict.fromkeys(["id", "sheet", "digest"], _OFFICERS),
    SecondAddress: {"id": NOT_PERSONAL, **dict.fromkeys(["account", "email", "since"], _SECOND)},
    SpentChallenge: dict.fromkeys(["key", "at"], NOT_PERSONAL),
    Erasure: {"id": NOT_PERSONAL, "key": _TOMBSTONE, "at": _TOMBSTONE},
    AccountInvitation: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["email", "first_name", "last_name", "roles", "invited_by", "invited_at"], _INVITED),
    },
    SwitchedOff: {"id": NOT_PERSONAL, **dict.fromkeys(["account", "reason", "by", "at"], _OFF)},
    FactorReset: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["account", "asked_by", "asked_at", "second_mail"], _RESET),
    },
    FormerVersion: {"id": NOT_PERSONAL, **dict.fromkeys(["model", "key", "contents", "until", "by"], _FORMER)},
    UnsavedText: {"id": NOT_PERSONAL, **dict.fromkeys(["account", "page", "kind", "sealed", "kept_at"], _UNSAVED)},
}

# Models of Django and its libraries, as a whole: they hold officers, never members.
LIBRARIES: dict[str, Use | None] = {
    "admin.LogEntry": _LOG,  # empty: AuditEntry has taken its place
    "auth.User": _OFFICERS,
    "auth.User_groups": _OFFICERS,
    "auth.User_user_permissions": _OFFICERS,
    "sessions.Session": _OFFICERS,
    "django_otp_webauthn.WebAuthnCredential": _OFFICERS,
    "django_otp_webauthn.WebAuthnAttestation": _OFFICERS,
    "django_otp_webauthn.WebAuthnUserHandle": _OFFICERS,
    "axes.AccessAttempt": _FAILED_LOGINS,
    "axes.AccessAttemptExpiration": _FAILED_LOGINS,
    "axes.AccessFailureLog": _FAILED_LOGINS,
    "axes.AccessLog": _FAILED_LOGINS,
    **dict.fromkeys(
        [
            "auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType", "sites.Site",
            "flatpages.FlatPage", "flatpages.FlatPage_sites",
        ],
        NOT_PERSONAL,
    ),
}  # fmt: skip


class Period(NamedTuple):
    """One row of the table in the privacy notice; every part is German text."""

    what: str
    purpose: str
    legal_basis: str
    period: str


def uses() -> list[Use]:
    """Every use of personal data once, in the order of the apps."""
    fields = [use for app in APPS for model in app.FIELDS.values() for use in model.values()]
    own = [use for model in FIELDS.values() for use in model.values()]
    return list(dict.fromkeys(use for use in [*fields, *own, *LIBRARIES.values()] if use))


def periods() -> list[Period]:
    """What is kept, and for how long, in the order of the privacy notice."""
    return [Period(use.what, use.purpose, use.basis, use.period) for use in uses()]


def export(address: Address) -> dict[str, Any]:
    """Everything held about the address by all apps, under German headings (Art. 15, 20 GDPR)."""
    held: dict[str, Any] = {}
    for app in APPS:
        held |= app.export(address)
    return held


def export_of(member: Member) -> dict[str, Any]:
    """Everything held about any member, a caller too."""
    if member.address:
        return export(member.address)
    return members.personal_data.export_caller(member) | events.personal_data.export_caller(member)


def erase(address: Address, at: datetime, *, objection: bool = False) -> None:
    """Erases the address and what belongs to it in one transaction (Art. 17 GDPR), and with it the addresses that the
    member had before or has not confirmed.

    With `objection` the address is never written to again; an unreadable key is kept for that.
    """
    email = address.email
    with transaction.atomic():
        Address.objects.select_for_update().get(pk=address.pk)
        others = members.personal_data.other_emails(address)
        names = traces.names_of(address)
        for each in [email, *others]:
            traces.erase(each, names)
        for app in reversed(APPS):
            app.erase(address)
        # It is there already when an erasure is repeated.
        Erasure.objects.get_or_create(key=suppression.key(email), at=at)
        _erase_others(others, at)
        if objection:
            suppression.suppress(email, Suppression.Reason.OBJECTION)


def _erase_others(emails: list[str], at: datetime) -> None:
    """An address that is somebody's own by now stays."""
    _drop_unneeded(list(Address.objects.filter(email__in=emails).values_list("pk", flat=True)))
    taken = set(Address.objects.filter(email__in=emails).values_list("email", flat=True))
    for email in set(emails) - taken:
        Erasure.objects.get_or_create(key=suppression.key(email), at=at)


def erase_caller(caller: Member, at: datetime) -> None:
    """Erases a member without an address, in one transaction."""
    with transaction.atomic():
        caller = Member.objects.select_for_update().get(pk=caller.pk)
        traces.erase("", {caller.name})
        events.personal_data.erase_caller(caller)
        members.personal_data.erase_caller(caller)
        Erasure.objects.get_or_create(key=caller_key(caller), at=at)


def caller_key(caller: Member) -> str:
    """What identifies the caller in a restored backup: the row, not the person."""
    return suppression.key(f"caller {caller.pk} {caller.asked_at.isoformat()}")


def expire(now: datetime) -> None:
    """Lets every app delete what is past its period, then deletes the addresses that no app needs.

    An app that fails does not stop the others; raises ExceptionGroup at the end.
    """
    failed: list[Exception] = []
    for app in reversed(APPS):
        try:
            app.expire(now)
        except Exception as problem:
            failed.append(problem)
    Erasure.objects.filter(at__lt=now - timedelta(days=TOMBSTONE_DAYS)).delete()
    last = 0
    while batch := list(
        Address.objects.filter(list_mail=False, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        last = batch[-1]
        _drop_unneeded(batch)
    if failed:
        raise ExceptionGroup("Not everything was deleted that is past its period.", failed)


def _drop_unneeded(addresses: list[int]) -> None:
    needed = set(Address.objects.filter(colleagues.owned(), pk__in=addresses).values_list("pk", flat=True))
    for app in APPS[1:]:
        needed |= app.keeps(addresses)
    for address in Address.objects.filter(pk__in=set(addresses) - needed):
        with transaction.atomic():
            mailings.personal_data.erase(address)
