"""The real worker as a process of its own, and something for it to do."""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.db import connection, transaction
from django.utils import timezone

from mailings.links import to_my_data
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue
from mailings.templates import MailTemplate
from tests import forked

LEASE, TIMEOUT = 3, 1
NAME = "worker-under-test"
LETTER = MailTemplate("test", Mailing.Kind.LIST, "Einladung", "$anrede\n\nein Treffen.\n\nMeine Daten:\n$meine_daten\n")
PERSONAL = MailTemplate("test", Mailing.Kind.PERSONAL, "Ihr Link", LETTER.text, main_link="meine_daten")


def people(count: int) -> list[str]:
    return [f"familie.{number}@example.org" for number in range(count)]


def write_to(emails: Iterable[str], template: MailTemplate = LETTER) -> Mailing:
    """Queues the template to these addresses, which are made if they are new, and want list mail."""
    emails = list(emails)
    Address.objects.bulk_create([Address(email=email, list_mail=True) for email in emails], ignore_conflicts=True)
    addresses = Address.objects.filter(email__in=emails).order_by("id")
    with transaction.atomic():
        return queue(
            template, [Recipient(a, {"anrede": "Guten Tag,"}, {"meine_daten": to_my_data()}) for a in addresses]
        )


def states() -> dict[str, int]:
    """How many deliveries are in which state."""
    found = list(Delivery.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Returns once `true()` is. Raises TimeoutError."""
    patience = time.monotonic() + seconds
    while not true():
        if time.monotonic() > patience:
            raise TimeoutError(f"Not so after {seconds} s; deliveries: {states()}")
        time.sleep(0.02)


def wait_until_over(seconds: float = 60) -> None:
    wait_until(lambda: not Delivery.objects.open().exists(), seconds)


def let_leases_run_out() -> None:
    """As if enough time had gone by."""
    Delivery.objects.filter(state="sending").update(leased_until=timezone.now())


def database_url() -> str:
    """The address of the database that this test uses."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def cut_connections(url: str) -> int:
    """Ends the workers' connections to the database at `url`, as a restart of it would; how many there were."""
    own = psycopg2.connect(url)
    own.autocommit = True
    with closing(own), own.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )
        return cursor.fetchone()[0]


class WorkerProcess:
    """`manage.py deliver_mail`, or what `command` says, against a mail server."""

    def __init__(self, email_url: str, log: Path, *command: str, **more: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "EMAIL_URL": email_url,
            "EMAIL_TIMEOUT": str(TIMEOUT),
            "MAIL_LEASE": str(LEASE),
            "PGAPPNAME": NAME,
            **more,
        }
        self.process = forked.start(command or ("manage.py", "deliver_mail"), environment, log)

    def kill(self) -> None:
        """Ends it like `kill -9`: no signal handler, no `finally`."""
        self.process.kill()

    def terminate(self) -> None:
        self.process.terminate()

    def wait(self, seconds: float = 30) -> int:
        """Waits for its end; the exit code, below 0 for a signal. Raises TimeoutError."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise TimeoutError(f"The worker still runs after {seconds} s")
        return self.process.exitcode

    @property
    def runs(self) -> bool:
        return self.process.is_alive()
