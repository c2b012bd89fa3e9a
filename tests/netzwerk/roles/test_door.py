"""The role "Tür" (S-06, P-24): every URL of the desk, every method; what it may do is listed, all else refused.
Mika is an invented helper.
"""

import re
from datetime import datetime, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from events.models import Event, Reply
from mailings.sending import relay
from netzwerk.accounts import roles
from tests import FULL
from tests.desk import page
from tests.events.desk.test_event_forms import at
from tests.events.meetings import meeting
from tests.netzwerk.privacy.test_my_data import dump
from tests.netzwerk.roles import everybody
from tests.netzwerk.roles.world import EVENT, addresses, breakfast, route, seen

pytestmark = pytest.mark.django_db

OWN = {
    "verwaltung/", "verwaltung/alles/", "verwaltung/jsi18n/",
    "verwaltung/password_change/", "verwaltung/password_change/done/",
    "verwaltung/mein-zweiter-schritt/widersprechen/", "verwaltung/meine-adresse/", "verwaltung/meine-zweite-adresse/",
    *(f"verwaltung/meine-anmeldung/{path}" for path in ("", "handy/", "passkey/", "passkey/aufgabe/")),
}  # fmt: skip
APP = "verwaltung/(?P<app_label>events)/$"
# What answers her at all: which page stands there in the end, by method.
SEEN = {
    *OWN, APP, EVENT, "verwaltung/login/passkey/", f"{EVENT}<int:pk>/ueberblick/", f"{EVENT}<int:pk>/tuer/",
    "verwaltung/aushang/mitmachen.pdf", "verwaltung/aushang/<int:pk>.pdf",
}  # fmt: skip
CAME = f"{EVENT}<int:pk>/gekommen/"
TICK, ADD = f"{EVENT}<int:pk>/tuer/<int:reply_pk>/", f"{EVENT}<int:pk>/tuer/dazu/"
DONE = {CAME, TICK, ADD, "verwaltung/logout/", "verwaltung/password_change/"}
LEAVES = "verwaltung/logout/"
LOGIN = "verwaltung/login/"
EMAIL = re.compile(r"[\w.+-]+@\w[\w-]*\.\w+|anna\.k|ben\.k|cem\.k")
REFUSED = {302, 400, 403, 404, 405}

GATE = {f"verwaltung/{route}" for route in everybody.GATE.split() if "<" not in route and route != "login/"}
MAY = SEEN | GATE
SOON = timezone.now() + timedelta(hours=20)
# How an event can stand, and what then answers.
STATES: dict[str, dict[str, object]] = {
    "coming": {"begins_at": SOON},
    "running": {"begins_at": timezone.now() - timedelta(hours=1)},
    "over": {"begins_at": timezone.now() - timedelta(hours=20)},
    "draft": {"begins_at": SOON, "state": Event.State.DRAFT},
    "cancelled": {"begins_at": SOON, "state": Event.State.CANCELLED},
    "far": {"begins_at": timezone.now() + timedelta(days=30)},
    "long over": {"begins_at": timezone.now() - timedelta(days=3)},
}
SOME_STATES = [state if state == "over" else pytest.param(state, marks=pytest.mark.proof) for state in STATES]


@pytest.fixture
def mika(settings) -> Client:
    """A helper: on the staff, in the group, and nothing else."""
    settings.DEMO = True
    helper = User.objects.create_user("mika", is_staff=True)
    helper.groups.add(Group.objects.get(name="Tür"))
    client = Client()
    client.force_login(helper)
    return client


def stand(event: Event, fields: dict[str, object]) -> None:
    if begins_at := fields.get("begins_at"):
        fields = fields | {"ends_at": begins_at + timedelta(hours=2), "answer_by": begins_at}  # type: ignore[operator]
    if fields:
        Event.objects.filter(pk=event.pk).update(**fields)


def walk(client: Client, event: Event, method: str) -> set[str]:
    """The pages that answer, after every redirect. None of them tells what she must not know.

    In make test only those that are hers; test_table.py tries the others.
    """
    answered = set()
    for path in addresses(event, None if FULL else {*MAY, CAME}):
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
    expected = MAY if state in {"coming", "running"} else MAY - {sheet}
    if state in {"far", "long over"}:
        expected = {found for found in expected if not found.startswith(f"{EVENT}<")}
    before = kept()
    assert walk(mika, world, "get") == expected
    if FULL:
        assert walk(mika, world, "head") == expected | {LOGIN}
    assert kept() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "method", ["post", *(pytest.param(method, marks=pytest.mark.proof) for method in ("put", "patch", "delete"))]
)
def test_she_changes_nothing_but_who_is_there_and_how_many_came(mika: Client, world: Event, method: str) -> None:
    stand(world, STATES["coming"])
    before = kept()
    assert walk(mika, world, method) <= {*MAY, CAME, ADD, LOGIN}
    assert kept() == before
    stand(world, STATES["running"])
    mika.post(at(world, "gekommen"), {"came_adults": "4", "came_children": "2"})
    world.refresh_from_db()
    assert (world.came_adults, world.came_children) == (4, 2)
    anna = Reply.objects.get(name="Anna Sommer")
    mika.post(f"{at(world, 'tuer')}{anna.pk}/", {"da": "ja"})
    assert list(Reply.objects.came()) == [anna]


