"""What must be at hand when the office's network is gone is on one page, and prints (O-03). Rita coordinates."""

import pytest

from members import callers, leaving
from members.details import Details
from members.models import Member
from netzwerk.accounts import roles
from tests.desk import page
from tests.events.meetings import meeting
from tests.members.people import active
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


def test_the_numbers_of_those_without_email_are_one_press_away_for_each_of_twenty_events() -> None:
    events = [meeting(days=day, title=f"Treffen {day}") for day in range(1, 22)]
    desk = desk_of(rita())
    calls = [f'href="/verwaltung/events/event/{event.pk}/anrufen/"' for event in events]
    assert "/anrufen/" not in page(desk, PAGE)  # nobody to call
    callers.enter("030 23125-118", Details(name="Frau Hees"), by="amt", proof="am Telefon")
    shown = page(desk, PAGE)
    assert [link in shown for link in calls] == [True] * 20 + [False]
    assert "Und 1 spätere:" in shown
    assert ">030 23125118</a>" in page(desk, f"/verwaltung/events/event/{events[0].pk}/anrufen/")


def test_the_list_of_numbers_is_there_without_a_meeting_too() -> None:
    """Kim has an address, Frau Klein has left: neither is on it."""
    desk, link = desk_of(rita()), f'href="{PAGE}telefonliste/"'
    active("kim@example.org")
    assert link not in page(desk, PAGE)
    assert "Gerade haben alle eine E-Mail-Adresse." in said(page(desk, f"{PAGE}telefonliste/"))
    for number, name in enumerate(("Frau Hees", "Ali Yılmaz", "Frau Klein"), 118):
        hers = callers.enter(f"030 23125-{number}", Details(name=name), by="amt", proof="am Telefon")
    leaving.leave_list(Member.objects.filter(pk=hers.pk), "phone")
    assert link in page(desk, PAGE)
    assert said(page(desk, f"{PAGE}telefonliste/")).endswith(
        "Name Wohnort Telefon Ali Yılmaz – 030 23125119 Frau Hees – 030 23125118 Zurück"
    )


def test_the_card_names_who_to_call_and_holds_no_secret(settings) -> None:
    settings.BACKUP_KEY = ["age1geheimnis"]
    officer("Mika Herbst", roles.DOOR)
    shown = page(desk_of(rita()), f"{PAGE}karte/")
    assert "Rita Sommer Koordination, Telefon zu Hause" in said(shown)
    for other in ("Mika", "age1", "amt.example", settings.HASH_KEY):
        assert other not in said(shown)
