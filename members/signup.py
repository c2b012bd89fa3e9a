"""Joining: a stranger asks, we write, the person confirms (double opt-in); or an officer enters somebody."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kit import tallies
from kit.tallies import What
from mailings import suppression, templates, tokens
from mailings.links import Link, to_my_data
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from mailings.strangers import mail_to_stranger
from mailings.templates import MailTemplate
from members import proofs
from members.details import Details, is_discreet
from members.groups import finding
from members.models import NETWORK, Consent, JoinRequest, Member

# What a link opens: the request of a form, or the member whom an officer entered. Purposes and path stay for ever.
JOIN, CONFIRM = "join", "confirm"
CONFIRM_PATH = "/mitmachen/bestaetigen/{token}/"
ASK_AGAIN = timedelta(minutes=10)

Asked = JoinRequest | Member


class Expired(Exception):
    """The link was valid once; its 72 hours are over."""


def ask(email: str, details: Details, ip: str | None, proof: str = "") -> None:
    """Writes the mail that fits the state of the address in the form, and keeps what was typed for the link in it.

    The same statements run in the same order for new, pending, active, paused, suppressed and rate-limited addresses
    (P-04); beyond the limits all of it is rolled back but the count. The form says nothing about the person: no record
    of a member and no address changes before the link is confirmed (P-27). `ip` is None if the address' own link has
    asked. Raises NotNow.
    """
    with mail_to_stranger("join", email, ip, proof) as (address, verdict):
        # Mail that bounced gets one more try, but not for a member: the mailbox may have another owner by now.
        Address.objects.filter(pk=address.pk, list_mail=False).lift_bounces()
        now, until = timezone.now(), verdict.due_at + timedelta(hours=settings.CONFIRM_HOURS)
        member = _member(address, now, until)
        active = member.state == Member.State.ACTIVE
        request = JoinRequest.objects.create(
            member=member,
            details={} if active else asdict(details),
            nonce=tokens.new_nonce(),
            asked_at=now,
            confirm_until=until,
        )
        asking, known = load_confirm(), load_already()
        texts = proofs.wordings(asking.subject + "\n" + asking.text)
        template = replace(known if active else asking, discreet=is_discreet(address))
        mailing = _write(template, [(member, _to_request(request))], verdict.due_at)
        [question] = proofs.asked(mailing, texts, method="POST /mitmachen/")
        JoinRequest.objects.filter(pk=request.pk).update(proof=question)


def confirm(asked: Asked) -> None:
    """Makes the person a member, with what was typed for this link and nothing else, and welcomes them.

    Does nothing for an active member. Raises Expired after 72 hours, and when the request is gone.
    """
    with transaction.atomic():
        member = _locked(asked)
        if member.state == Member.State.ACTIVE:
            return
        current = JoinRequest.objects.filter(pk=asked.pk).first() if isinstance(asked, JoinRequest) else member
        if current is None or not may_confirm(current):
            raise Expired
        proofs.confirmed(_question(current), method="POST /mitmachen/bestaetigen/")
        if isinstance(current, JoinRequest):
            member = _take_over(current, member)
        activate([member])
        tallies.count(What.CONFIRMED)
        suppression.unsuppress(member.mailbox.email)
        facts = {"groups": finding.near(member)}
        welcome = templates.load("members/welcome", kind=Mailing.Kind.LIST, facts=facts)
        queue(welcome, [Recipient(member.mailbox, {"anrede": member.greeting}, {"meine_daten": to_my_data()})])


@transaction.atomic
def discard(asked: Asked) -> None:
    """Forgets what the person says they did not ask for, and the person too if nothing else waits for them."""
    member = _locked(asked)
    if isinstance(asked, JoinRequest):
        JoinRequest.objects.filter(pk=asked.pk).delete()
        waits = member.origin != Member.Origin.FORM
    elif member.state == Member.State.PENDING:
        Member.objects.filter(pk=member.pk).update(
            **Details.forgotten(), origin=Member.Origin.FORM, confirm_until=None, nonce=tokens.new_nonce()
        )
        waits = False
    if member.state == Member.State.PENDING and not waits and not member.requests.exists():
        drop(Member.objects.filter(pk=member.pk))


def drop(pending: QuerySet[Member]) -> None:
    """Deletes people who do not confirm; former members return to having left, because their proof is kept longer."""
    pending.exclude(left_at=None).update(state=Member.State.LEFT, confirm_until=None, **Details.forgotten())
    new = pending.filter(left_at=None)
    addresses = list(new.values_list("address_id", flat=True))
    proofs.delete(Consent.objects.filter(address__in=addresses, lists=NETWORK))
    new.filter(address__in=addresses).delete()


def may_confirm(asked: Asked) -> bool:
    waits = isinstance(asked, JoinRequest) or asked.state == Member.State.PENDING
    return waits and asked.confirm_until is not None and timezone.now() <= asked.confirm_until


def find(token: str) -> Asked | None:
    """What a confirmation link opens; None if it was revoked."""
    request = tokens.find(JOIN, token, JoinRequest.objects.select_related("member__address"))
    return request or tokens.find(CONFIRM, token, Member.objects.select_related("address"))


def enter(email: str, details: Details, *, origin: Member.Origin, by: str, proof: str = "") -> Member:
    """Enters a person for an officer: asked by mail, or active at once with a note where the consent is kept.

    Raises Member.DoesNotExist, without touching the row, if the person is already active.
    """
    members = enter_all([(email, details)], origin=origin, by=by, proof=proof)
    if not members:
        raise Member.DoesNotExist
    return members[0]


@transaction.atomic
def enter_all(people: list[tuple[str, Details]], *, origin: Member.Origin, by: str, proof: str = "") -> list[Member]:
    """Like `enter`, for any number of people in a fixed number of statements; one mailing for all who are asked.

    Returns the members entered; people who are active already are left out.
    """
    now = timezone.now()
    # Sorted, so that two transactions that enter the same people cannot deadlock.
    people = sorted(people, key=lambda person: person[0])
    Address.objects.ensure_all([email for email, _ in people])
    settled = _settled([email for email, _ in people])
    people = [(email, details) for email, details in people if email not in settled]
    if not people:
        return []
    addresses = _addresses(people)
    Member.objects.bulk_create(
        [_new(addresses[email], details, origin, now, by) for email, details in people],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["state", *Details.FIELDS, "note", "noted_by", "noted_at", "origin", "asked_at", "confirm_until"],
    )
    members = list(Member.objects.filter(address__in=addresses.values()).select_related("address"))
    method = Member.Origin(origin).label
    if proof:
        Consent.objects.bulk_create(
            Consent(address=m.address, act=Consent.Act.RECORDED, method=method, proof=proof, entered_by=by)
            for m in members
        )
        activate(members)
        return members
    asking = load_entered()
    texts = proofs.wordings(asking.subject + "\n" + asking.text)
    mailing = _write(asking, [(member, _to_member(member)) for member in members], now)
    proofs.asked(mailing, texts, method=method, entered_by=by)
    return members


@transaction.atomic
def ask_again(member: Member, *, by: str) -> bool:
    """Sends a pending member the link once more, with another 72 hours; not twice within ten minutes."""
    member = Member.objects.select_for_update(of=("self",)).select_related("address").get(pk=member.pk)
    now = timezone.now()
    if member.state != Member.State.PENDING or now < member.asked_at + ASK_AGAIN:
        return False
    again = {"asked_at": now, "confirm_until": now + timedelta(hours=settings.CONFIRM_HOURS)}
    Member.objects.filter(pk=member.pk).update(**again)
    by_form = member.origin == Member.Origin.FORM
    request = member.requests.order_by("pk").last() if by_form else None
    asking = load_confirm() if by_form else load_entered()
    texts = proofs.wordings(asking.subject + "\n" + asking.text)
    template = replace(asking, discreet=is_discreet(member.mailbox))
    mailing = _write(template, [(member, _to_request(request) if request else _to_member(member))], now)
    [proof] = proofs.asked(mailing, texts, method="Verwaltung", entered_by=by)
    if request:
        JoinRequest.objects.filter(pk=request.pk).update(**again, proof=proof)
    return True


def activate(members: list[Member]) -> None:
    """From now on list mail goes to these members. What still waited is forgotten; its links lead to the welcome."""
    now = timezone.now()
    Member.objects.filter(pk__in=[member.pk for member in members]).update(
        state=Member.State.ACTIVE, joined_at=now, left_at=None, confirm_until=None
    )
    JoinRequest.objects.filter(member__in=members).update(details={})
    addresses = Address.objects.filter(pk__in=[member.address_id for member in members])
    addresses.lift_bounces()
    addresses.update(list_mail=True, paused_until=None, complained_at=None)
    tallies.count(What.JOINED, len(members), on=timezone.localdate(now))


def load_confirm() -> MailTemplate:
    """The mail that asks for confirmation: nothing in it comes from the form, and nothing advertises (M-14)."""
    return templates.load("members/confirm", kind=Mailing.Kind.PERSONAL, main_link="bestaetigen")


def load_entered() -> MailTemplate:
    return templates.load("members/confirm_entered", kind=Mailing.Kind.PERSONAL, main_link="bestaetigen")


def load_already() -> MailTemplate:
    return templates.load("members/already", kind=Mailing.Kind.PERSONAL, main_link="meine_daten")


def _settled(emails: list[str]) -> set[str]:
    """The active ones. All are locked first: a confirmation or departure that is under way is waited for."""
    locked = Member.objects.filter(address__email__in=emails).order_by("pk").select_for_update(of=("self",))
    states = locked.values_list("address__email", "state")
    return {email for email, state in states if state == Member.State.ACTIVE}


def _addresses(people: list[tuple[str, Details]]) -> dict[str, Address]:
    """The rows of these addresses, which get one more try after a bounce; discretion ends in „Meine Daten“ only."""
    rows = Address.objects.filter(email__in=[email for email, _ in people])
    rows.lift_bounces()
    rows.filter(email__in=[email for email, details in people if details.discreet]).update(discreet=True)
    return {found.email: found for found in rows}


def _locked(asked: Asked) -> Member:
    pk = asked.member_id if isinstance(asked, JoinRequest) else asked.pk
    return Member.objects.select_for_update(of=("self",)).select_related("address").get(pk=pk)


def _take_over(request: JoinRequest, member: Member) -> Member:
    """The member with what was typed for the link; discretion ends in "Meine Daten" only."""
    details = Details(**request.details)
    Member.objects.filter(pk=member.pk).update(**details.own(), origin=Member.Origin.FORM, asked_at=request.asked_at)
    if details.discreet:
        Address.objects.filter(member=member).update(discreet=True)
    return Member.objects.select_related("address").get(pk=member.pk)


def _question(asked: Asked) -> Consent:
    """The link of the chain that this confirmation continues."""
    if isinstance(asked, JoinRequest):
        proof = asked.proof
    else:
        questions = asked.mailbox.consents.filter(act=Consent.Act.ASKED)
        # Officers' questions name no form. Links of earlier versions open the member whatever the question was.
        proof = questions.filter(form_url="").last() or questions.last()
    assert proof is not None, "nobody confirms without having been asked"
    return proof


def _member(address: Address, now: datetime, until: datetime) -> Member:
    """The member's row, created if needed. Of one who only ever asked by form the latest request is noted."""
    Member.objects.bulk_create(
        [Member(address=address)], update_conflicts=True, unique_fields=["address"], update_fields=["address"]
    )
    Member.objects.filter(address=address, state=Member.State.PENDING, origin=Member.Origin.FORM).update(
        asked_at=now, confirm_until=until
    )
    return Member.objects.select_related("address").get(address=address)


def _new(address: Address, details: Details, origin: Member.Origin, now: datetime, by: str) -> Member:
    return Member(
        address=address,
        **details.own(),
        **details.noted(by, now),
        origin=origin,
        asked_at=now,
        confirm_until=now + timedelta(hours=settings.CONFIRM_HOURS),
    )


def _to_request(request: JoinRequest) -> Link:
    return Link(CONFIRM_PATH, JOIN, request.pk, request.nonce)


def _to_member(member: Member) -> Link:
    return Link(CONFIRM_PATH, CONFIRM, member.pk, member.nonce)


def _write(template: MailTemplate, people: list[tuple[Member, Link]], due_at: datetime) -> Mailing:
    recipients = [
        Recipient(member.mailbox, {"anrede": member.greeting}, {"bestaetigen": link, "meine_daten": to_my_data()})
        for member, link in people
    ]
    return queue(template, recipients, due_at)
