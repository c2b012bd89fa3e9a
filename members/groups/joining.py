"""Asking to join a group: confirmed by mail first, answered by a contact with two taps (G-02).

The public page tells nothing about an address that is typed there, and nobody in the group learns anything before the
link in the mail is confirmed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mailings import suppression, templates, tokens
from mailings.links import Link
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from mailings.strangers import mail_to_stranger
from members import proofs
from members.details import is_discreet
from members.groups import consent, lifecycle, links, mails, memberships, texts
from members.groups.models import CONTACT
from members.models import Group, GroupMembership, GroupRequest

KIND = "group"
PATH = "/gruppen/"
MOST_MEMBERS = 60
State = GroupMembership.State


class Expired(Exception):
    """The link was valid once; its 72 hours are over."""


class Decision(StrEnum):
    """What a contact says. Values stand in forms."""

    YES = "passt"
    NO = "gerade-nicht"
    NEVER = "nicht-einlassen"


def ask(
    group: Group, email: str, name: str, sentence: str, ip: str | None, proof: str = "", *, discreet: bool = False
) -> None:
    """Mails the link that confirms the request; the same statements for every address (P-04). Raises NotNow.

    With `discreet` this mail is neutral; confirming makes all mail to the address neutral.
    """
    with mail_to_stranger(KIND, email, ip, proof, about=str(group.pk)) as (address, verdict):
        request = GroupRequest(group=group, address=address, name=name, sentence=sentence, discreet=discreet)
        write(request, verdict.due_at, "confirm")
        if suppression.is_suppressed(email):
            transaction.set_rollback(True)


def write(request: GroupRequest, due_at: datetime, name: str) -> None:
    """Stores the request and mails its link. Nothing that was typed is in the mail (M-14). Call in a transaction."""
    request.nonce = tokens.new_nonce()
    request.confirm_until = due_at + timedelta(hours=settings.CONFIRM_HOURS)
    request.save()
    # Mail that bounced gets one more try, but not for people we write to: the mailbox may have another owner by now.
    unused = Address.objects.filter(pk=request.address_id, list_mail=False)
    unused.exclude(group_memberships__state=State.MEMBER).lift_bounces()
    template = templates.load(f"groups/{name}", kind=Mailing.Kind.PERSONAL, main_link="anfrage")
    template = replace(template, discreet=is_discreet(request.address))
    mailing = queue(template, [Recipient(request.address, {}, {"anfrage": links.to_request(request)})], due_at)
    request.proof = consent.asked(request, mailing, f"{template.subject}\n{template.text}", PATH)
    request.save(update_fields=["proof"])


def find(token: str) -> GroupRequest | None:
    """The request that a link opens; None if it was thrown away."""
    return tokens.find(links.ASKED, token, GroupRequest.objects.select_related("group", "address"))


def may_answer(request: GroupRequest) -> bool:
    return request.answered_at is None and timezone.now() <= request.confirm_until


@transaction.atomic
def confirm(request: GroupRequest) -> None:
    """The sentence goes to the contacts now; a group that takes nobody any more says so at once.

    For somebody who is kept out all looks the same, and nobody hears of it. Does nothing a second time. Raises Expired
    after 72 hours.
    """
    group = lifecycle.locked(request.group_id)
    current = take(request)
    if current is None:
        return
    people = GroupMembership.objects.members().filter(group=group)
    there = people.filter(address=current.address).select_related("address")
    if there and not group.has_ended:
        mails.write("accepted", group, there)
    elif group.is_open and people.count() < MOST_MEMBERS:
        asking = store(current, state=State.ASKED, sentence=current.sentence)
        if not memberships.is_kept_out(group, current.address.email):
            _tell_contacts(group, asking)
    else:
        lifecycle.not_taken(current.address, group)


def take(request: GroupRequest) -> GroupRequest | None:
    """Marks the request as answered, once, and continues the proof. Call in a transaction. Raises Expired."""
    current = GroupRequest.objects.select_for_update(of=("self",)).select_related("address", "proof")
    found = current.get(pk=request.pk)
    if found.answered_at:
        return None
    if not may_answer(found):
        raise Expired
    assert found.proof is not None, "nobody confirms without having been asked"
    proofs.confirmed(found.proof, method="POST /gruppen/anfrage/")
    GroupRequest.objects.filter(pk=found.pk).update(answered_at=timezone.now(), name="", sentence="", discreet=False)
    # As when somebody joins the network: the link has arrived, and mail is wanted again.
    mine = Address.objects.filter(pk=found.address_id)
    mine.lift_bounces()
    mine.update(complained_at=None, **({"discreet": True} if found.discreet else {}))
    return found


def store(request: GroupRequest, **fields: object) -> GroupMembership:
    """The person's row in the group, new or again. It keeps its links: one click in an older mail still leaves.

    It keeps the name of somebody who has belonged: it stands beside what they wrote, and in reports.
    """
    known = GroupMembership.objects.filter(group=request.group_id, address=request.address, joined_at__isnull=False)
    name = known.values_list("name", flat=True).first() or request.name
    made = {"name": name, "asked_at": timezone.now(), "left_at": None, **fields}
    GroupMembership.objects.bulk_create(
        [GroupMembership(group_id=request.group_id, address=request.address, **made)],
        update_conflicts=True,
        unique_fields=["group", "address"],
        update_fields=list(made),
    )
    rows = GroupMembership.objects.select_related("group", "address")
    return rows.get(group=request.group_id, address=request.address)


def discard(request: GroupRequest) -> None:
    """Forgets a request that somebody says was not theirs."""
    GroupRequest.objects.filter(pk=request.pk, answered_at=None).delete()


def waiting(group: Group) -> list[GroupMembership]:
    """Those who ask, the earliest first, without those who are kept out."""
    kept_out = set(group.kept_out.values_list("key", flat=True))
    rows = GroupMembership.objects.asking().filter(group=group).select_related("address").order_by("asked_at")
    return [each for each in rows if memberships.kept_out_key(group, each.address.email) not in kept_out]


@transaction.atomic
def decide(contact: GroupMembership, pk: int, decision: Decision) -> bool:
    """A contact answers the request; the person is told. False if another contact was quicker."""
    group, now = lifecycle.locked(contact.group_id), timezone.now()
    if not GroupMembership.objects.contacts().filter(pk=contact.pk).exists():
        return False
    mine = GroupMembership.objects.filter(group=group, pk=pk)
    asking = next((each for each in waiting(group) if each.pk == pk), None)
    if asking is None:
        return False
    if decision == Decision.YES:
        mine.update(state=State.MEMBER, joined_at=now, sentence="")
        mails.write("accepted", group, [asking])
        lifecycle.sign_of_life(group, now)
        return True
    mine.update(state=State.DECLINED, left_at=now, sentence="")
    if decision == Decision.NEVER:
        memberships.keep_out(group, asking.address.email, CONTACT)
    lifecycle.not_taken(asking.address, group)
    return True


def _tell_contacts(group: Group, asking: GroupMembership) -> None:
    def own(contact: GroupMembership) -> dict[str, Link]:
        answer = f"?anfrage={asking.pk}&antwort="
        return {
            "passt": links.to_page(contact, f"{answer}{Decision.YES}#anfragen"),
            "nicht": links.to_page(contact, f"{answer}{Decision.NO}#anfragen"),
        }

    mails.to_contacts("asked", group, own, who=asking.name, said=texts.quoted(asking.sentence))
