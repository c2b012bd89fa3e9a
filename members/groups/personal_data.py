"""What groups hold about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from mailings.models import Address
from mailings.personal_data import CONSENT, DUTY, NOT_PERSONAL, Use
from members import proofs
from members.groups import consent, founding, mails, memberships
from members.groups.memberships import State
from members.models import (
    NETWORK,
    Consent,
    Group,
    GroupMembership,
    GroupMessage,
    GroupReport,
    GroupRequest,
    KeptOut,
    PhoneRelease,
)

# Messages, requests, and who was in a group; and what was reported from one.
KEPT_DAYS, REPORT_DAYS = 30, 90
_GONE = (State.DECLINED, State.LEFT, State.REMOVED)

_BELONGS = Use(
    "zu welchen Gruppen Sie gehören, unter welchem Vornamen und seit wann, und wem Sie dort Ihre Telefonnummer zeigen",
    "dass Sie sich ohne Konto verabreden und schreiben können",
    CONSENT,
    f"bis Sie die Gruppe verlassen, dann noch {KEPT_DAYS} Tage; die Nummer nur, solange Sie sie zeigen",
)
_ASKED = Use(
    "was Sie angegeben haben, um in eine Gruppe zu kommen: Vorname, Satz, und ob andere Ihr Postfach lesen können",
    "dass die Ansprechpersonen antworten können",
    CONSENT,
    f"bis zur Antwort, höchstens {KEPT_DAYS} Tage; ohne Bestätigung {settings.UNCONFIRMED_DAYS} Tage",
)
_WRITTEN = Use(
    "Ihre Nachrichten in Gruppen",
    "sie den anderen in der Gruppe zu zeigen",
    CONSENT,
    f"{KEPT_DAYS} Tage",
)
_REPORTED = Use(
    "was aus einer Gruppe gemeldet wurde, von wem, über wen, und die Nachrichten dazu",
    "Menschen in Gruppen zu schützen; nur die Gleichstellungsbeauftragten lesen es",
    DUTY,
    f"{REPORT_DAYS} Tage",
)
_KEPT_OUT = Use(
    "ein unlesbarer Schlüssel einer Adresse, die eine Gruppe nicht aufnimmt, und wer das seit wann so will",
    "Menschen in einer Gruppe vor jemandem zu schützen",
    DUTY,
    "solange es die Gruppe gibt",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    Group: {
        **dict.fromkeys(["id", "title", "text", "town", "ages", "rhythm", "state", "takes_members"], NOT_PERSONAL),
        **dict.fromkeys(["shown", "reason", "slug", "list_key", "asked_at", "founded_at", "ended_at"], NOT_PERSONAL),
        **dict.fromkeys(["check_at", "checks"], NOT_PERSONAL),
    },
    GroupMembership: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["group", "address", "name", "state", "contact", "asked_at", "joined_at"], _BELONGS),
        **dict.fromkeys(["left_at", "paused_until", "released_at", "phone"], _BELONGS),
        "sentence": _ASKED,
    },
    GroupRequest: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["group", "address", "as_contact", "discreet", "name", "sentence"], _ASKED),
        **dict.fromkeys(["proof", "asked_at", "confirm_until", "answered_at"], _ASKED),
    },
    KeptOut: {"id": NOT_PERSONAL, **dict.fromkeys(["group", "key", "since", "by"], _KEPT_OUT)},
    PhoneRelease: {"id": NOT_PERSONAL, "giver": _BELONGS, "reader": _BELONGS},
    GroupMessage: {"id": NOT_PERSONAL, **dict.fromkeys(["group", "writer", "reader", "text", "at"], _WRITTEN)},
    GroupReport: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(["group", "name", "about", "reporter", "text", "written", "at"], _REPORTED),
        **dict.fromkeys(["done_at", "done_by"], _REPORTED),
    },
}


def export(address: Address) -> dict[str, Any]:
    """Under headings that appear only if there is something. Not who is kept out: that protects others."""
    theirs = GroupMembership.objects.filter(address=address).select_related("group").order_by("pk")
    # A row kept longer because of a report must not show its person that there is one.
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    shown = theirs.exclude(state__in=_GONE, left_at__lt=old).prefetch_related("phone_releases__reader")
    written = GroupMessage.objects.filter(writer__in=theirs).select_related("group").order_by("at")
    reported = GroupReport.objects.filter(reporter__in=theirs).select_related("group").order_by("at")
    held = {
        "Gruppen": [_told(each) for each in shown],
        "Anfragen an Gruppen": [
            {"Gruppe": each.group.title, "Vorname": each.name, "Satz": each.sentence, "gefragt": each.asked_at}
            | ({"Andere können das Postfach lesen": True} if each.discreet else {})
            for each in GroupRequest.objects.filter(address=address).select_related("group").order_by("pk")
        ],
        "Nachrichten in Gruppen": [
            {"Gruppe": each.group.title, "geschrieben": each.at, "Text": each.text} for each in written
        ],
        "Was Sie aus Gruppen gemeldet haben": [
            {"Gruppe": each.group.title, "gemeldet": each.at, "Text": each.text} for each in reported
        ],
    }
    return {heading: rows for heading, rows in held.items() if rows}


def erase(address: Address) -> None:
    """Leaves every group silently, then deletes what was written. What others reported stays its 90 days."""
    theirs = GroupMembership.objects.filter(address=address).select_related("group", "address").order_by("group")
    for membership in theirs:
        memberships.end(membership, State.LEFT, "gelöscht")
        mails.forget(membership.group, membership.name)
    GroupReport.objects.filter(reporter__in=theirs).update(name="")
    GroupRequest.objects.filter(address=address).delete()
    GroupMembership.objects.filter(address=address).delete()


def expire(now: datetime) -> None:
    """Requests after 7 or 30 days; messages, people who are gone, and groups without a second contact after 30; reports
    after 90, with those whom they are about, and ended groups with the last of them; the proof of a consent at the end
    of the third year after it ended.
    """
    old, reported = now - timedelta(days=KEPT_DAYS), now - timedelta(days=REPORT_DAYS)
    with transaction.atomic():
        unconfirmed = Q(answered_at=None, asked_at__lt=now - timedelta(days=settings.UNCONFIRMED_DAYS))
        GroupRequest.objects.filter(unconfirmed | Q(asked_at__lt=old)).delete()
        GroupMessage.objects.filter(at__lt=old).delete()
        GroupReport.objects.filter(at__lt=reported).delete()
        for asking in GroupMembership.objects.asking().filter(asked_at__lt=old).select_related("group", "address"):
            consent.withdrawn(asking.address, asking.group, "keine Antwort")
            mine = GroupMembership.objects.filter(pk=asking.pk)
            mine.filter(_reported()).update(state=State.LEFT, left_at=asking.asked_at, sentence="")
            mine.asking().delete()
        GroupMembership.objects.filter(~_reported(), state__in=_GONE, left_at__lt=old).delete()
        for group in Group.objects.filter(state=Group.State.ASKED, asked_at__lt=old):
            if founding.needs_second(group):
                founding.give_up(group)
                _let_go(group, old)
        for group in Group.objects.filter(ended_at__lt=old):
            _let_go(group, group.ended_at or old)
        kept = GroupReport.objects.filter(group=OuterRef("pk"))
        over = Q(ended_at__lt=reported) | Q(state=Group.State.ASKED, asked_at__lt=old)
        Group.objects.filter(over, ~Exists(kept), memberships=None).delete()
        _drop_proof(now)


def keeps(address_ids: list[int]) -> set[int]:
    """The addresses that groups still need."""
    belong = GroupMembership.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    asked = GroupRequest.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    return {*belong, *asked}


def _reported() -> Exists:
    """Those of whom a report is: officers must know whom it is about."""
    return Exists(GroupReport.objects.filter(about=OuterRef("pk")))


def _told(membership: GroupMembership) -> dict[str, Any]:
    return {
        "Gruppe": membership.group.title,
        "Ihr Vorname dort": membership.name,
        "Stand": membership.get_state_display(),
        "Ansprechperson": membership.contact,
        "Ihr Satz": membership.sentence,
        "angefragt": membership.asked_at,
        "dabei seit": membership.joined_at,
        "nicht mehr dabei seit": membership.left_at,
        "pausiert bis": membership.paused_until,
        "erfährt Ort und Zeit seit": membership.released_at,
        "Telefon": membership.phone,
        "zeigt die Nummer": [each.reader.name for each in membership.phone_releases.all()],
    }


def _let_go(group: Group, ended_at: datetime) -> None:
    """Forgets the people of a group that is over; their consent ends with it."""
    everybody = GroupMembership.objects.filter(group=group)
    for membership in everybody.members().select_related("address"):
        consent.withdrawn(membership.address, group, "Gruppe beendet")
    everybody.members().update(state=State.LEFT, contact=False, released_at=None, phone="", left_at=ended_at)
    everybody.filter(~_reported()).delete()


def _drop_proof(now: datetime) -> None:
    """Deletes chains whose time is over, and those that nobody confirmed after 7 days."""
    of_groups, end = Consent.objects.exclude(lists=NETWORK), proofs.kept_since(now)
    same = {"address": OuterRef("address"), "lists": OuterRef("lists")}
    over = Exists(of_groups.filter(act=Consent.Act.WITHDRAWN, at__lt=end, **same))
    later = Exists(of_groups.filter(at__gte=end, **same))
    proofs.delete(of_groups.filter(over, ~later))
    late = now - timedelta(days=settings.UNCONFIRMED_DAYS)
    waits = Exists(GroupRequest.objects.filter(proof=OuterRef("pk")))
    confirmed = Exists(of_groups.filter(act=Consent.Act.CONFIRMED, **same))
    proofs.delete(of_groups.filter(~confirmed, ~waits, act=Consent.Act.ASKED, at__lt=late))
