"""The officers' desk in a browser: accessible like every other page."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from mailings.models import RateHit
from tests.browser.test_every_page import check
from tests.mailings.returns.test_second_line import came_back, four_of_forty, group, sent
from tests.members.people import active, asked

pytestmark = pytest.mark.browser

PAGES = [
    "/verwaltung/",
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
    "/verwaltung/members/member/{bounced}/change/",
    "/verwaltung/members/member/{bounced}/wieder-versuchen/",
    "/verwaltung/flatpages/flatpage/",
    "/verwaltung/password_change/",
]


@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.proof), 1280])
def test_every_page_of_the_desk(width: int, visit, settings) -> None:
    settings.DEMO = True
    officer = get_user_model().objects.create_superuser("amt", password="ein langes Passwort")
    member = active("kim@example.org", name="Kim", municipality="siegen", children_years=[2017], note="Anruf")
    asked("olena@example.org")
    bounced = active("familie.000@gmx.example")
    came_back(sent(["familie.000@gmx.example"]), "familie.000@gmx.example")
    four_of_forty()
    RateHit.objects.all().delete()
    window = visit(width=width, reduced_motion="reduce")
    client = Client()
    client.force_login(officer)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    window.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": window.site}])
    found: list[str] = []
    for path in PAGES:
        address = path.format(member=member.pk, bounced=bounced.pk, group=group().pk)
        page = window.open(address)
        assert page.evaluate("window.violations") == [], address  # before axe puts its own style in
        found += check(page, address, width)
    assert not found, "\n".join(found)
