"""The officers' desk in a browser: accessible like every other page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from events.models import Event
from mailings.models import RateHit
from tests.browser.test_every_page import check, some_and_all
from tests.mailings.returns.test_second_line import came_back, four_of_forty, group, sent
from tests.members.people import active, asked
from tests.netzwerk.pages import every_page
from tests.netzwerk.roles.world import filled
from tests.wegweiser.offers import offer
from tests.wegweiser.test_desk import reported

pytestmark = pytest.mark.browser

PAGES = [
    "/verwaltung/",
    "/verwaltung/alles/",
    "/verwaltung/members/member/",
    "/verwaltung/members/member/add/",
    "/verwaltung/members/member/einlesen/",
    "/verwaltung/members/member/{member}/change/",
    "/verwaltung/members/member/{member}/nachweis/",
    "/verwaltung/mailings/mailing/",
    "/verwaltung/mailings/delivery/",
    "/verwaltung/mailings/suppression/",
    "/verwaltung/mailings/bouncegroup/",
    "/verwaltung/mailings/bouncegroup/{group}/ansehen/",
    "/verwaltung/menschen/?q=example.org",
    "/verwaltung/mitglied/{member}/",
    "/verwaltung/mitglied/{member}/adresse/",
    "/verwaltung/mitglied/{member}/gespeichert/",
    "/verwaltung/mitglied/{bounced}/",
    "/verwaltung/members/member/{bounced}/wieder-versuchen/",
    "/verwaltung/flatpages/flatpage/",
    "/verwaltung/wegweiser/situation/add/",
    "/verwaltung/meine-anmeldung/handy/",
    "/verwaltung/meine-adresse/",
    "/verwaltung/meine-zweite-adresse/",
    "/verwaltung/password_change/",
    "/verwaltung/netzwerk/auditentry/",
    "/verwaltung/netzwerk/barrierreport/",
    "/verwaltung/wegweiser/offer/",
    "/verwaltung/wegweiser/submission/{report}/berichtigen/",
]


def signed_in(visit, officer: User, settings, width: int):
    """A window in which this officer has signed in."""
    client = Client()
    client.force_login(officer)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window = visit(width=width, reduced_motion="reduce")
    window.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": window.site}])
    return window


@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.proof), 1280])
@some_and_all(PAGES)
def test_every_page_of_the_desk(paths: list[str], width: int, visit, settings) -> None:
    settings.DEMO = True
    officer = User.objects.create_superuser("amt", password="ein langes Passwort")
    member = active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017], note="Anruf")
    asked("olena@example.org")
    bounced = active("familie.000@gmx.example")
    came_back(sent(["familie.000@gmx.example"]), "familie.000@gmx.example")
    four_of_forty()
    RateHit.objects.all().delete()
    report = reported(offer(), hours="Di 10–12 Uhr")
    window = signed_in(visit, officer, settings, width)
    found: list[str] = []
    for path in paths:
        address = path.format(member=member.pk, bounced=bounced.pk, group=group().pk, report=report.pk)
        page = window.open(address)
        assert page.evaluate("window.violations") == [], address  # before axe puts its own style in
        found += check(page, address, width)
    assert not found, "\n".join(found)


@pytest.mark.proof
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_a_full_desk(width: int, visit, beate: Client, settings) -> None:
    """A page of each kind that links lead to, with its fields in rows, its devices and its runs."""
    every_page.fill()
    look_at(visit, [each.path for each in every_page.desk(beate, most=1)], settings, width)


@pytest.mark.proof
@pytest.mark.parametrize("width", [360, 1280])
def test_every_address_of_the_desk(width: int, visit, beate: Client, world: Event, settings) -> None:
    """One of each kind, whether a link leads there or not."""
    paths = {route: path for route, path in filled(world) if "logout" not in route and is_page(beate, path)}
    assert len(paths) > 100
    look_at(visit, list(paths.values()), settings, width)


def is_page(beate: Client, path: str) -> bool:
    """Neither a file nor the part of a page that its script fetches."""
    answer = beate.get(path)
    return answer.status_code == 200 and not answer.streaming and b"<html" in answer.content


def look_at(visit, paths: list[str], settings, width: int) -> None:
    """Beate opens them all. The preview of a mail may run no script, so axe cannot either."""
    window = signed_in(visit, User.objects.get(username="beate"), settings, width)
    found: list[str] = []
    for path in (path for path in paths if not path.endswith("/html/")):
        page = window.open(path)
        assert page.evaluate("window.violations") == [], path
        found += check(page, path, width)
    assert not found, "\n".join(found)
