"""What `members` holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kit import tallies
from kit.tallies import What
from mailings.models import Address
from mailings.personal_data import CONSENT, DUTY, NOT_PERSONAL, Use
from members import callers, proofs, signup
from members.details import Details, told, told_with
from members.models import NETWORK, AddressChange, Consent, JoinRequest, Member, Newsletter, Wording
from members.newsletters import flyers

_MEMBERSHIP = Use(
    "dass Sie dabei sind, seit wann und wie Sie dazugekommen sind",
    "Ihnen Rundmails und Einladungen zu schicken",
    CONSENT,
    f"bis Sie sich abmelden; ohne Bestätigung {settings.UNCONFIRMED_DAYS} Tage",
)
_DETAILS = Use(
    "Anrede, Wohnort, Geburtsjahre der Kinder (alles freiwillig), Telefon, wenn wir Sie anrufen sollen, und Notizen",
    "Sie richtig anzusprechen und Treffen passend zu planen",
    CONSENT,
    f"bis Sie sich abmelden, dann noch {settings.UNDO_HOURS} Stunden",
)
_REQUEST = Use(
    "was jemand mit Ihrer Adresse in das Formular „Mitmachen“ geschrieben hat",
    "es Ihnen zu zeigen, bevor Sie bestätigen oder verwerfen",
    CONSENT,
    f"bis Sie sich entscheiden, höchstens {settings.UNCONFIRMED_DAYS} Tage",
)
_NEW_ADDRESS = Use(
    "eine neue Adresse, die Sie uns genannt und noch nicht bestätigt haben",
    "sie erst zu benutzen, wenn Sie sie über eine Mail bestätigt haben",
    CONSENT,
    f"bis Sie bestätigen, höchstens {settings.UNCONFIRMED_DAYS} Tage",
)
_PROOF = Use(
    "der Nachweis Ihrer Einwilligung: Adresse, Zeiten, Wortlaut, Weg",
    "belegen zu können, dass Sie unsere Post wollten (Art. 7 Abs. 1 DSGVO)",
    DUTY,
    f"bis zum Ende des {settings.CONSENT_YEARS}. Jahres nach Ihrer Abmeldung",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    Member: {
        "id": NOT_PERSONAL,
        "nonce": NOT_PERSONAL,
        **dict.fromkeys(["address", "state", "origin", "asked_at"], _MEMBERSHIP),
        **dict.fromkeys(["confirm_until", "joined_at", "left_at"], _MEMBERSHIP),
        **dict.fromkeys(["name", "phone", "municipality", "children_years"], _DETAILS),
        **dict.fromkeys(["note", "noted_by", "noted_at"], _DETAILS),
    },
    AddressChange: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["member", "address", "asked_at", "confirm_until", "asked_by", "confirmed_at"], _NEW_ADDRESS),
    },
    JoinRequest: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["member", "details", "proof", "asked_at", "confirm_until"], _REQUEST),
    },
    Consent: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(
            [
                "address", "caller", "former_email", "act", "at", "lists", "form_url", "method", "consent_text",
                "privacy_notice", "mail_text", "message_id", "proof", "entered_by",
            ],
            _PROOF,
        ),
    },
    Wording: dict.fromkeys(["id", "kind", "sha256", "text", "since"], NOT_PERSONAL),
    Newsletter: dict.fromkeys([
        "id", "subject", "text", "municipalities", "youngest", "oldest", "written_by", "changed_at", "mailing",
        "sent_by", "sent_at", "send_at", "nobody_at", "flyer",
    ], NOT_PERSONAL),
}  # fmt: skip


def export(address: Address) -> dict[str, Any]:
    return _held(Member.objects.filter(address=address).first(), chain(address))


def export_caller(caller: Member) -> dict[str, Any]:
    return _held(caller, chain_of(caller))


def _held(member: Member | None, consents: list[Consent]) -> dict[str, Any]:
    held: dict[str, Any] = {}
    if member:
        held["Mitgliedschaft"] = {
            "Stand": member.get_state_display(),
            **told(member),
            "Telefon": member.phone,
            "Notiz": member.note,
            "Notiz von": member.noted_by,
            "Notiz vom": member.noted_at,
            "gekommen über": member.get_origin_display(),
            "gefragt": member.asked_at,
            "Bestätigung möglich bis": member.confirm_until,
            "dabei seit": member.joined_at,
            "abgemeldet": member.left_at,
        }
        held["Anfragen"] = [
            {**told_with(request), "gefragt": request.asked_at, "Bestätigung möglich bis": request.confirm_until}
            for request in member.requests.order_by("pk")
        ]
        held["Neue Adresse"] = [
            {
                "Adresse": change.address.email,
                "gefragt": change.asked_at,
                "Bestätigung möglich bis": change.confirm_until,
                "eingetragen von": change.asked_by,
            }
            for change in AddressChange.objects.filter(member=member, confirmed_at=None).select_related("address")
        ]
    held["Einwilligung"] = [_told(consent) for consent in consents]
    return held


def chain(address: Address) -> list[Consent]:
    return _chain(Q(address=address) | Q(caller__address=address), address.email)


def chain_of(member: Member) -> list[Consent]:
    return chain(member.address) if member.address else _chain(Q(caller=member), "")


def _chain(whose: Q, email: str) -> list[Consent]:
    """The links with `said_under`: the address that the person had at that time."""
    texts = ("consent_text", "privacy_notice", "mail_text")
    links = list(Consent.objects.filter(whose).select_related(*texts))
    for link in reversed(links):
        link.said_under = email  # type: ignore[attr-defined]
        if link.act == Consent.Act.MOVED:
            email = link.former_email
    return links


def other_emails(address: Address) -> list[str]:
    """Addresses that its member had before, or has named and not confirmed."""
    moved = address.consents.filter(act=Consent.Act.MOVED).exclude(former_email="")
    asked = AddressChange.objects.filter(member__address=address, confirmed_at=None)
    named = asked.values_list("address__email", flat=True)
    return [*moved.values_list("former_email", flat=True), *named]


def proof_of(consent: Consent) -> dict[str, Any]:
    """One link of the chain with everything P-01 asks for, under German headings."""
    text, notice, mail = consent.consent_text, consent.privacy_notice, consent.mail_text
    return {
        "Handlung": consent.get_act_display(),
        "Adresse": consent.said_under,  # type: ignore[attr-defined] # by `chain`
        "bisherige Adresse": consent.former_email,
        "Zeit": consent.at,
        "Weg": consent.method,
        "Listen": consent.lists,
        "Formular": consent.form_url,
        "Wortlaut der Einwilligung": text.text if text else "",
        "Fassung der Einwilligung": text.version if text else "",
        "SHA-256 der Einwilligung": text.sha256 if text else "",
        "Fassung der Datenschutzerklärung": notice.version if notice else "",
        "Fassung der Bestätigungsmail": mail.version if mail else "",
        "Message-ID der Bestätigungsmail": consent.message_id,
        "Wo der Nachweis liegt": consent.proof,
        "eingetragen von": consent.entered_by,
    }


def _told(consent: Consent) -> dict[str, Any]:
    """The link as the person gets it: who took her out of a group stays unsaid, for that one's safety."""
    return proof_of(consent) | ({} if consent.lists == NETWORK else {"eingetragen von": ""})


