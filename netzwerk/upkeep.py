"""The daily job. Each step asks for everything that is due up to now, so a missed day loses nothing."""

import io
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from events import reminders
from kit import locks
from kit.locks import Lock
from members.groups import lifecycle
from netzwerk.accounts import invitations, resets
from netzwerk.audit import log as audit_log
from netzwerk.backups import making, restoring
from netzwerk.models import Heartbeat, SpentChallenge
from netzwerk.pages import former_versions
from netzwerk.privacy import register, tombstones
from netzwerk.unsaved import store
from wegweiser import counting as wegweiser_counting
from wegweiser.checking import checks
from wegweiser.search import index

log = logging.getLogger(__name__)
Step = Callable[[datetime], None]


def run(*, backup: bool = True) -> bool:
    """Runs all steps; False if another run is under way. A step that fails is logged and does not stop the others.

    Without `backup` a timer of its own makes it. Raises RuntimeError at the end if a step failed; the heartbeat then
    stays old, and /healthz reports it.
    """
    with locks.held(Lock.DAILY) as alone:
        if alone:
            now = timezone.now()
            if failed := take([step for step in STEPS if backup or step is not back_up], now):
                raise RuntimeError(f"Daily upkeep: {', '.join(failed)} failed.")
            Heartbeat.beat(Heartbeat.Name.DAILY, now)
        return alone


def take(steps: list[Step], now: datetime) -> list[str]:
    """Takes the steps; returns the names of those that failed."""
    failed = []
    for step in steps:
        try:
            step(now)
        except Exception:
            log.exception("Daily upkeep: %s failed.", step.__name__)
            failed.append(step.__name__)
    return failed


def remind(now: datetime) -> None:
    reminders.send(now)


def ask_groups(now: datetime) -> None:
    lifecycle.daily(now)


def count(now: datetime) -> None:
    """Counts for the report, before anything is forgotten."""
    wegweiser_counting.daily(now)


def forget(now: datetime) -> None:
    register.expire(now)


def ask_providers(now: datetime) -> None:
    checks.daily(now)


def refresh_search(now: datetime) -> None:
    index.refresh(now)


def end_open_matters(now: datetime) -> None:
    """Invitations and resets of accounts that nobody has followed."""
    invitations.expire(now)
    resets.expire(now)


def write_tombstones(now: datetime) -> None:
    tombstones.write()


def clear_sign_ins(now: datetime) -> None:
    call_command("clearsessions")
    SpentChallenge.objects.filter(at__lt=now - timedelta(days=1)).delete()
    AccessAttempt.objects.filter(attempt_time__lt=now - timedelta(days=7)).delete()


def forget_unsaved(now: datetime) -> None:
    store.expire(now)


def forget_log(now: datetime) -> None:
    audit_log.expire(now)


def forget_versions(now: datetime) -> None:
    former_versions.expire(now)


def clear_restores(now: datetime) -> None:
    restoring.clear_killed()


def back_up(now: datetime) -> None:
    """Unless somebody has done so today."""
    if settings.BACKUP_DIR and not making.is_fresh(now):
        call_command("backup", stdout=io.StringIO())


# Those that write to people: each marks whom it has written to.
ASKING: list[Step] = [remind, ask_groups, ask_providers]
STEPS: list[Step] = [
    remind,
    ask_groups,
    count,
    forget,
    ask_providers,
    refresh_search,
    end_open_matters,
    write_tombstones,
    clear_sign_ins,
    forget_unsaved,
    forget_log,
    forget_versions,
    clear_restores,
    back_up,  # last: it holds what the others have left
]
