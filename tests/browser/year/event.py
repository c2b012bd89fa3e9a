"""A breakfast in January: planned as one of three, asked to, changed, kept, counted, thanked for."""

import re

from django.test import Client

from events.models import Event, Reply
from tests.browser.year.officer import Officer
from tests.desk import page as page_of
from tests.post import text_of
from tests.pressing import press


def first() -> Event:
    return Event.objects.earliest("begins_at")


def plan(beate: Officer) -> None:
    page = beate.page
    beate.heute()
    beate.follow("Treffen")
    beate.go("Neues Treffen")
    page.get_by_label("Titel", exact=True).fill("Frühstück")
    page.get_by_label("Tag", exact=True).fill("2027-01-30")
    page.get_by_label("Beginn", exact=True).fill("10:00")
    page.get_by_label("Ende", exact=True).fill("12:30")
    page.get_by_label("Ort", exact=True).fill("Bürgertreff am Park")
    page.get_by_label("Ablauf", exact=True).fill("10 Uhr: Ankommen")
    page.get_by_label("Plätze", exact=True).fill("6")
    beate.press("Speichern")
    beate.go("Vorschau der Seite")
    assert "Ankommen" in page.locator("main").inner_text()
    beate.look("preview")
    page.go_back()
    beate.press("Veröffentlichen")
    beate.go("Als Reihe anlegen")
    page.get_by_label("jeden Monat am letzten Samstag").check()
    page.get_by_label("Wie viele weitere Termine?").fill("2")
    beate.press("Tage ansehen")
    beate.look("series")
    beate.press("Entwürfe anlegen")
    beate.look("drafts")
    beate.press("Beide veröffentlichen")
    days = [f"{event.begins_at:%d.%m.%Y}" for event in Event.objects.filter(state="published").order_by("begins_at")]
    assert days == ["30.01.2027", "27.02.2027", "27.03.2027"]


def invite(beate: Officer) -> None:
    beate.heute()
    beate.follow("noch ohne Einladungen")
    beate.look("inviting")
    beate.go("Zum Verschicken")
    beate.press("4 Personen einladen")
    invitations = beate.deliver()
    assert sorted(invitations) == [f"{name}@example.org" for name in ("ann", "ben", "cem", "dua")]
    beate.page.locator(".badge", has_text="fertig").wait_for()
    answers_by_link(text_of(invitations["ann@example.org"]))


def answers_by_link(invitation: str) -> None:
    """Anna taps "Ja" in her mail, and once more on the page behind it."""
    [yes] = re.findall(r"/antwort/\S+=ja", invitation)
    anna = Client()
    press(anna, page_of(anna, yes), "Antwort speichern", yes)


def answers_by_phone(beate: Officer) -> None:
    """Ben rings; Frau Hees is rung up."""
    page = beate.page
    beate.call("ben w")
    beate.page.get_by_role("link", name="Antwort eintragen: Frühstück").first.click()
    page.get_by_label("kommt", exact=True).check()
    page.get_by_label("Kinder 3–5 Jahre", exact=True).select_option("2")
    beate.look("an answer by phone")
    beate.press("Speichern")
    assert "Ben Winter kommt" in beate.told()
    beate.heute()
    beate.follow("Frühstück")
    beate.follow("Anrufen")
    beate.look("calls")
    beate.go("Antwort eintragen: Frau Hees")
    page.get_by_label("kommt", exact=True).check()
    beate.press("Speichern")
    assert "Frau Hees kommt" in beate.told()
    assert set(beate.deliver()) == {"ann@example.org", "ben@example.org"}


def tell_a_change(beate: Officer) -> None:
    page = beate.page
    beate.follow("Frühstück")
    beate.go("Bearbeiten")
    page.get_by_label("Ort", exact=True).fill("Kulturhaus")
    beate.press("Speichern")
    assert "Neu ist der Ort." in beate.text()
    assert "Frau Hees" in beate.text()
    beate.look("telling")
    beate.press("Mail an 2 Familien schicken")
    told = beate.deliver()
    assert sorted(told) == ["ann@example.org", "ben@example.org"]
    assert "Kulturhaus" in text_of(told["ben@example.org"])


def keep_the_door(beate: Officer) -> None:
    """Ben does not come, Zoe comes unannounced with a child."""
    page = beate.page
    beate.go("Liste für die Tür")
    beate.look("door")
    for name in ("Anna", "Frau Hees"):
        row = page.locator("tr", has_text=name)
        row.get_by_role("button").click()
        row.locator('.tick-cell[data-note="gesendet"]').wait_for()
    page.get_by_text("Noch jemand ist da").click()
    page.get_by_label("Name", exact=True).fill("Zoe")
    page.get_by_label("Kinder 6–9", exact=True).select_option("1")
    beate.press("Ist da")
    assert sorted(Reply.objects.came().values_list("name", flat=True)) == ["Anna Sommer", "Frau Hees", "Zoe"]
    assert beate.deliver() == {}


def count(beate: Officer) -> None:
    beate.follow("Frühstück")
    assert "An der Tür abgehakt: 3 Erwachsene und 1 Kind." in beate.text()
    beate.look("over")
    beate.press("Speichern")
    assert (first().came_adults, first().came_children) == (3, 1)


def thank(beate: Officer) -> None:
    beate.heute()
    beate.follow("Danke")
    beate.look("thanks")
    beate.press("Speichern und ansehen")
    beate.go("Zum Verschicken")
    beate.look("sending thanks")
    beate.page.locator("summary", has_text="Ohne Wartezeit").click()
    beate.press("Jetzt sofort an 1 Familie verschicken")
    thanks = beate.deliver()
    assert set(thanks) == {"ann@example.org"}
    assert thanks["ann@example.org"]["Subject"] == "Danke: Samstag, 30. Januar"
