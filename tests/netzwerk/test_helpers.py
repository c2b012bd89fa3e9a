"""The group "Helfer" (S-06, P-24): every URL of the desk, every method; what it may do is listed, all else refused.
Mika is an invented helper.
"""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve
from django.utils import timezone
from pypdf import PdfReader

from events.answering import answers
from events.answering.answers import Details
from events.models import Event, Reply
from kit.desk import audit
from kit.desk.audit import Action
from mailings.models import BounceGroup, Suppression
from mailings.sending import relay
from members.models import Member, Newsletter
from netzwerk.models import BarrierReport
from tests import FULL
from tests.desk import page
from tests.events.desk.test_event_forms import at
from tests.events.meetings import household, invite, meeting, party
from tests.members.people import newsletter
from tests.netzwerk.privacy.test_my_data import dump
from tests.netzwerk.test_addresses import patterns
from tests.wegweiser.offers import offer
from wegweiser.models import Check, FailedSearch, Hint, Situation, Submission, Synonym

pytestmark = pytest.mark.django_db

EVENT = "verwaltung/events/event/"
OWN = {"verwaltung/", "verwaltung/jsi18n/", "verwaltung/password_change/", "verwaltung/password_change/done/"}
OWN |= {f"verwaltung/meine-anmeldung/{path}" for path in ("", "handy/", "passkey/", "passkey/aufgabe/")}
APP = "verwaltung/(?P<app_label>events)/$"
# What answers her at all: which page stands there in the end, by method.
SEEN = {
    *OWN, APP, EVENT, "verwaltung/login/passkey/", f"{EVENT}<int:pk>/ueberblick/", f"{EVENT}<int:pk>/tuer/",
    "verwaltung/aushang/mitmachen.pdf", "verwaltung/aushang/<int:pk>.pdf",
}  # fmt: skip
CAME = f"{EVENT}<int:pk>/gekommen/"
DONE = {CAME, "verwaltung/logout/", "verwaltung/password_change/"}
LEAVES = "verwaltung/logout/"
LOGIN = "verwaltung/login/"
EMAIL = re.compile(r"[\w.+-]+@\w[\w-]*\.\w+|anna\.k|ben\.k|cem\.k")
REFUSED = {302, 400, 403, 404, 405}

# How an event can stand, and what then answers.
STATES: dict[str, dict[str, object]] = {
    "coming": {},
    "running": {"begins_at": timezone.now() - timedelta(hours=1)},
    "over": {"begins_at": timezone.now() - timedelta(days=3)},
    "draft": {"state": Event.State.DRAFT},
    "cancelled": {"state": Event.State.CANCELLED},
}
SOME_STATES = [state if state == "over" else pytest.param(state, marks=pytest.mark.proof) for state in STATES]


@pytest.fixture
def mika(settings) -> Client:
    """A helper: on the staff, in the group, and nothing else."""
    settings.DEMO = True
    helper = User.objects.create_user("mika", is_staff=True)
    helper.groups.add(Group.objects.get(name="Helfer"))
    client = Client()
    client.force_login(helper)
    return client


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


def stand(event: Event, fields: dict[str, object]) -> None:
    if begins_at := fields.get("begins_at"):
        fields = {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=2), "answer_by": begins_at}  # type: ignore[operator]
    Event.objects.filter(pk=event.pk).update(**fields)


@pytest.fixture
def world() -> Event:
    """At least one row of everything that the desk knows."""
    event, kiste = breakfast(), offer(contact_person="Frau Kiste", email="kiste@example.org")
    with transaction.atomic():
        mailing = newsletter("anna.k@example.org")
    Newsletter.objects.create(subject="Neues", text="Guten Tag", written_by="amt@example.org")
    Newsletter.objects.create(subject="Neues", text="Guten Tag", mailing=mailing, sent_by="amt", sent_at=timezone.now())
    Suppression.objects.create(key="a" * 64, reason=Suppression.Reason.values[0])
    BounceGroup.objects.create(domain="gmx.example", mailing=mailing, state=BounceGroup.State.HELD)
    Situation.objects.create(slug="umzug", title="Umzug")
    Synonym.objects.create(word="hüttchen", means=["Wohnung"])
    FailedSearch.objects.create(words="zelt", day=timezone.localdate(), count=5)
    Submission.objects.create(offer=kiste, address=kiste.provider.address, fields={"title": "Nähcafé"})
    Hint.objects.create(offer=kiste, text="Schreiben Sie an kiste@example.org")
    BarrierReport.objects.create(text="Zu blass.", email="kim@example.org")
    Check.objects.create(provider=kiste.provider)
    officer = User.objects.create_superuser("amt", email="amt@example.org")
    audit.record(officer, Action.CHANGED, "Mitglied 1: amt@example.org")
    return event