def test_what_is_kept_from_her_is_there_for_officers(client: Client, world: Event, settings) -> None:
    settings.DEMO = True
    client.force_login(User.objects.get(username="amt"))
    for action in ("antworten", "warteliste", "eintragen", "einladen", "history", "absagen", "mitteilen"):
        assert client.get(at(world, action)).status_code == 200, action
    assert EMAIL.search(page(client, at(world, "antworten")))
    assert "Allergie" in page(client, at(world, "antworten"))
    assert client.post(f"/{EVENT}{world.pk}/tuer/liste.csv").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("state", SOME_STATES)
def test_no_page_leads_her_where_she_may_not_go(mika: Client, world: Event, state: str) -> None:
    stand(world, STATES[state])
    relay.mark_down("no route to host", 900)
    mika.post(at(world, "gekommen"), {"came_adults": "4", "came_children": "2"})  # stands at what she did last
    followed = set()  # the same few links stand on every page
    for path in addresses(world, MAY):
        shown = mika.get(path)
        if shown.status_code != 200 or path.endswith(".pdf"):
            continue
        html = shown.content.decode()
        assert "no route to host" not in html
        for tag, target in re.findall(r'<(a|form|button|iframe)\b[^>]*?(?:href|action|src)="([^"]*)"', html):
            there = urljoin(path, target).partition("#")[0]
            is_form = tag in {"form", "button"}
            if (is_form, there) in followed or not there.startswith("/verwaltung/"):
                continue
            followed.add((is_form, there))
            answer = mika.get(there, follow=True)
            assert route(answer.request["PATH_INFO"]) in (MAY | DONE if is_form else MAY), (path, there)
            assert answer.status_code in ({200, 405} if is_form else {200}), (path, there)


@pytest.mark.logs_errors
def test_no_question_to_the_list_finds_out_what_she_must_not_know(mika: Client, world: Event) -> None:
    stand(world, STATES["coming"])
    for question in ("replies__remark__contains=All", "replies__address__email__startswith=anna", "q=anna.k"):
        answer = mika.get(f"/{EVENT}?{question}")
        assert answer.status_code == 400 or "Adventsfrühstück" not in answer.content.decode(), question


def test_the_door_names_who_comes_and_nothing_of_an_address(mika: Client) -> None:
    event = breakfast()
    stand(event, STATES["coming"])
    shown = page(mika, at(event, "tuer"))
    for part in ("Anna Sommer", "030 23125001", "1 (3–5), 1 (6–9)", "ohne Namen", "030 23125002", "Gerd Lang"):
        assert part in shown
    assert "ohne Namen (" not in shown
    assert "Als Excel-Tabelle" not in shown
    for kind in ("csv", "xlsx"):
        assert mika.post(f"/{EVENT}{event.pk}/tuer/liste.{kind}").status_code == 403


def test_her_desk_holds_what_she_can_do(mika: Client, world: Event) -> None:
    shown = " ".join(page(mika, "/verwaltung/").split())
    assert [app["app_label"] for app in mika.get("/verwaltung/alles/").context["app_list"]] == ["events"]
    assert "Nichts wartet auf Sie" in shown
    assert "Wohin möchten Sie?" not in shown
    assert "So steht es" not in shown
    stand(world, {"begins_at": timezone.now()})
    today = mika.get("/verwaltung/").context["alerts"]
    assert [(alert.action, alert.number) for alert in today] == [("Liste für die Tür", 3)]
    assert "Anna Sommer" in page(mika, today[0].url)
    stand(world, STATES["over"])
    relay.mark_down("no route to host", 900)
    alerts = mika.get("/verwaltung/").context["alerts"]
    assert [str(alert) for alert in alerts] == ["1 Treffen ist vorbei: Wie viele kamen?"]
    assert "Speichern" in page(mika, alerts[0].url)


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2026-12-03T23:59:59", False),
        ("2026-12-04T00:00:00", True),
        ("2026-12-06T23:59:59", True),
        ("2026-12-07T00:00:00", False),
    ],
)
def test_the_list_is_hers_on_the_day_and_a_day_around_it(now: str, may: bool, settings, time_machine) -> None:
    """R-03, to the second, in the time of the place. An officer sees it on every day."""
    berlin = ZoneInfo("Europe/Berlin")
    event = meeting(begins_at=datetime(2026, 12, 5, 10, tzinfo=berlin))
    time_machine.move_to(datetime.fromisoformat(now).replace(tzinfo=berlin), tick=False)
    settings.DEMO = True
    for role, sees in ((roles.DOOR, may), (roles.EVENTS, True)):
        helper, client = User.objects.create_user(role, is_staff=True), Client()
        helper.groups.add(Group.objects.get(name=role))
        client.force_login(helper)
        assert ("Adventsfrühstück" in page(client, f"/{EVENT}")) is sees
        Event.objects.update(came_adults=None, came_children=None)
        for action in ("ueberblick", "tuer"):
            assert client.get(at(event, action)).status_code == (200 if sees else 403), (role, action)
        answer = client.post(at(event, "gekommen"), {"came_adults": "4", "came_children": "2"})
        assert answer.status_code == (302 if sees else 403)
        for action in ("tuer/4711", "tuer/dazu"):
            answer = client.post(at(event, action), {"da": "ja"}, headers={"accept": "application/json"})
            assert (answer.status_code == 403) is not sees, (role, action)


def test_whose_time_is_over_is_not_asked_how_many_came(mika: Client, world: Event) -> None:
    stand(world, STATES["long over"])
    assert mika.get("/verwaltung/").context["alerts"] == []
