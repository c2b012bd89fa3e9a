"""Joining: a stranger asks, we write, the person confirms (double opt-in); or an officer enters somebody."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from mailings import suppression, templates, tokens
from mailings.links import Link, to_my_data
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue
from mailings.sending.message import message_id
from mailings.strangers import mail_to_stranger
from mailings.templates import MailTemplate
from members import proofs
from members.details import Details
from members.models import Consent, Member, Tally, Wording

CONFIRM = "confirm"
CONFIRM_PATH = "/mitmachen/bestaetigen/{token}/"
ASK_AGAIN = timedelta(minutes=10)


class Expired(Exception):
    """The link was valid once; its 72 hours are over."""


def ask(email: str, details: Details, ip: str) -> None:
    """Writes the mail that fits the state of the address in the form.

    The same statements run in the same order for new, pending, active, paused, suppressed and rate-limited addresses
    (P-04); beyond the limits all of it is rolled back. What an active member has told us is never overwritten.
    """
    with mail_to_stranger("join", email, ip) as (address, verdict):
        _prepare(address, details.discreet)
        member = _member(address, details, verdict.due_at)
        asking, known = load_confirm(), load_already()
        texts = proofs.wordings(asking.subject + "\n" + asking.text)
        active = member.state == Member.State.ACTIVE
        mailing = _write(known if active else asking, [member], verdict.due_at)
        _asked(mailing, texts, method="POST /mitmachen/")


def confirm(member: Member) -> None:
    """Makes a pending member active and welcomes them; does nothing for an active one. Raises Expired
    after 72 hours.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update().select_related("address").get(pk=member.pk)
        if member.state == Member.State.ACTIVE:
            return
        if not may_confirm(member):
            raise Expired
        proofs.confirmed(member.address, method="POST /mitmachen/bestaetigen/")
        activate([member])
        suppression.unsuppress(member.address.email)
        welcome = templates.load("members/welcome", kind=Mailing.Kind.LIST)
        queue(welcome, [Recipient(member.address, {"anrede": member.greeting}, {"meine_daten": to_my_data()})])


def may_confirm(member: Member) -> bool:
    return (
        member.state == Member.State.PENDING
        and member.confirm_until is not None
        and timezone.now() <= member.confirm_until
    )


def find(token: str) -> Member | None:
    """The member whose confirmation link this is; None if it is not ours or was revoked."""
    return tokens.find(CONFIRM, token, Member.objects.select_related("address"))


def enter(email: str, details: Details, *, origin: str, by: str, proof: str = "") -> Member:
    """Enters a person for an officer: asked by mail, or active at once with a note where the consent is kept.

    Raises Member.DoesNotExist, without touching the row, if the person is already active.
    """
    members = enter_all([(email, details)], origin=origin, by=by, proof=proof)
    if not members:
        raise Member.DoesNotExist
    return members[0]


@transaction.atomic
def enter_all(people: list[tuple[str, Details]], *, origin: str, by: str, proof: str = "") -> list[Member]:
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
        [_new(addresses[email], details, origin, now) for email, details in people],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["state", *Details.FIELDS, "note", "origin", "asked_at", "confirm_until"],
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
    _asked(_write(asking, members, now), texts, method=method, entered_by=by)
    return members


@transaction.atomic
def ask_again(member: Member, *, by: str) -> bool:
    """Sends a pending member the link once more, with another 72 hours; not twice within ten minutes."""
    member = Member.objects.select_for_update(of=("self",)).select_related("address").get(pk=member.pk)
    now = timezone.now()
    if member.state != Member.State.PENDING or now < member.asked_at + ASK_AGAIN:
        return False
    confirm_until = now + timedelta(hours=settings.CONFIRM_HOURS)
    Member.objects.filter(pk=member.pk).update(asked_at=now, confirm_until=confirm_until)
    asking = load_confirm() if member.origin == Member.Origin.FORM else load_entered()
    texts = proofs.wordings(asking.subject + "\n" + asking.text)
    _asked(_write(asking, [member], now), texts, method="Verwaltung", entered_by=by)
    return True


def activate(members: list[Member]) -> None:
    """From now on list mail goes to these members."""
    now = timezone.now()
    Member.objects.filter(pk__in=[member.pk for member in members]).update(
        state=Member.State.ACTIVE, joined_at=now, left_at=None, confirm_until=None
    )
    Address.objects.filter(pk__in=[member.address_id for member in members]).update(
        list_mail=True, paused_until=None, bounced_at=None, complained_at=None
    )
    Tally.objects.bulk_create(Tally(what=Tally.What.JOINED, on=timezone.localdate(now)) for _ in members)


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
    rows.exclude(bounced_at=None).update(bounced_at=None)
    rows.filter(email__in=[email for email, details in people if details.discreet]).update(discreet=True)
    return {found.email: found for found in rows}


def _prepare(address: Address, discreet: bool) -> None:
    """After a bounce, asking again gets one more try. Anybody may ask for discretion; only "Meine Daten" ends it."""
    Address.objects.filter(pk=address.pk).update(
        discreet=Case(When(Q(discreet=True) | Q(Value(discreet)), then=Value(True)), default=Value(False)),
        bounced_at=None,
    )


def _member(address: Address, details: Details, due_at: datetime) -> Member:
    """The member's row, created if needed; one who is not active gets the new details and another 72 hours."""
    Member.objects.bulk_create(
        [Member(address=address)], update_conflicts=True, unique_fields=["address"], update_fields=["address"]
    )
    Member.objects.filter(address=address).exclude(state=Member.State.ACTIVE).update(
        state=Member.State.PENDING,
        **details.own(),
        origin=Member.Origin.FORM,
        asked_at=timezone.now(),
        confirm_until=due_at + timedelta(hours=settings.CONFIRM_HOURS),
    )
    return Member.objects.select_related("address").get(address=address)


def _new(address: Address, details: Details, origin: str, now: datetime) -> Member:
    return Member(
        address=address,
        **details.own(),
        note=details.note,
        origin=origin,
        asked_at=now,
        confirm_until=now + timedelta(hours=settings.CONFIRM_HOURS),
    )


def _write(template: MailTemplate, members: list[Member], due_at: datetime) -> Mailing:
    return queue(
        template,
        [
            Recipient(
                member.address,
                {"anrede": member.greeting},
                {
                    "bestaetigen": Link(CONFIRM_PATH, CONFIRM, member.pk, member.nonce),
                    "meine_daten": to_my_data(),
                },
            )
            for member in members
        ],
        due_at,
    )


def _asked(mailing: Mailing, texts: dict[str, Wording], *, method: str, entered_by: str = "") -> None:
    deliveries = Delivery.objects.filter(mailing=mailing).select_related("address")
    Consent.objects.bulk_create(
        Consent(
            address=delivery.address,
            act=Consent.Act.ASKED,
            form_url=settings.SITE_URL + proofs.JOIN_PATH if not entered_by else "",
            method=method,
            consent_text=texts[Wording.Kind.CONSENT],
            privacy_notice=texts[Wording.Kind.PRIVACY],
            mail_text=texts[Wording.Kind.MAIL],
            message_id=message_id(delivery),
            entered_by=entered_by,
        )
        for delivery in deliveries
    )
