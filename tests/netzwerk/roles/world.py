"""At least one row of everything that the desk knows, and every address below /verwaltung/ filled with such rows."""

import io
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.urls import get_resolver, resolve
from django.utils import timezone
from pypdf import PdfReader

from events.answering import answers
from events.answering.answers import Details
from events.models import Event, EventMail, Reply
from kit.desk import audit
from kit.desk.audit import Action
from mailings.models import BounceGroup, Delivery, Suppression
from members.groups import reports
from members.models import Member, Newsletter
from netzwerk.models import AccountInvitation, BarrierReport, PublishedReport
from tests.events.meetings import household, invite, meeting, party
from tests.members.groups.circle import circle, member
from tests.members.people import newsletter
from tests.netzwerk.test_addresses import patterns
from tests.wegweiser.offers import offer
from wegweiser.models import Check, FailedSearch, Hint, Situation, Submission, Synonym

DESK = "verwaltung/"
EVENT = f"{DESK}events/event/"


def breakfast() -> Event:
    """Anna comes with two children, Ben gave no name, Cem waits, Dua declined, Gerd rang; all have something to say."""
    event = meeting(seats=6, care=2)
    anna, ben, cem, dua = invite(event, *(f"{name}.k@example.org" for name in ("anna", "ben", "cem", "dua")))
    answers.accept(anna, party(1, 4, 7, care=1), Details("Allergie", "Anna Sommer", "030 23125-001"))
    answers.accept(ben, party(2), Details("Allergie", "", "030 23125-002"))
    answers.accept(household(event, "Gerd Lang"), party(1), Details("Allergie", "Gerd Lang", "030 23125-003"), by="amt")
    answers.accept(cem, party(2), Details("Allergie", "Cem Winter", "030 23125-004"))
    answers.decline(dua, Details("Allergie", "Dua Herbst", ""))
    Member.objects.update(note="Allergie")
    return event


@pytest.fixture
def world() -> Event:
    """At least one row of everything that the desk knows."""
    event = breakfast()
    kiste = offer(contact_person="Frau Kiste", email="kiste@example.org")
    with transaction.atomic():
        mailing = newsletter("anna.k@example.org")
    Newsletter.objects.create(subject="Neues", text="Guten Tag", written_by="amt@example.org")
    Newsletter.objects.create(subject="Neues", text="Guten Tag", mailing=mailing, sent_by="amt", sent_at=timezone.now())
    EventMail.objects.create(event=event, subject="Zum Termin", text="Bitte an Hausschuhe denken.")
    group = circle("Aylin")
    reports.report(member(group, "Aylin"), "Das war nicht schön.", member(group, "Sven"))
    Suppression.objects.create(key="a" * 64, reason=Suppression.Reason.values[0])
    BounceGroup.objects.create(domain="gmx.example", mailing=mailing, state=BounceGroup.State.HELD)
    Situation.objects.create(slug="umzug", title="Umzug")
    Synonym.objects.create(word="hüttchen", means=["Wohnung"])
    FailedSearch.objects.create(words="zelt", day=timezone.localdate(), count=5)
    Submission.objects.create(offer=kiste, address=kiste.provider.address, fields={"title": "Nähcafé"})
    Hint.objects.create(offer=kiste, text="Schreiben Sie an kiste@example.org")
    Check.objects.create(provider=kiste.provider)
    officer = User.objects.create_superuser("amt", email="amt@example.org")
    nothing = {"values": {}, "months": {}, "partial": {}, "gaps": [], "doors": 0}
    PublishedReport.objects.create(begins_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), figures=nothing)
    BarrierReport.objects.create(text="Zu blass.", email="kim@example.org")
    audit.record(officer, Action.CHANGED, "Mitglied 1: amt@example.org")
    AccountInvitation.objects.create(
        email="jana@amt.example", first_name="Jana", last_name="Klein", roles=["Tür"], invited_by=officer
    )
    return event


def fillings(event: Event) -> dict[str, list[object]]:
    """With what an address may be filled, whatever it is of."""
    return {
        "mail_pk": [EventMail.objects.get(event=event).pk],
        "mailing_pk": [event.mailings.latest("pk").pk],
        "delivery_pk": [Delivery.objects.exclude(address=None).latest("pk").pk],
        "reply_pk": [Reply.objects.get(name="Anna Sommer").pk],
        "member_pk": [Member.objects.first().pk],  # type: ignore[union-attr]
        "kind": ["csv", "xlsx"],
        "name": ["2025"],
        "factor": ["app-1", "codes-1", "passkey-1"],
        "content_type_id": [ContentType.objects.get_for_model(Member).pk],
        "url": ["gibt-es-nicht/"],
        "token": ["1-abc"],
        "app_label": sorted({model._meta.app_label for model in admin.site._registry}),
    }


def rows(path: str, event: Event, known: dict[str, list[object]]) -> list[dict[str, object]]:
    """With what to fill the address; one that names something new fails here, so that somebody thinks about it."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    if {"pk", "object_id", "id"} & set(names):
        pks = [event.pk] if path.startswith((EVENT, "verwaltung/aushang/")) else _pks(path)
        known = known | dict.fromkeys(("pk", "object_id", "id"), pks)
    found: list[dict[str, object]] = [{}]
    for name in names:
        found = [{**filled, name: value} for filled in found for value in known[name]]
    return found


def _pks(path: str) -> list[object]:
    """The first and the last."""
    if path.startswith(f"{DESK}konten/"):
        model: type[Model] = AccountInvitation if "/einladung/" in path else User
        return [model._default_manager.latest("pk").pk]
    match = re.match(r"verwaltung/(\w+)/(\w+)/", path)
    known = {model._meta.label_lower: model for model in admin.site._registry}
    model = known.get(".".join(match.groups()), Member) if match else Member
    pks = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return list(dict.fromkeys([pks.first(), pks.last()]))


def addresses(event: Event, only: set[str] | None = None) -> Iterator[str]:
    """Every address below /verwaltung/, or those of some routes, with rows that are there."""
    return (address for path, address in filled(event) if only is None or path in only or "app_label" in path)


def filled(event: Event) -> Iterator[tuple[str, str]]:
    """Every route below /verwaltung/, with each address of it."""
    known = fillings(event)
    for path in routes():
        for values in rows(path, event, known):
            plain = re.sub(r"\(\?P(<\w+>)[^)]*\)|[\^$]", r"\1", path)
            yield path, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match, v=values: str(v[match[1]]), plain)


def routes() -> list[str]:
    return [path for path, _ in patterns(get_resolver()) if path.startswith(DESK)]


def seen(answer) -> str:
    """What it says, of a PDF as well."""
    if answer["Content-Type"] == "application/pdf" and answer.content:
        return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content.decode()


def route(path: str) -> str:
    found = resolve(path)
    label = found.kwargs.get("app_label", "")
    return re.sub(r"\(\?P<app_label>.*?\)", f"(?P<app_label>{label})", found.route)
