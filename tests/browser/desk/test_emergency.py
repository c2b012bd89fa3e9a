"""The card for the drawer is one sheet of paper, whatever stands on it. Rita and her colleagues are invented."""

import pytest
from django.contrib.auth.models import Group, User

from netzwerk.accounts import roles
from tests.browser.desk.test_newsletter import Desk
from tests.browser.test_passing_on import sheets

pytestmark = pytest.mark.browser


@pytest.fixture
def site(site: str, settings) -> str:
    """The demo's desk asks for no second factor."""
    settings.DEMO, settings.SITE_URL = True, site
    User.objects.create_superuser("beate")
    return site


@pytest.mark.slow
def test_the_card_prints_on_one_sheet(site: str, visit) -> None:
    page = Desk(visit(), 1280).page
    for number, name in enumerate(("Rita", "Sinan", "Mika", "Olena")):
        user = User.objects.create_user(f"k{number}", first_name=name, last_name="Sommer-Winterfeld", is_staff=True)
        user.groups.add(Group.objects.get(name=roles.COORDINATION))
    page.goto(f"{site}/verwaltung/notfall/karte/")
    [sheet] = sheets(page)
    for words in (
        "Olena Sommer-Winterfeld Koordination, Telefon zu Hause",
        "Ein Schlüssel ist weg",
        "Rufen Sie an, statt zu schreiben.",
    ):
        assert words in " ".join(sheet.split())
