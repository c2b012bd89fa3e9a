"""What an officer reads who sends a planned mail, or takes it back: the same for every kind of it."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from kit.desk.editing import EditConflict
from mailings import planning
from mailings.models import PlannedMail

M = TypeVar("M", bound=PlannedMail)


def send(request: HttpRequest, mail: M, act: Callable[[], str], closed: Callable[[M], str], conflict: str) -> None:
    """Calls `act`, which sends or plans the mail and returns what to say of it.

    `closed` says why the mail cannot be sent as it is now; `conflict` is for a mail that somebody else is changing.
    """
    try:
        told = act()
    except (planning.AlreadySent, planning.Scheduled):
        messages.warning(request, closed(mail))
    except planning.NobodyChosen:
        messages.error(request, "Niemand würde sie bekommen. Ändern Sie die Auswahl.")
    except EditConflict:
        messages.error(request, conflict)
    else:
        messages.success(request, told)


def take_back(request: HttpRequest, mail: M, record: Callable[[], None], closed: Callable[[M], str]) -> None:
    """Makes the mail a draft again; `record` writes the log in the same transaction. `closed` as for `send`."""
    try:
        with transaction.atomic():
            planning.take_back(mail)
            record()
    except planning.AlreadySent:
        messages.warning(request, f"{closed(mail)} Anhalten geht noch, solange Mails warten.")
    except planning.NotScheduled:
        messages.warning(request, closed(mail))
    except EditConflict:
        messages.error(request, "Sie wird gerade in Gang gesetzt oder geändert. Versuchen Sie es gleich noch einmal.")
    else:
        messages.success(request, "Zurückgeholt. Niemand hat sie bekommen, und sie ist wieder ein Entwurf.")
