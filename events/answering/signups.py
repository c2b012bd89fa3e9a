"""Answering without an invitation: the address is confirmed by mail first, and no seat is taken before."""

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from events import wording
from events.links import to_answer
from events.models import Event, Reply
from mailings import templates
from mailings.models import Mailing
from mailings.outbox import Recipient, queue
from mailings.strangers import mail_to_stranger
from mailings.suppression import is_suppressed
from members import signup
from members.details import Details


def ask(event: Event, email: str, ip: str | None, proof: str = "") -> None:
    """Mails the link of the answer page. The same statements run for every address, invited ones included (P-04).

    If the limits or a suppression forbid the mail, everything is rolled back but the count. Raises NotNow.
    """
    with mail_to_stranger("event", email, ip, proof, about=str(event.pk)) as (address, verdict):
        Reply.objects.bulk_create(
            [Reply(event=event, address=address)],
            update_conflicts=True, unique_fields=["event", "address"], update_fields=["event"],
        )  # fmt: skip
        replies = Reply.objects.filter(event=event, address=address)
        fresh = Q(state=Reply.State.OPEN, invited_at=None)
        replies.update(asked_at=Case(When(fresh, then=Value(verdict.due_at)), default=F("asked_at")))
        reply = replies.get()
        template = templates.load(
            "events/answer_link",
            kind=Mailing.Kind.PERSONAL,
            main_link="antwort",
            facts=wording.facts(event, event.capacity),
        )
        queue(template, [Recipient(address, {}, to_answer(reply))], verdict.due_at)
        if is_suppressed(email) or not event.takes_answers(timezone.now()):
            transaction.set_rollback(True)


def discard(reply: Reply) -> bool:
    """Forgets somebody who was not invited, did not ask and has not answered; False if there is more to it."""
    return bool(Reply.objects.open().filter(pk=reply.pk, invited_at=None).delete()[0])


@transaction.atomic
def also_join(reply: Reply, name: str) -> None:
    """Asks people who ticked the box on their own page to confirm that they want to join, once."""
    if reply.address and Reply.objects.filter(pk=reply.pk, wants_list=False).update(wants_list=True):
        signup.ask(reply.address.email, Details(name=name), ip=None)