def fillings(event: Event) -> dict[str, list[object]]:
    """With what an address may be filled, whatever it is of."""
    return {
        "mailing_pk": [event.mailings.latest("pk").pk],
        "reply_pk": [Reply.objects.get(name="Anna Sommer").pk],
        "member_pk": [Member.objects.first().pk],  # type: ignore[union-attr]
        "kind": ["csv", "xlsx"],
        "factor": ["app-1", "codes-1", "passkey-1"],
        "content_type_id": [ContentType.objects.get_for_model(Member).pk],
        "url": ["gibt-es-nicht/"],
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
    match = re.match(r"verwaltung/(\w+)/(\w+)/", path)
    known = {model._meta.label_lower: model for model in admin.site._registry}
    model = known.get(".".join(match.groups()), Member) if match else Member
    pks = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return list(dict.fromkeys([pks.first(), pks.last()]))


def addresses(event: Event) -> Iterator[str]:
    """Every address below /verwaltung/, with rows that are there."""
    known = fillings(event)
    for path, _ in patterns(get_resolver()):
        if path.startswith("verwaltung/"):
            for values in rows(path, event, known):
                plain = re.sub(r"\(\?P(<\w+>)[^)]*\)|[\^$]", r"\1", path)
                yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match, v=values: str(v[match[1]]), plain)


def seen(answer) -> str:
    """What it says, of a PDF as well."""
    if answer["Content-Type"] == "application/pdf" and answer.content:
        return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content.decode()


def route(path: str) -> str:
    found = resolve(path)
    label = found.kwargs.get("app_label", "")
    return re.sub(r"\(\?P<app_label>.*?\)", f"(?P<app_label>{label})", found.route)


def walk(client: Client, event: Event, method: str) -> set[str]:
    """The pages that answer, after every redirect. None of them tells what she must not know."""
    answered = set()
    for path in addresses(event):
        if method not in {"get", "head"} and path == f"/{LEAVES}":
            continue
        answer = getattr(client, method)(path, follow=True)
        if answer.status_code == 200:
            answered.add(route(answer.request["PATH_INFO"]))
        assert answer.status_code in {200, *REFUSED}, path
        told = seen(answer)
        assert not EMAIL.search(told), (path, EMAIL.search(told))
        assert "Allergie" not in told, path
        for name in ("Cem Winter", "Dua Herbst", "Frau Kiste"):
            assert name not in told, path
    return answered


def kept() -> list[str]:
    """Everything in the database but her own session."""
    return [table for table in dump(None).splitlines() if not table.startswith("django_session:")]


def test_the_world_is_whole(world: Event) -> None:
    assert [model for model in admin.site._registry if not model._default_manager.exists()] == []
    assert len(list(addresses(world))) > 150


@pytest.mark.parametrize("state", SOME_STATES)
def test_she_sees_what_is_listed_and_nothing_else(mika: Client, world: Event, state: str) -> None:
    """0 deviations: in every state of an event, and by HEAD too, in make proof."""
    stand(world, STATES[state])
    sheet = "verwaltung/aushang/<int:pk>.pdf"
    expected = SEEN if state in {"coming", "running"} else SEEN - {sheet}
    before = kept()
    assert walk(mika, world, "get") == expected
    if FULL:
        assert walk(mika, world, "head") == expected | {LOGIN}
    assert kept() == before


