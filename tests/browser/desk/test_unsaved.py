"""What an officer writes survives a dead tab, a dead session and a colleague, in a real browser (D-17).

Beate and Ruth are invented officers.
"""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from members.models import Newsletter
from netzwerk.models import UnsavedText
from tests.browser.desk.test_newsletter import LIST, Desk, site  # noqa: F401 - a fixture
from tests.netzwerk.signing_in.people import PASSWORD

pytestmark = pytest.mark.browser

ADD = f"{LIST}add/"
LONG = ("Ein langer Satz über „Tee“ & Gebäck, mit ä, ö, ü und €.\n" * 60)[:2600]


def write(desk: Desk, text: str) -> None:
    desk.page.get_by_label("Text").fill(text)


def kept(desk: Desk) -> None:
    desk.page.get_by_text("Zwischengespeichert um").wait_for()


@pytest.mark.slow
def test_2600_characters_survive_a_killed_tab(visit) -> None:
    desk = Desk(visit(360, 740, reduced_motion="reduce"), 360)
    page = desk.visitor.open(ADD)
    assert page.get_by_text("Was Sie schreiben, wird zwischengespeichert.").is_visible()
    write(desk, LONG)
    kept(desk)
    desk.visitor.context.new_page()
    page.close(run_before_unload=False)
    desk.page = page = desk.visitor.context.new_page()
    page.goto("/verwaltung/")
    with page.expect_navigation():
        page.get_by_role("link", name="Weiterschreiben").click()
    assert page.get_by_label("Text").input_value() == LONG
    desk.look("kept")
    # Saved while the next words are on their way: they do not come back afterwards.
    page.get_by_label("Betreff").fill("Neues")
    write(desk, f"{LONG}!")
    desk.press("Speichern und ansehen")
    assert Newsletter.objects.get().text.endswith("!")
    assert not UnsavedText.objects.exists()
    assert desk.found == []
    assert desk.visitor.complaints == []


def test_what_was_written_in_the_last_second_is_sent_when_the_page_is_left(visit) -> None:
    desk = Desk(visit(), 360)
    page = desk.visitor.open(ADD)
    write(desk, LONG)
    for _ in range(10):  # the page that has sent it is gone, and with it the answer
        page.goto("/verwaltung/")
        if UnsavedText.objects.exists():
            break
    page.goto(ADD)
    assert page.get_by_label("Text").input_value() == LONG


@pytest.mark.slow
def test_a_dead_session_is_told_where_somebody_writes_and_loses_nothing(visit) -> None:
    beate = User.objects.get(username="beate")
    beate.set_password(PASSWORD)
    beate.save()
    desk = Desk(visit(), 360)
    page = desk.visitor.open(ADD)
    Session.objects.all().delete()
    page.get_by_label("Betreff").fill("Neues")
    write(desk, LONG)
    page.get_by_text("Ihre Anmeldung ist abgelaufen.").wait_for()
    assert page.locator(".field:has(textarea) + .unsaved").is_visible()
    assert page.get_by_label("Text").input_value() == LONG
    assert not UnsavedText.objects.exists()
    desk.press("Speichern und ansehen")
    page.get_by_label("Name oder E-Mail-Adresse").fill("beate")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    desk.press("Anmelden")
    assert page.get_by_label("Text").input_value() == LONG
    desk.press("Speichern und ansehen")
    assert Newsletter.objects.get().text.replace("\r\n", "\n") == LONG.strip()


@pytest.mark.proof
def test_without_a_connection_it_is_tried_again(visit) -> None:
    desk = Desk(visit(), 360)
    page = desk.visitor.open(ADD)
    desk.visitor.context.set_offline(True)
    write(desk, LONG)
    page.get_by_text("Zwischenspeichern geht gerade nicht.").wait_for()
    desk.visitor.context.set_offline(False)
    kept(desk)
    assert page.locator(".unsaved.caution").count() == 0


@pytest.mark.proof
def test_without_javascript_there_is_a_button(visit) -> None:
    desk = Desk(visit(java_script_enabled=False), 360)
    page = desk.visitor.open(ADD)
    write(desk, LONG)
    desk.press("Zwischenspeichern")
    assert page.get_by_label("Text").input_value() == LONG
    assert settings.DEMO
