"""An officer's own mail to the families of one event: whom it reaches, how it looks, and that it is sent once.

Those who come or wait have to learn it, and so do those who were there: it is personal mail. To the others it is list
mail: it needs consent when it is sent.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events import invitations, wording
from events.answering import mails
from events.models import Event, EventMail, Reply, ReplyQuerySet
from events.place import Told
from mailings import planning
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue, queue_all
from mailings.templates import MailTemplate, one_line
from members import audience
from members.greeting import UNNAMED, greeting
from members.models import Member
from members.newsletters.writing import Preview, preview_of
from members.reader_preview import Reader

Audience = EventMail.Audience
_STATES: dict[str, list[str]] = {
    Audience.EXPECTED: [Reply.State.YES, Reply.State.WAITING],
    Audience.COMING: [Reply.State.YES],
    Audience.WAITING: [Reply.State.WAITING],
    Audience.OPEN: [Reply.State.OPEN],
    Audience.NOT_COMING: [Reply.State.NO, Reply.State.CANCELLED],
}
_LIST = {Audience.OPEN, Audience.NOT_COMING}


@dataclass(frozen=True)
class Numbers:
    """How many families are meant, how many of them get the mail, and how many have no address."""

    families: int
    will_get: int
    without_address: int

    @property
    def left_out(self) -> int:
        """The readers whose address may not be written to."""
        return self.families - self.will_get - self.without_address


def families(event: Event, chosen: str) -> ReplyQuerySet:
    """All households of this audience, with and without an address. Of erased ones nobody is left to write to."""
    everybody = event.replies.exclude(address=None, name="", phone="")
    if chosen == Audience.CAME:
        return everybody.came()
    found = everybody.filter(state__in=_STATES[chosen])
    return found.invited() if chosen == Audience.OPEN else found


def recipients(mail: EventMail) -> ReplyQuerySet:
    """The households that would get it now."""
    found = families(mail.event, mail.audience).exclude(address=None)
    if mail.audience in _LIST:
        return audience.reachable(found)
    return can_be_thanked(found) if mail.thanks else found.filter(address__bounced_at=None)


def can_be_thanked(replies: ReplyQuerySet) -> ReplyQuerySet:
    """Thanks are no news that anybody needs: those who have left, or want no mail now, are left in peace."""
    left = Q(address__member__state=Member.State.LEFT) | Q(address__complained_at__isnull=False)
    wants_none = left | Q(address__paused_until__gt=timezone.now())
    return replies.exclude(address=None).filter(address__bounced_at=None).exclude(wants_none)


def to_call(mail: EventMail) -> list[Reply]:
    """Households without an address: no mail reaches them. Nobody is called only to be thanked."""
    found = families(mail.event, mail.audience).filter(address=None)
    return [] if mail.thanks else list(found.order_by("name", "pk"))


def numbers(mail: EventMail) -> Numbers:
    everybody = families(mail.event, mail.audience)
    without_address = everybody.filter(address=None).count()
    return Numbers(everybody.count(), recipients(mail).count(), without_address)


def thanked(event: Event) -> str:
    """Thanks go to those who were there, or to those who had said yes if nobody was ticked at the door."""
    return Audience.CAME if event.replies.came().exists() else Audience.COMING


def may_thank(event: Event, now: datetime) -> bool:
    """Whether it is over, and somebody whom thanks are for can be written to."""
    if event.state != Event.State.PUBLISHED or not event.is_over(now):
        return False
    return can_be_thanked(families(event, thanked(event))).exists()


def words_of_thanks(event: Event) -> str:
    """The text that an officer finds ready."""
    if thanked(event) == Audience.CAME:
        return "schön, dass Sie da waren. Danke, dass Sie gekommen sind.\n\nWir freuen uns auf das nächste Mal."
    return (
        "danke für Ihre Zusage. Waren Sie da? Dann hoffen wir, dass es Ihnen gefallen hat. Kam etwas dazwischen? Dann "
        "vielleicht beim nächsten Mal. Wir freuen uns auf Sie."
    )


@transaction.atomic
def discard(mail: EventMail) -> None:
    """Raises what `planning.draft` raises."""
    planning.draft(mail).delete()


@transaction.atomic
def send(mail: EventMail, by: str, seen: str | None = None) -> Mailing:
    """Queues the mail; its readers are fixed from now on. Raises what `planning.draft` raises, and NobodyChosen."""
    return _start(planning.draft(mail, seen), by)


@transaction.atomic
def schedule(mail: EventMail, at: datetime, by: str, seen: str | None = None) -> None:
    """Lets the mail go out at this moment, to its readers of then, if nobody takes it back. Raises as `send`."""
    locked = planning.draft(mail, seen)
    if not recipients(locked).exists():
        raise planning.NobodyChosen
    planning.plan(locked, at, by)


def start_due() -> None:
    """Starts each mail whose time has come (settings.QUEUE_MAIL)."""
    planning.start_due(EventMail, lambda locked: _start(locked, locked.sent_by))


def _start(locked: EventMail, by: str) -> Mailing:
    mailing = queue_all(template_of(locked), invitations.addressed(recipients(locked)), {})
    if not mailing.deliveries.exists():
        raise planning.NobodyChosen
    EventMail.objects.filter(pk=locked.pk).update(mailing=mailing, sent_by=by, send_at=None, nobody_at=None)
    locked.event.mailings.add(mailing)
    return mailing


@transaction.atomic
def send_test(mail: EventMail, email: str) -> None:
    """Sends one copy to the officer; its link leads to the start page."""
    template = replace(template_of(mail), kind=Mailing.Kind.PERSONAL)
    values = {"anrede": UNNAMED, "antwort": f"{settings.SITE_URL}/#test"}
    queue(template, [Recipient(Address.objects.ensure(email), values)])


def preview(mail: EventMail, reader: Reader) -> Preview:
    """The mail as this household would get it."""
    assert reader.address is not None
    return preview_of(template_of(mail), reader.address, {"anrede": greeting(reader.name)}, "antwort")


def template_of(mail: EventMail) -> MailTemplate:
    """Discreet readers get a link to the mail itself: their page of the answer does not hold the officer's words."""
    kind = Mailing.Kind.LIST if mail.audience in _LIST else Mailing.Kind.PERSONAL
    more = {"note": wording.officers_text(mail.text), "answer": _answer(mail)}
    made = mails.template_of("own", mail.event, Told.LATER, kind=kind, more=more)
    return replace(made, subject=one_line(mail.subject), main_link="", automatic=False)


def _answer(mail: EventMail) -> str:
    """What the button to the household's own answer says; "" without one."""
    event, now = mail.event, timezone.now()
    if mail.thanks or event.is_over(now) or event.state == Event.State.CANCELLED:
        return ""
    if mail.audience == Audience.OPEN:
        return "Antworten" if event.takes_answers(now) else ""
    return "Ihre Antwort ansehen oder ändern"
