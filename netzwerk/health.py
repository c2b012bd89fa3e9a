"""Whether everything is running (D-14). Ages count from the first start, so that a new portal is healthy."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailings.models import Delivery
from netzwerk.models import Heartbeat

BACKUP_OLD = timedelta(hours=26)
UPKEEP_OLD = timedelta(hours=36)
WELL = {"ok", "not configured"}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and {"database": "ok", …}, or 503 with what is wrong. Nothing about people, no figures."""
    try:
        found = faults(timezone.now())
    except (DatabaseError, InterfaceError):
        found = {"database": "away"}
    return JsonResponse(found, status=503 if set(found.values()) - WELL else 200)


def faults(now: datetime) -> dict[str, str]:
    """The state of each part; those in WELL are no fault."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    installed = beats.get(Heartbeat.Name.INSTALLED, now)

    def age(name: str) -> timedelta:
        return now - beats.get(name, installed)

    late = Delivery.objects.late(now).exists()
    backup = "ok" if age(Heartbeat.Name.BACKUP) <= BACKUP_OLD else "old"
    return {
        "database": "ok",
        "mail": "waits" if late else "ok",
        "backup": backup if settings.BACKUP_DIR else "not configured",
        "upkeep": "ok" if age(Heartbeat.Name.DAILY) <= UPKEEP_OLD else "old",
    }
