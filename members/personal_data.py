"""What `members` holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from mailings.models import Address
from mailings.personal_data import CONSENT, DUTY, NOT_PERSONAL, Use
from members import proofs, signup
from members.details import Details, told, told_with
from members.models import NETWORK, Consent, JoinRequest, Member, Newsletter, Tally, Wording

_MEMBERSHIP = Use(
    "dass Sie dabei sind, seit wann und wie Sie dazugekommen sind",
    "Ihnen Rundmails und Einladungen zu schicken",
    CONSENT,
    f"bis Sie sich abmelden; ohne Bestätigung {settings.UNCONFIRMED_DAYS} Tage",
)
_DETAILS = Use(
    "Anrede, Wohnort, Geburtsjahre der Kinder (alles freiwillig) und Notizen",
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
        **dict.fromkeys(["name", "municipality", "children_years", "note"], _DETAILS),
    },
    JoinRequest: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["member", "details", "proof", "asked_at", "confirm_until"], _REQUEST),
    },
    Consent: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(
            [
                "address", "act", "at", "lists", "form_url", "method", "consent_text", "privacy_notice", "mail_text",
                "message_id", "proof", "entered_by",
            ],
            _PROOF,
        ),
    },
    Wording: dict.fromkeys(["id", "kind", "sha256", "text", "since"], NOT_PERSONAL),
    Tally: dict.fromkeys(["id", "what", "on"], NOT_PERSONAL),
    Newsletter: dict.fromkeys([
        "id", "subject", "text", "municipalities", "youngest", "oldest", "written_by", "changed_at", "mailing",
        "sent_by", "sent_at",
    ], NOT_PERSONAL),
}  # fmt: skip


def export(address: Address) -> dict[str, Any]:
    held: dict[str, Any] = {}
    member = Member.objects.filter(address=address).first()
    if member:
        held["Mitgliedschaft"] = {
            "Stand": member.get_state_display(),
            **told(member),
            "Notiz": member.note,
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
    held["Einwilligung"] = [proof_of(consent) for consent in chain(address)]
    return held


def chain(address: Address) -> list[Consent]:
    return list(address.consents.select_related("consent_text", "privacy_notice", "mail_text", "address"))


def proof_of(consent: Consent) -> dict[str, Any]:
    """One link of the chain with everything P-01 asks for, under German headings."""
    text, notice, mail = consent.consent_text, consent.privacy_notice, consent.mail_text
    return {
        "Handlung": consent.get_act_display(),
        "Adresse": consent.address.email,
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


def erase(address: Address) -> None:
    """Deletes membership and proof; that somebody left is counted once, without the person."""
    member = Member.objects.filter(address=address).first()
    if member and member.state == Member.State.ACTIVE:
        proofs.count(Tally.What.LEFT)
    Member.objects.filter(address=address).delete()
    proofs.delete(Consent.objects.filter(address=address))


def expire(now: datetime) -> None:
    """Deletes unconfirmed people after 7 days, details a day after leaving, the proof at the end of the third year
    after it.
    """
    with transaction.atomic():
        late = now - timedelta(days=settings.UNCONFIRMED_DAYS)
        JoinRequest.objects.filter(asked_at__lt=late).delete()
        signup.drop(Member.objects.pending().filter(asked_at__lt=late, requests=None))
        gone = Member.objects.left().filter(left_at__lt=now - timedelta(hours=settings.UNDO_HOURS))
        gone.exclude(**Details.forgotten()).update(**Details.forgotten())
        _drop_proof(now)


def keeps(address_ids: list[int]) -> set[int]:
    """The addresses that this app still needs."""
    members = Member.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    consents = Consent.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    return {*members, *consents}


def _drop_proof(now: datetime) -> None:
    """Deletes proofs: `left_at` in year Y (Berlin) keeps one until 31 December of Y + CONSENT_YEARS, inclusive."""
    year = timezone.localtime(now).year - settings.CONSENT_YEARS
    end = timezone.make_aware(datetime.combine(date(year, 1, 1), datetime.min.time()))
    over = Member.objects.left().filter(left_at__lt=end, requests=None)
    proofs.delete(Consent.objects.filter(Exists(over.filter(address=OuterRef("address"))), lists=NETWORK))
    over.delete()
