"""An event in a real browser: a page of its own, as accessible as all others, and no quarrel with the CSP."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event
from tests.browser.test_every_page import check, check_title, check_way_out
from tests.events.meetings import berlin, meeting

pytestmark = pytest.mark.browser

TEXT = "Kein Programm:\n\n- Kaffee\n- Zeit zum Reden\n\n## Anfahrt\n\n[Bus](https://bus.example/) bis vor die Tür."


@pytest.fixture
def paths(site: str) -> list[str]:
    """An event in every state that its page can show."""
    facts = {"summary": "Wir decken den Tisch.", "text": TEXT, "host": "Frau Beispiel", "asks_for_offers": True}
    events = [
        meeting(seats=9, care=3, begins_at=berlin("2036-12-06 10:00"), title="Trennung und Scheidung", **facts),
        meeting(seats=0, care=3, **facts),
        meeting(online_link="https://video.example/x", place="", address="", **facts),
        meeting(hide_place=True, answer_by=timezone.now() - timedelta(hours=1), **facts),
        meeting(state=Event.State.CANCELLED, **facts),
        meeting(days=-30, title="InBalanceKommen mit Burn-out-Prophylaxe für Alleinerziehende", **facts),
    ]
    return [f"/termine/{event.slug}/" for event in events]


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.proof)])
def test_accessible_in_every_state_day_and_night(visit, paths: list[str], width: int) -> None:
    visitor = visit(width, 800, reduced_motion="reduce")
    found: list[str] = []
    for path in [*paths, "/termine/", "/"] if width == 320 else [paths[0], "/termine/"]:
        page = visitor.open(path)
        found += check(page, path, width)
        check_title(page, path)
        assert page.evaluate("window.violations") == [], path
    assert not found, "\n".join(found)
    assert visitor.complaints == []
    assert visitor.foreign == []


@pytest.mark.slow
def test_from_the_start_to_signing_up_without_javascript_by_keyboard(visit, paths: list[str]) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.open("/")
    page.get_by_role("link", name="Alle Termine").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/termine/")
    page.get_by_role("link", name="Trennung und Scheidung").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paths[0]}")
    assert page.title() == "Treffen am Samstag, 6. Dezember 2036 – Netzwerk Siegen-Wittgenstein"
    page.get_by_role("link", name="Anmelden", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paths[0]}anmelden/")
    assert page.locator("h1").inner_text() == "Zu diesem Termin anmelden"


@pytest.mark.slow
def test_the_way_out_stays_within_reach(visit, paths: list[str]) -> None:
    visitor = visit(320, 568)
    for path in paths:
        check_way_out(visitor.open(path), path)
        assert visitor.context.cookies() == []


def test_the_calendar_is_a_file_called_termin(visit, paths: list[str]) -> None:
    page = visit().open(paths[0])
    with page.expect_download() as started:
        page.get_by_role("link", name="In den Kalender").click()
    assert started.value.suggested_filename == "termin.ics"
