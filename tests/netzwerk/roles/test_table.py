"""The table of roles, tried (R-03, S-06): what is not listed for a role is refused, whatever the method.

In make test one account has three of the roles at once, since each only adds to what the others may; make proof tries
every role and every method.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from events.models import Event
from netzwerk.accounts import roles
from tests import FULL
from tests.netzwerk.accounts.officers import desk_of, officer
from tests.netzwerk.roles.everybody import GATE
from tests.netzwerk.roles.table import TABLE
from tests.netzwerk.roles.test_door import STATES, kept, stand
from tests.netzwerk.roles.world import DESK, filled, routes, seen

pytestmark = pytest.mark.django_db

LETTERS = {"K": roles.COORDINATION, "V": roles.EVENTS, "W": roles.GUIDE, "B": roles.REPORT, "T": roles.DOOR}
REFUSED = {403, 404, 405}
LOGIN, INDEX, LEAVES = "/verwaltung/login/", "/verwaltung/", "logout/"
METHODS = ["get", "head", "post", "put", "patch", "delete"]
OF_MEMBERS = re.compile(r"(anna|ben|cem|dua)\.k|Allergie|Anna Sommer|Cem Winter|Dua Herbst|030 23125-?00")

ALONE = [pytest.param(letter, marks=pytest.mark.proof) for letter in LETTERS]


def plain(route: str) -> str:
    """The route as the table names it."""
    return re.sub(r"^\^?\(\?P<(\w+)>.*?\)", r"<\1>", route.removeprefix(DESK)).rstrip("$") or "."


def listed() -> list[str]:
    return [route for group in (GATE, *TABLE.values()) for route in group.split()]


def may(letters: str, method: str) -> set[str]:
    """The routes that the table gives to an account with these roles."""
    at = {"get": 0, "head": 0, "post": 1}.get(method)
    groups = [(given[at] if at is not None else "".join(given), text) for given, text in TABLE.items()]
    return {route for given, text in groups if set(given) & set(letters) for route in text.split()}


def lets_in(client: Client, method: str, path: str) -> bool:
    answer = getattr(client, method)(path)
    if answer.status_code == 302:
        return not answer["Location"].startswith(LOGIN) and answer["Location"] != INDEX
    assert answer.status_code in {200, 301, *REFUSED}, (method, path, answer.status_code)
    return answer.status_code not in REFUSED


def account(letters: str) -> Client:
    return desk_of(officer(f"Kim {letters}", *(LETTERS[letter] for letter in letters)))


def tried(client: Client, letters: str, event: Event, under: str = "") -> list[str]:
    """What answers, though the table does not list it."""
    found = []
    gate, sends = set(GATE.split()), {route for (_, send), group in TABLE.items() if send for route in group.split()}
    for route, path in filled(event):
        name = plain(route)
        if name in gate or name == LEAVES or not name.startswith(under):
            continue
        for method in METHODS if FULL else ["post" if name in sends else "get"]:
            if name not in may(letters, method) and lets_in(client, method, path):
                found.append(f"{method} {name}")
    return sorted(set(found))


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # signed in without a second factor


@pytest.fixture
def today(world: Event) -> Event:
    stand(world, STATES["running"])  # so that the door is open
    return world


def test_every_address_below_the_desk_is_listed_once() -> None:
    assert [route for route, number in Counter(listed()).items() if number > 1] == []
    assert {plain(route) for route in routes()} - set(listed()) == set(), "Who needs it? List it in table.py."
    assert set(listed()) - {plain(route) for route in routes()} == set()


@pytest.mark.parametrize("letters", ["V", pytest.param("WBT", marks=pytest.mark.slow), *ALONE])
def test_what_is_not_listed_for_a_role_is_refused(letters: str, today: Event) -> None:
    """0 deviations, and nothing is changed by trying."""
    client = account(letters)
    before = kept()
    assert tried(client, letters, today) == []
    assert kept() == before


@pytest.mark.proof
@pytest.mark.parametrize("letter", LETTERS)
def test_what_is_listed_for_a_role_opens(letter: str, today: Event) -> None:
    client, opened = account(letter), set()
    for route, path in filled(today):
        if plain(route) in may(letter, "get") and lets_in(client, "get", path):
            opened.add(plain(route))
    # nothing waits, the account has an address and no factor, and the page of an app opens for those who have something
    # there
    nothing = {"wartende/<slug:kind>/", "meine-adresse/", "meine-anmeldung/<slug:factor>/entfernen/", "<app_label>/"}
    nothing.add("angefangen/<int:pk>/")
    assert may(letter, "get") - opened <= nothing


@pytest.mark.slow
def test_the_guide_and_the_report_show_nothing_of_members(today: Event) -> None:
    """The door shows who comes, and has a test of its own (test_door.py)."""
    client, pages = account("WB"), 0
    for route, path in filled(today):
        if plain(route) in may("WB", "get"):
            answer = client.get(path, follow=True)
            pages += answer.status_code == 200
            assert not OF_MEMBERS.search(seen(answer)), path
    assert pages > 40


def test_without_signing_in_only_the_gate_opens(today: Event) -> None:
    client, gate = Client(), set(GATE.split())
    opened = {plain(route) for route, path in filled(today) if lets_in(client, "get", path)}
    assert opened <= gate
    assert gate - opened == {route for route in gate if "<" in route}  # the tokens are none


def test_control_a_right_too_many_is_found(today: Event) -> None:
    Group.objects.get(name=roles.GUIDE).permissions.add(Permission.objects.get(codename="view_member"))
    found = tried(account("W"), "W", today, under="members/member/")
    assert {"get members/member/<int:pk>/nachweis/", "post members/member/"} <= set(found)


def test_control_a_role_reads_what_another_one_sees(today: Event) -> None:
    assert OF_MEMBERS.search(seen(account("V").get("/verwaltung/members/member/")))
