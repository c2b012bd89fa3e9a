"""One household under two addresses: its answers become one, and its links new ones."""

from django.db.models import QuerySet
from django.utils import timezone

from events import links
from events.answering import answers
from events.models import Reply
from mailings import tokens
from mailings.models import Address


def gather(replies: QuerySet[Reply], address: Address) -> None:
    """Makes these replies those of the address. Of two for one event the later answer counts; the other gives its seats
    back. Call in a transaction.
    """
    for reply in replies.select_related("event").order_by("pk"):
        own = Reply.objects.filter(event=reply.event_id, address=address).select_related("event").first()
        if own:
            kept, dropped = sorted([own, reply], key=_answered, reverse=True)
            _drop(dropped)
            Reply.objects.filter(pk=kept.pk, invited_at=None).update(invited_at=dropped.invited_at)
            reply = kept
        Reply.objects.filter(pk=reply.pk).update(address=address, caller=None)


def renew_links(address: Address) -> None:
    """Gives the answers of the address new links. Links in mails that went out open nothing any more; mails that still
    wait get the new ones.
    """
    for pk in Reply.objects.filter(address=address).values_list("pk", flat=True):
        Reply.objects.filter(pk=pk).update(nonce=tokens.new_nonce())
    for copy in address.deliveries.open():
        copy.links = links.current(copy.links, address)
        copy.save(update_fields=["links"])


def _answered(reply: Reply) -> tuple[bool, float, int]:
    at = reply.answered_at
    return at is not None, at.timestamp() if at else 0.0, reply.pk


def _drop(reply: Reply) -> None:
    if reply.state in (Reply.State.YES, Reply.State.WAITING) and not reply.event.is_over(timezone.now()):
        answers.withdraw(reply.pk)
    Reply.objects.filter(pk=reply.pk).delete()
