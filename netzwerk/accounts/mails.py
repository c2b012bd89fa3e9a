"""Writes a mail to somebody who has an account, or is to get one."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone

from mailings import templates
from mailings.links import Link
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from netzwerk.models import SecondAddress


def called(user: User) -> str:
    """The name that colleagues know."""
    return user.get_full_name() or user.get_username()


def until(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M} Uhr"


def addresses_of(account: User) -> list[str]:
    """Where notices about the account go: its address, and a second one if there is any."""
    second = SecondAddress.objects.filter(account=account).values_list("email", flat=True)
    return [email for email in (account.email.lower(), *second) if email]


def send(
    name: str,
    emails: list[str],
    values: dict[str, str] | None = None,
    links: dict[str, Link] | None = None,
    due_at: datetime | None = None,
) -> Mailing | None:
    """Queues the mail `templates/mails/netzwerk/<name>.txt` in the current transaction.

    None for an old account of which no address is known.
    """
    if not emails:
        return None
    links = links or {}
    template = templates.load(f"netzwerk/{name}", kind=Mailing.Kind.PERSONAL, main_link=next(iter(links), ""))
    recipients = [Recipient(Address.objects.ensure(email), values or {}, links) for email in emails]
    return queue(template, recipients, due_at)
