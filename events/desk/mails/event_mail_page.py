"""What all pages of an officer's mail to families share: permissions, the mail, and in what state it is."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from events import event_mails
from events.desk import page as desk_page
from events.desk.page import families
from events.models import EventMail
from kit import local_time
from mailings.desk import neutral_subject

CONFLICT = "Jemand anderes arbeitet gerade an dieser Mail. Sehen Sie sie sich noch einmal an."

# The page shows by name who gets it.
may_write = permission_required(
    ["events.change_event", "events.view_reply", "members.view_member"], raise_exception=True
)


def closed(mail: EventMail) -> str:
    """Why it cannot be changed, or sent once more: as it is now, whatever the page has shown."""
    mail.refresh_from_db()
    if mail.mailing_id:
        return "Diese Mail ist schon unterwegs. Niemand bekommt sie doppelt."
    if mail.send_at:
        return (
            f"Diese Mail geht am {local_time.moment_in_words(mail.send_at)} hinaus. "
            "Holen Sie sie zurück, wenn Sie etwas ändern möchten."
        )
    return "Diese Mail ist wieder ein Entwurf. Verschickt ist nichts."


def one(pk: int, mail_pk: int) -> EventMail:
    mails = EventMail.objects.select_related("event__capacity")
    return get_object_or_404(mails, pk=mail_pk, event=pk)


def page(request: HttpRequest, mail: EventMail, name: str, title: str, **context: object) -> HttpResponse:
    numbers = event_mails.numbers(mail)
    context |= {
        "mail": mail,
        "for_whom": mail.get_audience_display(),
        "numbers_of_mail": numbers,
        "people": families(numbers.will_get),
        "to_call": event_mails.to_call(mail),
        "telling": neutral_subject.finds(mail.subject),
        "goes_out": local_time.moment_in_words(mail.send_at) if mail.send_at else "",
        "went_to_nobody": local_time.moment_in_words(mail.nobody_at) if mail.nobody_at else "",
    }
    return desk_page.page(request, mail.event, name, title, context)
