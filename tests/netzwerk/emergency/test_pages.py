"""What must be at hand when the office's network is gone is on one page, and prints (O-03). Rita coordinates."""

import pytest

from netzwerk.accounts import roles
from tests.desk import page
from tests.events.meetings import meeting
from tests.netzwerk.accounts.officers import desk_of, officer, rita, said

pytestmark = pytest.mark.django_db
PAGE = "/verwaltung/notfall/"


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # signed in without a second factor


def test_lists_brochure_card_and_second_address_are_one_press_away() -> None:
    soon, draft = meeting(days=3, title="Frühstück"), meeting(days=4, title="Vortrag", state="draft")
    desk = desk_of(rita())
    assert PAGE in page(desk, "/verwaltung/alles/")
    shown = page(desk, PAGE)
    door, others = f"/verwaltung/events/event/{soon.pk}/tuer/", f"/event/{draft.pk}/"
    for path in (door, "/wegweiser/wegweiser.pdf", f"{PAGE}karte/", "/verwaltung/meine-zweite-adresse/"):
        assert f'href="{path}"' in shown, path
    assert others not in shown
    assert desk.get(door).status_code == 200


def test_the_card_names_who_to_call_and_holds_no_secret(settings) -> None:
    settings.BACKUP_KEY = ["age1geheimnis"]
    officer("Mika Herbst", roles.DOOR)
    shown = page(desk_of(rita()), f"{PAGE}karte/")
    assert "Rita Sommer, Koordination" in said(shown)
    for other in ("Mika", "age1", "amt.example", settings.HASH_KEY):
        assert other not in said(shown)
