"""What is written on the desk is kept while it is written (D-17). Beate and Ruth are invented officers."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.flatpages.models import FlatPage
from django.test import Client

from events.models import Event
from members.models import Newsletter
from netzwerk import upkeep
from netzwerk.models import UnsavedText
from netzwerk.unsaved.store import Store
from tests.desk import logged, page
from tests.netzwerk.signing_in.officers import CODES, enter, officer, sign_in, told
from tests.netzwerk.signing_in.test_typed_before import LONG, end
from tests.pressing import form_of, press, send
from tests.wegweiser.offers import offer

pytestmark = pytest.mark.django_db

ADD = "/verwaltung/members/newsletter/add/"
SAVE, KEEP = "Speichern und ansehen", "Zwischenspeichern"
NOON = datetime.fromisoformat("2026-12-05T12:00:00+01:00")


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def beate(clock) -> Client:
    officer("beate")
    return sign_in("beate")


def quietly(client: Client, html: str, at: str, **typed: str | list[str]) -> dict[str, str]:
    """What the script sends while somebody writes, and what it is told."""
    _, data = form_of(html, KEEP, at, **typed)
    headers = {"accept": "application/json", "referer": f"http://testserver{at}", "sec-fetch-dest": "empty"}
    answer = client.post(at, data, headers=headers)
    assert answer["Content-Type"] == "application/json", answer.content.decode()
    found: dict[str, str] = answer.json()
    return found


def draft(**fields: str) -> tuple[Newsletter, str]:
    row = Newsletter.objects.create(**{"subject": "Neues", "text": "bald"} | fields)
    return row, f"/verwaltung/members/newsletter/{row.pk}/change/"


def test_2600_characters_without_a_subject_survive_a_dead_tab(beate: Client) -> None:
    said = quietly(beate, page(beate, ADD), ADD, text=LONG, municipalities=["siegen"])
    assert said["told"] == "Zwischengespeichert um 12:00 Uhr."
    assert not Newsletter.objects.exists()
    again = page(beate, ADD)
    assert "Hier steht, was Sie am 5. Dezember um 12:00 Uhr geschrieben haben." in told(beate.get(ADD))
    press(beate, again, SAVE, ADD, subject="Neues")
    stored = Newsletter.objects.get()
    assert stored.text.replace("\r\n", "\n") == LONG.replace("\r\n", "\n").strip()
    assert stored.municipalities == ["siegen"]
    assert "geschrieben haben" not in page(beate, ADD)
    assert not UnsavedText.objects.exists()


def test_what_is_kept_stays_through_the_next_sign_in(beate: Client) -> None:
    quietly(beate, page(beate, ADD), ADD, text="Mein Text")
    end(beate)
    assert "Mein Text" in page(sign_in("beate", CODES[1]), ADD)


def test_nothing_is_kept_for_somebody_who_is_signed_out(beate: Client) -> None:
    """The script is answered with the sign-in page; a press then goes the usual way (D-16)."""
    html = page(beate, ADD)
    end(beate)
    _, data = form_of(html, KEEP, ADD, text="Mein Text")
    answer = beate.post(ADD, data, headers={"accept": "application/json"})
    assert answer["Content-Type"].startswith("text/html")
    assert not UnsavedText.objects.exists()
    asked = press(beate, html, SAVE, ADD, text="Mein Text")
    assert "Mein Text" in told(enter(beate, asked, "beate", CODES[1], at=ADD))


def test_nobody_else_sees_it_and_the_database_alone_does_not_show_it(beate: Client) -> None:
    officer("ruth")
    quietly(beate, page(beate, ADD), ADD, text="Nur für Beate")
    kept = UnsavedText.objects.get()
    assert "Beate" not in kept.sealed
    ruth = sign_in("ruth")
    assert "Nur für Beate" not in page(ruth, ADD)
    assert ruth.get(f"/verwaltung/angefangen/{kept.pk}/").status_code == 404
    ruth.handler.enforce_csrf_checks = False
    assert ruth.post(f"/verwaltung/angefangen/{kept.pk}/").status_code == 404
    assert UnsavedText.objects.get() == kept


def test_without_javascript_a_button_does_the_same(beate: Client) -> None:
    again = press(beate, page(beate, ADD), KEEP, ADD, text="Mein Text")
    assert "Mein Text" in again
    again = press(beate, again, KEEP, ADD, text="Mein längerer Text")
    assert "Mein längerer Text" in again
    assert "geschrieben haben" not in press(beate, again, "Verwerfen", ADD)
    assert not UnsavedText.objects.exists()


def test_enter_saves_and_never_discards(beate: Client) -> None:
    """In a form that has several buttons, Enter presses the first."""
    quietly(beate, page(beate, ADD), ADD, text="Mein Text")
    form = page(beate, ADD).partition('id="newsletter_form"')[2]
    assert re.findall(r"<button[^>]*>([^<]*)<", form.partition("</form>")[0]) == [SAVE, KEEP]


def test_keeping_changes_no_record_and_fills_no_log(beate: Client) -> None:
    row, at = draft()
    html = page(beate, at)
    for _ in range(3):
        quietly(beate, html, at, text="Neuer Text")
        html = page(beate, at)
    row.refresh_from_db()
    assert (row.text, logged()) == ("bald", [])
    press(beate, html, SAVE, at)
    row.refresh_from_db()
    assert (row.text, len(logged())) == ("Neuer Text", 1)


def test_what_ruth_has_saved_meanwhile_is_told_and_not_overwritten(beate: Client) -> None:
    officer("ruth")
    row, at = draft()
    html = page(beate, at)
    assert "anderes" not in quietly(beate, html, at, text="Von Beate")["told"]
    ruth = sign_in("ruth")
    press(ruth, page(ruth, at), SAVE, at, text="Von Ruth")
    again = page(beate, at)
    said = quietly(beate, again, at, text="Von Beate, mehr")
    assert "Inzwischen hat jemand anderes hier gespeichert." in said["told"]
    row.refresh_from_db()
    assert row.text == "Von Ruth"
    asked = press(beate, page(beate, at), SAVE, at)
    assert "ruth hat das hier auch gerade geändert" in asked
    row.refresh_from_db()
    assert row.text == "Von Ruth"


def test_control_without_the_version_it_would_be_overwritten(beate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept carries the version that Beate has seen; without it Ruth's text would be lost."""
    row, at = draft()
    quietly(beate, page(beate, at), at, text="Von Beate")
    Newsletter.objects.update(text="Von Ruth")
    monkeypatch.setattr("kit.desk.conflicts.NothingOverwritten.ask", lambda *args: None)
    press(beate, page(beate, at), SAVE, at)
    row.refresh_from_db()
    assert row.text == "Von Beate"


