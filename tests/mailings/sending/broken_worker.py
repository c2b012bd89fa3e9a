"""Workers that are broken on purpose: what the tests catch, and what the engine has to live with.

python -m tests.mailings.sending.broken_worker records-first | no-locks | prepares | dies-for <address>
"""

import os
import smtplib
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netzwerk.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings are set up
from django.core.management import call_command  # noqa: E402 - after the settings are set up
from django.db import DatabaseError, connection  # noqa: E402 - after the settings are set up
from django.utils import timezone  # noqa: E402 - after the settings are set up

from mailings.models import Delivery, DeliveryQuerySet  # noqa: E402 - after the settings are set up
from mailings.sending import queue  # noqa: E402 - after the settings are set up
from mailings.sending.batch import Batch  # noqa: E402 - after the settings are set up
from mailings.sending.message import MessageBuilder  # noqa: E402 - after the settings are set up
from mailings.sending.worker import Worker  # noqa: E402 - after the settings are set up

PREPARE = """
    PREPARE receipts (bigint) AS
    INSERT INTO mailings_receipt (delivery_id, at, provider_id) VALUES ($1, now(), '') ON CONFLICT DO NOTHING
"""


def records_first() -> None:
    """The checkpoint moves when mails are fetched, not when they are sent (as listmonk's once did)."""
    claim = queue.claim

    def claim_and_record(lease: str) -> list[Delivery] | None:
        batch = claim(lease)
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch or []]).update(
            state="sent", lease="", leased_until=None, finished_at=timezone.now()
        )
        return batch

    queue.claim = claim_and_record


def no_locks() -> None:
    """Two workers look for work before either has claimed it, and claim it before either has sent anything: both times
    they wait for each other at the mail server's door.
    """
    due, select_for_update, claim = DeliveryQuerySet.due, DeliveryQuerySet.select_for_update, queue.claim

    def wait() -> None:
        server = urlsplit(settings.EMAIL_URL)
        smtplib.SMTP(server.hostname or "", server.port or 25).close()

    def look_and_wait(self: DeliveryQuerySet, now: datetime) -> list[Delivery]:
        found = list(due(self, now)[: queue.BATCH])
        wait()
        DeliveryQuerySet.due, DeliveryQuerySet.select_for_update = due, select_for_update  # type: ignore[method-assign]
        return found

    def claim_and_wait(lease: str) -> list[Delivery] | None:
        queue.claim = claim
        found = claim(lease)
        wait()
        return found

    queue.has_work = lambda: True
    queue.claim = claim_and_wait
    DeliveryQuerySet.due = look_and_wait  # type: ignore[method-assign, assignment]
    DeliveryQuerySet.select_for_update = lambda self, **_: self  # type: ignore[method-assign, assignment]


def prepares() -> None:
    """Prepares its statement for a session that it does not have, logs that it could not record, and frees the rows."""
    prepared: WeakSet[Any] = WeakSet()

    def record_sent(taken: list[tuple[Delivery, str]]) -> None:
        with connection.cursor() as cursor:
            if connection.connection not in prepared:
                cursor.execute(PREPARE)
                prepared.add(connection.connection)
            for delivery, _ in taken:
                cursor.execute("EXECUTE receipts (%s)", [delivery.pk])

    def swallow(self: Worker, record: Callable[[], None], until: float = 0) -> None:
        try:
            record()
        except DatabaseError as error:
            print("An outcome could not be recorded:", error)  # noqa: T201 - a figure of the proof

    queue.record_sent = record_sent
    Worker.record_until_stored = swallow  # type: ignore[method-assign]
    Batch.take_in_hand = lambda self, delivery: None  # type: ignore[method-assign]


def dies_for(email: str) -> None:
    """Writing to this address kills the process, as running out of memory would."""
    bytes_for = MessageBuilder.bytes_for

    def die_or_build(self: MessageBuilder, delivery: Delivery) -> bytes:
        if delivery.address and delivery.address.email == email:
            os._exit(9)
        return bytes_for(self, delivery)

    MessageBuilder.bytes_for = die_or_build  # type: ignore[method-assign]


if __name__ == "__main__":
    fault, *rest = sys.argv[1:]
    faults = {"records-first": records_first, "no-locks": no_locks, "prepares": prepares, "dies-for": dies_for}
    faults[fault](*rest)
    call_command("deliver_mail")
