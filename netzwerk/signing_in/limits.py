"""How often somebody may try to sign in (S-04). django-axes counts failures in PostgreSQL; this says when it is enough.

Five failures in a quarter of an hour end the tries for that name from that network, twenty end them for the network.
No number of failures elsewhere keeps anybody out: a name that many networks try is slowed, not locked.
"""

import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kit import locks, networks
from kit.locks import Lock
from netzwerk.pages import errors

PER_NETWORK = 20
# From so many failures for one name on, wherever they come from, each network has fewer of them.
STORM, PER_NETWORK_IN_A_STORM = 50, 2


class Limits(AxesDatabaseHandler):  # type: ignore[misc] # axes has no types
    """Counts by name and network, by network, and by name, in one query."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures that count for this request; AXES_FAILURE_LIMIT of them refuse it."""
        here = Q(ip_address=request.axes_ip_address)  # type: ignore[attr-defined] # set by axes
        named = Q(username=get_client_username(request, credentials))
        recent = AccessAttempt.objects.filter(here | named, attempt_time__gte=get_cool_off_threshold(request))
        counted = recent.aggregate(
            both=Sum("failures_since_start", filter=here & named, default=0),
            here=Sum("failures_since_start", filter=here, default=0),
            named=Sum("failures_since_start", filter=named, default=0),
        )
        slowed = counted["named"] >= STORM and counted["both"] >= PER_NETWORK_IN_A_STORM
        if slowed or counted["here"] >= PER_NETWORK:
            return max(int(counted["both"]), int(settings.AXES_FAILURE_LIMIT))
        return int(counted["both"])

    def post_save_access_attempt(self, instance: AccessAttempt, **kwargs: Any) -> None:
        """Forgets what else was sent: a code, or the page with somebody's name that was to come next."""
        AccessAttempt.objects.filter(pk=instance.pk).update(get_data="", post_data="")


def network(request: HttpRequest) -> str | None:
    """The network that counts as one place; None if the address cannot be read."""
    address = networks.address_in(request.META.get("REMOTE_ADDR", ""))
    return networks.network_of(address) if address else None


@contextmanager
def one_at_a_time(request: HttpRequest) -> Iterator[None]:
    """A transaction in which nobody else of this network is checked: each guess sees the failures before it."""
    with transaction.atomic():
        locks.take(Lock.SIGN_IN, zlib.crc32((network(request) or "").encode()))
        yield


def refused(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """The same page whether the name exists and whether the password was right."""
    until = _until(request)
    page = errors.page(429, more={"until": until + timedelta(seconds=59)})  # pages show minutes
    page.headers["Retry-After"] = str(max(1, math.ceil((until - timezone.now()).total_seconds())))
    return page


def _until(request: HttpRequest) -> datetime:
    """When the last failure of this network has cooled off, at the latest; trying meanwhile prolongs nothing."""
    here = AccessAttempt.objects.filter(ip_address=request.axes_ip_address)  # type: ignore[attr-defined] # set by axes
    last = here.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return last + get_cool_off(request)  # type: ignore[no-any-return] # axes has no types