def test_of_two_windows_the_second_is_told_and_replaces_nothing(beate: Client) -> None:
    first, second = page(beate, ADD), page(beate, ADD)
    quietly(beate, first, ADD, text="Im ersten Fenster")
    said = quietly(beate, second, ADD, text="Im zweiten Fenster")
    assert said == {
        "told": "Daran schreiben Sie auch in einem anderen Fenster, oder Sie haben es dort schon gespeichert. "
        "Hier wird nichts mehr zwischengespeichert.",
        "seen": "",
    }
    assert "Im ersten Fenster" in page(beate, ADD)
    back = press(beate, second, KEEP, ADD, text="Im zweiten Fenster")  # without JavaScript
    assert "Daran schreiben Sie auch in einem anderen Fenster" in back
    assert "Im zweiten Fenster" in back


def test_control_without_what_was_seen_the_second_window_replaces_the_first(
    beate: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = page(beate, ADD), page(beate, ADD)
    kept = quietly(beate, first, ADD, text="Im ersten Fenster")
    keep = Store.keep
    monkeypatch.setattr(Store, "keep", lambda *args: keep(*args[:-1], kept["seen"]))
    quietly(beate, second, ADD, text="Im zweiten Fenster")
    assert "Im ersten Fenster" not in page(beate, ADD)


def test_what_is_on_its_way_when_it_is_saved_does_not_come_back(beate: Client) -> None:
    html = page(beate, ADD)
    seen = quietly(beate, html, ADD, subject="Neues", text="Mein Text")["seen"]
    press(beate, html, SAVE, ADD, subject="Neues", text="Mein Text", kept_at=seen)
    assert quietly(beate, html, ADD, subject="Neues", text="Mein Text", kept_at=seen)["seen"] == ""
    assert not UnsavedText.objects.exists()


def test_a_mistake_keeps_going_on_from_what_was_seen(beate: Client) -> None:
    html = page(beate, ADD)
    seen = quietly(beate, html, ADD, text="Mein $Text")["seen"]
    wrong = press(beate, html, SAVE, ADD, text="Mein $Text", kept_at=seen)
    assert "Das kennt das Portal nicht" in wrong
    assert quietly(beate, wrong, ADD, text="Mein Text")["seen"]


def test_an_event_an_offer_and_the_text_of_a_page_keep_themselves(beate: Client) -> None:
    kiste = offer()
    imprint = FlatPage.objects.get(url="/impressum/")
    written = {
        "/verwaltung/events/event/add/": {"text": "Wir backen"},
        f"/verwaltung/wegweiser/offer/{kiste.pk}/change/": {"hours": "abends"},
        f"/verwaltung/flatpages/flatpage/{imprint.pk}/change/": {"content": "Neue Adresse"},
    }
    for at, typed in written.items():
        assert quietly(beate, page(beate, at), at, **typed)["seen"]
        assert next(iter(typed.values())) in page(beate, at)
    assert not Event.objects.exists()
    kiste.refresh_from_db()
    assert kiste.hours != "abends"


def test_an_event_after_another_ones_pattern_has_a_text_of_its_own(beate: Client) -> None:
    at = "/verwaltung/events/event/add/"
    quietly(beate, page(beate, at), at, text="Wir backen")
    assert "Wir backen" not in page(beate, f"{at}?vorlage=1")
    assert "Wir backen" in page(beate, f"{at}?_changelist_filters=wann%3Dbald")


def test_today_leads_back_to_it(beate: Client) -> None:
    quietly(beate, page(beate, ADD), ADD, text="Mein Text")
    desk = page(beate, "/verwaltung/")
    assert "Rundmail: angefangen und noch nicht gespeichert" in desk
    kept = UnsavedText.objects.get()
    answer = beate.get(f"/verwaltung/angefangen/{kept.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, ADD)


def test_what_has_no_form_any_more_can_be_copied_and_thrown_away(beate: Client) -> None:
    """Ruth has sent the newsletter that Beate was changing."""
    row, at = draft()
    html = page(beate, at)
    quietly(beate, html, at, text="Mein langer Text")
    row.delete()
    where = f"/verwaltung/angefangen/{UnsavedText.objects.get().pk}/"
    shown = page(beate, where)
    assert "Die Seite dazu lässt sich so nicht mehr öffnen." in shown
    assert "Mein langer Text" in shown
    said = quietly(beate, html, at, text="Mein langer Text")
    assert said == {"told": "Das gibt es nicht mehr. Ihr Text steht noch hier: Sie können ihn kopieren.", "seen": ""}
    assert "Verworfen." in told(send(beate, shown, "Verwerfen", where))
    assert not UnsavedText.objects.exists()


def test_writing_keeps_a_session_alive_and_asking_for_news_does_not(beate: Client, clock) -> None:
    html = page(beate, ADD)
    clock.shift(29 * 60)
    quietly(beate, html, ADD, text="Mein Text")
    clock.shift(29 * 60)
    assert beate.get("/verwaltung/", headers={"sec-fetch-dest": "empty"}).status_code == 200
    clock.shift(60)
    assert beate.get(ADD).status_code == 302


def test_after_a_week_it_is_gone(beate: Client, clock) -> None:
    quietly(beate, page(beate, ADD), ADD, text="Mein Text")
    clock.shift(timedelta(days=7))
    upkeep.run()
    assert UnsavedText.objects.count() == 1
    assert "Mein Text" in page(sign_in("beate", CODES[1]), ADD)
    clock.shift(1)
    upkeep.run()
    assert not UnsavedText.objects.exists()


@pytest.mark.parametrize("seen", ["gestern", "2026-13-45T99:99", "2026-12-05T12:00:00", "\0"])
def test_an_odd_moment_replaces_nothing(beate: Client, seen: str) -> None:
    html = page(beate, ADD)
    quietly(beate, html, ADD, text="Mein Text")
    assert quietly(beate, html, ADD, text="Anderer Text", kept_at=seen)["seen"] == ""
    assert "Mein Text" in page(beate, ADD)


def test_what_is_too_long_is_told(beate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.desk.typed.Typed.pack", lambda self: "")
    said = quietly(beate, page(beate, ADD), ADD, text="Mein Text")
    assert said == {"told": "Das ist zu lang, um es zwischenzuspeichern. Bitte speichern Sie selbst.", "seen": ""}
