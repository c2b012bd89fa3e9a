"""The list of members: taken over in January, and what those ask for who ring in February."""

from django.test import Client
from django.utils import timezone

from mailings.models import Address, Delivery
from members.models import Member
from tests.browser.year.officer import Officer
from tests.desk import page as page_of
from tests.kit.spreadsheets.books import workbook
from tests.post import link_in, text_of
from tests.pressing import press

FAMILIES = ("Anna Sommer", "Ben Winter", "Cem Herbst", "Dua Wald")
ROWS = [["Name", "E-Mail", "Wohnort"], *([name, f"{name[:3].lower()}@example.org", "Siegen"] for name in FAMILIES)]


def take_over_the_list(beate: Officer) -> None:
    page = beate.page
    assert "0 auf der Liste" in beate.heute()
    beate.follow("Menschen")
    beate.go("Liste einlesen")
    beate.look("a file to choose")
    file = {"name": "verteiler.xlsx", "mimeType": "", "buffer": workbook({"Verteiler": ROWS})}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Wo die Einwilligungen liegen").fill("Ordner 4")
    beate.press("Liste ansehen")
    assert "Diese 4 Personen sind sofort dabei. Niemand bekommt eine Mail." in beate.text()
    beate.look("what the file holds")
    beate.press("Übernehmen")
    assert Member.objects.active().count() == 4
    assert beate.deliver() == {}


def enter_somebody_without_email(beate: Officer) -> None:
    page = beate.page
    beate.heute()
    beate.follow("Menschen")
    beate.go("Person eintragen")
    page.get_by_label("Anrede").fill("Frau Hees")
    page.get_by_label("Telefon:", exact=True).fill("030 23125-118")
    page.get_by_label("Ohne E-Mail: Sie hat am Telefon").check()
    page.get_by_label("Wo die Einwilligung liegt").fill("am 11. Januar 2027 am Telefon")
    beate.look("somebody new")
    beate.press("Speichern")
    assert "steht bei jedem Treffen unter „Anrufen“" in beate.told()


def five_wishes(beate: Officer) -> None:
    """Everybody is found from "Heute", and everything is on the page of the person."""
    change_of_address(beate)
    once_more(beate)
    a_bounce_is_lifted(beate)
    what_is_held(beate)
    leaving_and_erasing(beate)


def wish(beate: Officer, words: str) -> None:
    beate.page.locator("summary").filter(has_text=words).click()


def change_of_address(beate: Officer) -> None:
    beate.call("sommer")
    assert "Anna Sommer" in beate.page.title()
    beate.look("a person")
    wish(beate, "sich ihre Adresse geändert hat")
    beate.page.get_by_label("Neue Adresse", exact=False).fill("anna.neu@example.org")
    beate.press("Adresse ändern")
    assert "Eine Mail an anna.neu@example.org ist unterwegs." in beate.told()
    assert "anna.neu@example.org, noch nicht bestätigt" in beate.text()
    asking = beate.deliver()
    assert set(asking) == {"anna.neu@example.org"}
    path, anna = link_in(asking["anna.neu@example.org"], "/adresse/"), Client()
    press(anna, page_of(anna, path), "Ja, das ist meine Adresse", path)
    told = beate.deliver()
    assert set(told) == {"ann@example.org"}
    assert "anna.neu" not in text_of(told["ann@example.org"])
    beate.call("anna")
    assert "anna.neu@example.org" in beate.text()


def once_more(beate: Officer) -> None:
    beate.call("winter")
    wish(beate, "ihr eine Mail fehlt")
    beate.page.get_by_role("button", name="Noch einmal schicken").first.click()
    beate.page.get_by_text("geht jetzt noch einmal hinaus.").wait_for()
    again = beate.deliver()
    assert set(again) == {"ben@example.org"}
    assert "Frühling" in text_of(again["ben@example.org"])


def a_bounce_is_lifted(beate: Officer) -> None:
    """Cem's mailbox was full; now it is not."""
    Delivery.objects.filter(address__email="cem@example.org").update(state="bounced")
    Address.objects.filter(email="cem@example.org").update(bounced_at=timezone.now())
    beate.call("cem@")
    assert "kommt keine Mail mehr an" in beate.text()
    beate.look("a person whose mail comes back")
    beate.follow("Wieder versuchen")
    beate.look("trying again")
    beate.press("Wieder versuchen")
    assert "Die nächste Mail geht wieder an diese Adresse." in beate.told()
    assert not Address.objects.exclude(bounced_at=None).exists()


def what_is_held(beate: Officer) -> None:
    wish(beate, "sie wissen will, was wir gespeichert haben")
    beate.go("Blatt ansehen")
    beate.look("what is held")
    for words in ("cem@example.org", "Ordner 4", "Frühling"):
        assert words in beate.text(), words


def leaving_and_erasing(beate: Officer) -> None:
    beate.call("Frau Hees")
    wish(beate, "sie nicht mehr angerufen werden möchte")
    beate.look("somebody without an address")
    beate.press("Von der Liste abmelden")
    beate.call("Wald")
    wish(beate, "alles gelöscht werden soll")
    beate.go("Alle Daten löschen")
    beate.look("erasing")
    beate.press("Alle Daten löschen")
    assert not Address.objects.filter(email="dua@example.org").exists()
    assert sorted(Member.objects.active().values_list("name", flat=True)) == ["Anna Sommer", "Ben Winter", "Cem Herbst"]
