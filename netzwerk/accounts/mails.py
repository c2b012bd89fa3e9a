"""Writes a mail to somebody who has an account, or is to get one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from mailings import templates
from mailings.links import Link
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue


def called(user: User) -> str:
    """The name that colleagues know."""
    return user.get_full_name() or user.get_username()


def until(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M} Uhr"


def send(
    name: str,
    email: str,
    values: dict[str, str] | None = None,
    links: dict[str, Link] | None = None,
    due_at: datetime | None = None,
) -> Mailing | None:
    """Queues the mail `templates/mails/netzwerk/<name>.txt` in the current transaction.

    None for an old account of which no address is known.
    """
    if not email:
        return None
    links = links or {}
    template = templates.load(f"netzwerk/{name}", kind=Mailing.Kind.PERSONAL, main_link=next(iter(links), ""))
    recipient = Recipient(Address.objects.ensure(email.lower()), values or {}, links)
    return queue(template, [recipient], due_at)