@pytest.mark.parametrize(
    "method", ["post", *(pytest.param(method, marks=pytest.mark.proof) for method in ("put", "patch", "delete"))]
)
def test_she_changes_nothing_but_how_many_came(mika: Client, world: Event, method: str) -> None:
    before = kept()
    assert walk(mika, world, method) <= SEEN | {CAME, LOGIN}
    assert kept() == before
    stand(world, STATES["running"])
    mika.post(at(world, "gekommen"), {"came_adults": "4", "came_children": "2"})
    world.refresh_from_db()
    assert (world.came_adults, world.came_children) == (4, 2)


def test_what_is_kept_from_her_is_there_for_officers(client: Client, world: Event, settings) -> None:
    settings.DEMO = True
    client.force_login(User.objects.get(username="amt"))
    for action in ("antworten", "warteliste", "eintragen", "einladen", "history", "absagen", "mitteilen"):
        assert client.get(at(world, action)).status_code == 200, action
    assert EMAIL.search(page(client, at(world, "antworten")))
    assert "Allergie" in page(client, at(world, "antworten"))
    assert client.post(f"/{EVENT}{world.pk}/tuer/liste.csv").status_code == 200


@pytest.mark.parametrize("state", SOME_STATES)
def test_no_page_leads_her_where_she_may_not_go(mika: Client, world: Event, state: str) -> None:
    stand(world, STATES[state])
    relay.mark_down("no route to host", 900)
    mika.post(at(world, "gekommen"), {"came_adults": "4", "came_children": "2"})  # stands at what she did last
    followed = set()  # the same few links stand on every page
    for path in addresses(world):
        shown = mika.get(path)
        if shown.status_code != 200 or path.endswith(".pdf"):
            continue
        html = shown.content.decode()
        assert "no route to host" not in html
        for tag, target in re.findall(r'<(a|form|button|iframe)\b[^>]*?(?:href|action|src)="([^"]*)"', html):
            there = urljoin(path, target).partition("#")[0]
            is_form = tag == "form"
            if (is_form, there) in followed or not there.startswith("/verwaltung/"):
                continue
            followed.add((is_form, there))
            answer = mika.get(there, follow=True)
            assert route(answer.request["PATH_INFO"]) in (SEEN | DONE if is_form else SEEN), (path, there)
            assert answer.status_code in ({200, 405} if is_form else {200}), (path, there)


@pytest.mark.logs_errors
def test_no_question_to_the_list_finds_out_what_she_must_not_know(mika: Client, world: Event) -> None:
    for question in ("replies__remark__contains=All", "replies__address__email__startswith=anna", "q=anna.k"):
        answer = mika.get(f"/{EVENT}?{question}")
        assert answer.status_code == 400 or "Adventsfrühstück" not in answer.content.decode(), question


def test_the_door_names_who_comes_and_nothing_of_an_address(mika: Client) -> None:
    event = breakfast()
    shown = page(mika, at(event, "tuer"))
    for part in ("Anna Sommer", "030 23125-001", "1 (3–5), 1 (6–9)", "ohne Namen", "030 23125-002", "Gerd Lang"):
        assert part in shown
    assert "ohne Namen (" not in shown
    assert "Als Excel-Tabelle" not in shown
    for kind in ("csv", "xlsx"):
        assert mika.post(f"/{EVENT}{event.pk}/tuer/liste.{kind}").status_code == 403


def test_her_desk_holds_what_she_can_do(mika: Client, world: Event) -> None:
    shown = " ".join(page(mika, "/verwaltung/").split())
    assert [app["app_label"] for app in mika.get("/verwaltung/").context["app_list"]] == ["events"]
    assert "<p>Nichts wartet auf Sie.</p>" in shown
    stand(world, {"begins_at": timezone.now()})
    today = mika.get("/verwaltung/").context["alerts"]
    assert [alert.more for alert in today] == ["Zur Liste für die Tür."]
    assert "Anna Sommer" in page(mika, today[0].url)
    stand(world, STATES["over"])
    relay.mark_down("no route to host", 900)
    alerts = mika.get("/verwaltung/").context["alerts"]
    assert [alert.what for alert in alerts] == ["„Adventsfrühstück“ ist vorbei: Wie viele kamen?"]
    assert "Speichern" in page(mika, alerts[0].url)