def erase(address: Address) -> None:
    """Deletes membership and proof; that somebody left is counted once, without the person."""
    member = Member.objects.filter(address=address).first()
    if member and member.state == Member.State.ACTIVE:
        tallies.count(What.LEFT)
    AddressChange.objects.filter(address=address).delete()
    proofs.delete(Consent.objects.filter(Q(address=address) | Q(caller__address=address)))
    Member.objects.filter(address=address).delete()


def erase_caller(caller: Member) -> None:
    if caller.state == Member.State.ACTIVE:
        tallies.count(What.LEFT)
    callers.delete(Member.objects.filter(pk=caller.pk))


def expire(now: datetime) -> None:
    """Deletes unconfirmed people after 7 days, details (of a caller everything) a day after leaving, the proof at the
    end of the third year after it; and flyers after the day that an officer has named.
    """
    flyers.expire(now)
    with transaction.atomic():
        late = now - timedelta(days=settings.UNCONFIRMED_DAYS)
        JoinRequest.objects.filter(asked_at__lt=late).delete()
        AddressChange.objects.filter(asked_at__lt=late).delete()
        signup.drop(Member.objects.pending().filter(asked_at__lt=late, requests=None))
        gone = Member.objects.left().filter(left_at__lt=now - timedelta(hours=settings.UNDO_HOURS))
        callers.delete(gone)
        gone.exclude(**Details.forgotten()).update(**Details.forgotten())
        _drop_proof(now)


def keeps(address_ids: list[int]) -> set[int]:
    """The addresses that this app still needs."""
    members = Member.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    consents = Consent.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    asked = AddressChange.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    return {*members, *consents, *asked}


def _drop_proof(now: datetime) -> None:
    over = Member.objects.left().filter(left_at__lt=proofs.kept_since(now), requests=None)
    proofs.delete(Consent.objects.filter(Exists(over.filter(address=OuterRef("address"))), lists=NETWORK))
    over.delete()
