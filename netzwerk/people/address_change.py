"""A member's new address: an officer enters it, that mailbox confirms it, and from then on everything goes there.

The row of the old address gets the new one, so that the proof of consent, answers and waiting mails stay with the
member. Links in mails to the old mailbox end: somebody else may be reading it. The mail that tells it so names no
other address.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ForeignObjectRel, QuerySet
from django.utils import timezone

from events.answering import households
from events.models import Reply
from kit.desk import audit
from kit.desk.audit import Action
from mailings import suppression, templates, tokens
from mailings.links import Link
from mailings.models import Address, Delivery, Mailing, RandomHex, RandomUUID
from mailings.outbox import Recipient, queue
from mailings.sending.message import message_id
from mailings.strangers import mail_to_stranger
from members import proofs, signup
from members.groups import memberships
from members.models import AddressChange, Consent, Member, Wording

KIND = PURPOSE = "address"
PATH = "/adresse/{token}/"
ASKING, TOLD = "members/address_new", "members/address_old"


class Impossible(Exception):
    """The address cannot become the member's. str() is a German sentence for officers; `other` has it already."""

    def __init__(self, sentence: str, other: Member | None = None) -> None:
        super().__init__(sentence)
        self.other = other


def ask(member: Member, email: str, ip: str, *, by: User) -> bool:
    """Mails the link to the new address; False if that mailbox has got too many mails by now.

    An earlier change that waits ends. Raises Impossible, and NotNow as all mails to strangers do.
    """
    _check(member, email)
    with mail_to_stranger(KIND, email, ip, about=str(member.pk)) as (address, verdict):
        locked = Member.objects.active().select_for_update().filter(pk=member.pk).first()
        if locked is None:
            raise Impossible("Diese Person hat sich gerade abgemeldet.")
        _check(locked, email)
        AddressChange.objects.filter(member=member).delete()
        change = AddressChange.objects.create(
            member=member,
            address=address,
            nonce=tokens.new_nonce(),
            confirm_until=verdict.due_at + timedelta(hours=settings.CONFIRM_HOURS),
            asked_by=by.get_username(),
        )
        link = Link(PATH, PURPOSE, change.pk, change.nonce)
        queue(_asking(), [Recipient(address, {}, {"bestaetigen": link})], verdict.due_at)
        audit.record(by, Action.SENT, f"Mitglied {member.pk}: Mail zum Bestätigen einer neuen Adresse.", member)
    return verdict.allowed


def find(token: str) -> AddressChange | None:
    """The change that a link opens; None once it is over."""
    change = tokens.find(PURPOSE, token, AddressChange.objects.select_related("address"))
    return change if change and timezone.now() <= change.confirm_until else None


def discard(change: AddressChange) -> None:
    """The owner of the mailbox says that it is not the member's."""
    AddressChange.objects.filter(pk=change.pk, confirmed_at=None).delete()


@transaction.atomic
def confirm(change: AddressChange) -> bool:
    """Makes the new address the member's; the same again changes nothing. False if it became somebody else's."""
    member = Member.objects.select_for_update().get(pk=change.member_id)
    current = AddressChange.objects.filter(pk=change.pk, nonce=change.nonce).first()
    if current is None or member.state != Member.State.ACTIVE:
        return False
    if current.confirmed_at:
        return True
    # Of two members who confirm the same address at once, the second waits here.
    both = Address.objects.filter(pk__in=[current.address_id, member.address_id or current.address_id])
    rows = {row.pk: row for row in both.order_by("email").select_for_update()}
    new = rows.get(current.address_id)
    if new is None:
        return False
    signup.drop(_unconfirmed().filter(address=new))
    try:
        _check(member, new.email)
    except Impossible:
        return False
    AddressChange.objects.filter(pk=current.pk).update(confirmed_at=timezone.now())
    proof = _proof(current, new)
    if member.address_id:
        mine = rows[member.address_id]
        proof |= {"address": mine, "former_email": mine.email}
        _move(mine, new)
    else:
        _give(member, new)
    Consent.objects.create(**proof)
    return True


