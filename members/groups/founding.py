"""Founding a group: a member proposes it, a second contact says yes by mail, officers approve (G-01)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mailings import suppression, tokens
from mailings.limits import Overrun
from mailings.links import Link
from mailings.models import Address
from mailings.strangers import admitted, mark
from members.groups import consent, joining, lifecycle, links, mails
from members.groups.joining import KIND, State
from members.models import Group, GroupMembership, GroupRequest, Member

# So many groups that have not ended may one person be a contact of.
MOST_GROUPS = 3


class TooMany(Exception):
    """The person is a contact of as many groups as one can look after."""


@dataclass(frozen=True)
class Proposal:
    title: str
    text: str
    town: str
    ages: list[int]
    rhythm: str


def find(token: str) -> Address | None:
    """The address that a link to the form opens."""
    return tokens.find(links.FOUND, token, Address.objects.all())


def may_found(address: Address) -> bool:
    """Only members found groups."""
    return Member.objects.active().filter(address=address).exists()


def propose(
    founder: Address, proposal: Proposal, name: str, second: str, ip: str | None, proof: str = ""
) -> GroupMembership:
    """Stores the group and asks the second contact by mail. Returns the founder's membership.

    `ip` is None in the demo only. The founder learns nothing about the second address. Raises TooMany, and NotNow with
    nothing stored.
    """
    if GroupMembership.objects.contacts().not_over().filter(address=founder).count() >= MOST_GROUPS:
        raise TooMany
    with admitted(KIND, second, ip, proof, about=f"contact {founder.pk}") as verdict, transaction.atomic():
        if verdict.overrun:
            raise Overrun
        group = Group.objects.create(**asdict(proposal))
        now = timezone.now()
        membership = GroupMembership.objects.create(
            group=group, address=founder, name=name, state=State.MEMBER, contact=True, joined_at=now, released_at=now
        )
        consent.agreed(founder, group, links.FOUND_PATH.partition("{")[0])
        _write(group, second, verdict.allowed, verdict.due_at)
        mark(KIND, Address.objects.ensure(second), verdict)
    return GroupMembership.objects.select_related("group", "address").get(pk=membership.pk)


def ask_another(founder: GroupMembership, second: str, ip: str | None, proof: str = "") -> None:
    """Asks somebody, or somebody else, to be the second contact of a group that waits for one. Raises NotNow."""
    about = f"contact {founder.address_id}"
    with admitted(KIND, second, ip, proof, about=about) as verdict, transaction.atomic():
        if verdict.overrun:
            raise Overrun
        group = lifecycle.locked(founder.group_id)
        if needs_second(group):
            _write(group, second, verdict.allowed, verdict.due_at)
            mark(KIND, Address.objects.ensure(second), verdict)


def needs_second(group: Group) -> bool:
    contacts = GroupMembership.objects.contacts().filter(group=group)
    return group.state == Group.State.ASKED and contacts.count() < 2


@transaction.atomic
def say_yes(request: GroupRequest, name: str, *, discreet: bool = False) -> GroupMembership | None:
    """The second contact is in, under this first name; with `discreet` all mail to the address is neutral from now on.

    None if the group does not need one any more. Raises Expired.
    """
    group, now = lifecycle.locked(request.group_id), timezone.now()
    if not needs_second(group):
        return None
    current = joining.take(request)
    if current is None:
        return None
    if discreet:
        Address.objects.filter(pk=current.address_id).update(discreet=True)
    current.name = name
    return joining.store(current, state=State.MEMBER, contact=True, joined_at=now, released_at=now)


@transaction.atomic
def say_no(request: GroupRequest) -> None:
    """The person does not want to; the founder is told, and can ask somebody else."""
    group = lifecycle.locked(request.group_id)
    deleted, _ = GroupRequest.objects.filter(pk=request.pk, answered_at=None).delete()
    if deleted and needs_second(group):
        mails.to_contacts("second_says_no", group, _to_second)


@transaction.atomic
def approve(group: Group) -> bool:
    """Officers let the group begin; its contacts are told. False if that was decided, or the second is missing."""
    group = lifecycle.locked(group.pk)
    if needs_second(group) or not lifecycle.begin(group, timezone.now()):
        return False
    mails.to_contacts("approved", group)
    return True


@transaction.atomic
def decline(group: Group, reason: str) -> bool:
    """Officers do not let it begin, and say why in kind words. False if that was decided before."""
    group = lifecycle.locked(group.pk)
    done = Group.objects.filter(pk=group.pk, state=Group.State.ASKED).update(
        state=Group.State.DECLINED, reason=reason[:500], ended_at=timezone.now()
    )
    if done:
        _tell(group, reason)
    return bool(done)


def give_up(group: Group) -> None:
    """Nobody became the second contact in time; the founder is told, and the group can be deleted."""
    _tell(group, "Es hat sich in 30 Tagen keine zweite Ansprechperson gefunden.")


def _tell(group: Group, reason: str) -> None:
    for each in GroupMembership.objects.contacts().filter(group=group).select_related("address"):
        mails.to_outsider("not_approved", each.address, title=group.title, reason=reason)


def _write(group: Group, second: str, allowed: bool, due_at: datetime) -> None:
    """Writes the mail, or rolls back what it wrote: the statements are the same (mailings.strangers)."""
    with transaction.atomic():
        request = GroupRequest(group=group, address=Address.objects.ensure(second), as_contact=True)
        joining.write(request, due_at, "second_contact")
        if suppression.is_suppressed(second) or not allowed:
            transaction.set_rollback(True)


def _to_second(contact: GroupMembership) -> dict[str, Link]:
    return {"zweite": links.to_page(contact, "zweite/")}
