"""What is missing before the portal goes live, each with the place where it is mended (`manage.py ready`)."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending import relay
from netzwerk.accounts import colleagues, roles
from netzwerk.health import BACKUP_OLD, UPKEEP_OLD
from netzwerk.models import Heartbeat, SecondAddress
from netzwerk.pages import texts
from netzwerk.signing_in import factors
from wegweiser.models import Offer

ENVIRONMENT = "Umgebung"
DESK = "Verwaltung"
GUIDE = "docs/betrieb.md"


class Gap(NamedTuple):
    """German: what is missing, and where it is mended."""

    what: str
    where: str


def gaps() -> list[Gap]:
    now = timezone.now()
    return [gap for check in CHECKS for gap in check(now)]


def _settings(now: datetime) -> Iterator[Gap]:
    if not settings.SECURE:
        yield Gap("Die Adresse des Portals beginnt nicht mit https.", f"{ENVIRONMENT}: SITE_URL")
    for name in ("SITE_URL", "EMAIL_URL"):
        if (urlsplit(getattr(settings, name)).hostname or "").endswith(".example"):
            yield Gap(f"{name} ist noch das Beispiel.", f"{ENVIRONMENT}: {name}")
    for name in ("DEFAULT_FROM_EMAIL", "REPLY_TO"):
        if getattr(settings, name).endswith(".example"):
            yield Gap(f"{name} ist noch eine Beispieladresse.", f"{ENVIRONMENT}: {name}")
    if settings.CONTACT_PHONE.startswith("030 23125"):
        yield Gap("Die Telefonnummer ist noch die erfundene.", f"{ENVIRONMENT}: CONTACT_PHONE")
    if settings.EMAIL_URL.startswith("folder:"):
        yield Gap("Mails gehen nur in einen Ordner.", f"{ENVIRONMENT}: EMAIL_URL")
    if not settings.BOUNCE_IMAP_URL and not settings.WEBHOOK_SECRET:
        yield Gap("Niemand meldet, welche Mails zurückkommen.", f"{ENVIRONMENT}: WEBHOOK_SECRET oder BOUNCE_IMAP_URL")
    if not settings.OPERATOR_EMAIL:
        yield Gap("Fällt etwas aus, erfährt es niemand.", f"{ENVIRONMENT}: OPERATOR_EMAIL")
    elif len({address.rpartition("@")[2].lower() for address in settings.OPERATOR_EMAIL}) < 2:
        what = "Fällt dort die E-Mail aus, erfährt niemand von Störungen. Es sollen Adressen bei zwei Anbietern sein."
        yield Gap(what, f"{ENVIRONMENT}: OPERATOR_EMAIL")
    if settings.SECURE and not settings.PROXY_COUNT:
        yield Gap("Hinter einem Proxy hält das Portal alle für dieselbe Person.", f"{ENVIRONMENT}: PROXY_COUNT")
    for found in run_checks(include_deployment_checks=True):
        if found.level >= WARNING:
            yield Gap(
                f"Eine Prüfung von Django ist nicht erfüllt: {found.id}.", "manage.py check --deploy (auf Englisch)"
            )


def _installation(now: datetime) -> Iterator[Gap]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Gap("Die Tabellen sind nicht auf dem Stand dieser Fassung.", "manage.py migrate")
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Gap("Stile und Bilder sind nicht gesammelt.", "python -m netzwerk.local.static")
    if not Heartbeat.was_after(Heartbeat.Name.DAILY, now - UPKEEP_OLD):
        yield Gap("Die tägliche Arbeit läuft nicht.", "manage.py daily, deploy/systemd/netzwerk-daily.timer")
    if not Delivery.objects.filter(state=Delivery.State.SENT).exists():
        yield Gap("Noch nie ging eine Mail hinaus.", "manage.py deliver_mail, deploy/systemd/netzwerk-mail.service")
    if relay.held_since():
        yield Gap("Nach dem Einspielen einer Sicherung ist die Post angehalten.", f"{DESK}: Heute")


def _backups(now: datetime) -> Iterator[Gap]:
    where = f"{GUIDE}, „Sicherung“"
    if not settings.BACKUP_DIR:
        yield Gap("Es gibt keine Sicherung.", f"{ENVIRONMENT}: BACKUP_DIR; {where}")
        return
    if not os.access(settings.BACKUP_DIR, os.W_OK):
        yield Gap("In den Ordner der Sicherungen kann das Portal nicht schreiben.", settings.BACKUP_DIR)
    if len(settings.BACKUP_KEY) < 2:
        number = "nur einen öffentlichen Schlüssel" if settings.BACKUP_KEY else "keinen öffentlichen Schlüssel"
        yield Gap(f"Für die Sicherung gibt es {number}. Es sollen zwei sein.", f"{ENVIRONMENT}: BACKUP_KEY; {where}")
    if settings.SECURE and settings.BACKUP_IDENTITY:
        what = "Der private Schlüssel der Sicherung gehört nicht auf den Server: Wer einbricht, liest jede Sicherung."
        yield Gap(what, f"{ENVIRONMENT}: BACKUP_IDENTITY; {where}")
    if not Heartbeat.was_after(Heartbeat.Name.BACKUP, now - BACKUP_OLD):
        yield Gap("Seit 26 Stunden ist keine Sicherung gelungen.", "manage.py backup")


def _people(now: datetime) -> Iterator[Gap]:
    coordinators = list(colleagues.coordinators())
    with_factor = factors.owners(coordinators)
    if len([user for user in coordinators if user.pk in with_factor]) < 2:
        what = f"Es sollen zwei Personen mit der Rolle „{roles.COORDINATION}“ und zweitem Schritt sein."
        yield Gap(what, f"{DESK}: Konten der Verwaltung")
    with_second = set(SecondAddress.objects.values_list("account", flat=True))
    without = sum(user.pk not in with_second for user in coordinators)
    if without:
        yield Gap(
            f"Ohne zweite Adresse für den Notfall: {without} von {len(coordinators)} Konten der {roles.COORDINATION}.",
            f"{DESK}: Meine Anmeldung",
        )


def _contents(now: datetime) -> Iterator[Gap]:
    for page in texts.with_gaps():
        yield Gap(f"Im Text „{page.title}“ steht noch „Bitte ergänzen“.", f"{DESK}: Texte der Seiten")
    if not Offer.objects.curated_public().exists():
        yield Gap("Im Wegweiser steht noch kein geprüftes Angebot.", f"{DESK}: Wegweiser, oder manage.py import_offers")


CHECKS: list[Callable[[datetime], Iterator[Gap]]] = [_settings, _installation, _backups, _people, _contents]