def _check(member: Member, email: str) -> None:
    """Raises Impossible. Officers may know who has the address; the person is told nothing."""
    other = Member.objects.filter(address__email=email).exclude(pk__in=_unconfirmed()).first()
    if other and other.pk == member.pk:
        raise Impossible("Das ist schon die Adresse dieser Person.")
    if other:
        raise Impossible("Mit dieser Adresse gibt es schon jemanden auf der Liste.", other)
    if suppression.is_suppressed(email):
        raise Impossible(
            "An diese Adresse dürfen wir nicht schreiben: Jemand hat widersprochen, oder Mails kamen von dort zurück. "
            "Fragen Sie nach einer anderen."
        )


def _unconfirmed() -> QuerySet[Member]:
    """True of people who have only filled in the form to join: the owner of the mailbox may be somebody else."""
    return Member.objects.pending().filter(origin=Member.Origin.FORM, left_at=None)


def _asking() -> templates.MailTemplate:
    return templates.load(ASKING, kind=Mailing.Kind.PERSONAL, main_link="bestaetigen")


def _proof(change: AddressChange, new: Address) -> dict[str, Any]:
    """The fields of the link that the chain gets; the mail's Message-ID is that of the question."""
    asking = _asking()
    mail = new.deliveries.filter(mailing__template=ASKING).order_by("-pk").first()
    return {
        "address": new,
        "act": Consent.Act.MOVED,
        "method": "POST /adresse/",
        "mail_text": proofs.wordings(asking.subject + "\n" + asking.text)[Wording.Kind.MAIL],
        "message_id": message_id(mail) if mail else "",
        "entered_by": change.asked_by,
    }


def _give(caller: Member, address: Address) -> None:
    """A caller has an address from now on."""
    households.gather(Reply.objects.filter(caller=caller), address)
    Member.objects.filter(pk=caller.pk).update(address=address)
    Address.objects.filter(pk=address.pk).lift_bounces()
    Address.objects.filter(pk=address.pk).update(list_mail=True, paused_until=None)


def _move(mine: Address, new: Address) -> None:
    """The member's row gets the new address, and what belonged to that one; then the old mailbox is told."""
    former, gone = mine.email, mine.bounced_at is not None
    households.gather(Reply.objects.filter(address=new), mine)
    households.renew_links(mine)
    memberships.move(new, mine)
    # Their links end, and what comes back for them is about the old mailbox: it finds no copy any more.
    gone_out = mine.deliveries.exclude(state__in=Delivery.OPEN)
    gone_out.update(nonce=RandomHex(), message_key=RandomUUID(), provider_id="")
    _take_over(new, mine)
    new.delete()
    now = timezone.now()
    fresh = {"nonce": tokens.new_nonce(), "created_at": now, "bounced_at": None, "bounce_lifted_at": now}
    Address.objects.filter(pk=mine.pk).update(email=new.email, **fresh)
    if not gone:
        old = Address.objects.ensure(former)
        Address.objects.filter(pk=old.pk).update(discreet=mine.discreet)
        queue(templates.load(TOLD, kind=Mailing.Kind.PERSONAL), [Recipient(old)])


def _take_over(new: Address, mine: Address) -> None:
    """Whatever refers to the new address refers to the member's row; of one mailing the member's copy counts."""
    twice = new.deliveries.filter(mailing__in=mine.deliveries.values("mailing"))
    twice.open().cancel(Delivery.Reason.ERASED, timezone.now())
    twice.update(address=None, values={}, links={}, answer="", provider_id="")
    proofs.move(new, mine)
    for relation in Address._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            rows = relation.related_model._default_manager.filter(**{relation.field.name: new})
            if rows.exists():
                rows.update(**{relation.field.name: mine})
