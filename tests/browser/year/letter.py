"""A Rundmail with a flyer, written in the evening, that goes out at seven the next morning."""

from django.test import Client

from tests.browser.year.officer import Officer
from tests.pdfs import flyer
from tests.post import link_in


def plan_for_seven(beate: Officer) -> None:
    page = beate.page
    beate.heute()
    beate.follow("Post")
    beate.visitor.open("/verwaltung/members/newsletter/")
    beate.go("Rundmail schreiben")
    page.get_by_label("Betreff").fill("Neues im Frühling")
    page.get_by_label("Text").fill("$anrede\n\nes wird Frühling.\n")
    beate.press("Speichern und ansehen")
    file = {"name": "fest.pdf", "mimeType": "application/pdf", "buffer": flyer()}
    page.locator("#flyer input[type=file]").set_input_files(file)
    beate.press("Flyer hinzufügen")
    assert "Der Flyer ist dabei." in beate.told()
    beate.look("with a flyer")
    beate.go("Zum Verschicken")
    beate.look("when to send")
    assert page.get_by_label("Tag").input_value() == "2027-02-16"
    assert page.get_by_label("Uhrzeit").input_value() == "07:00"
    beate.press("Zu dieser Zeit verschicken")
    assert "Sie geht am Dienstag, 16. Februar, um 7 Uhr hinaus." in beate.text()
    beate.look("planned")
    assert beate.deliver() == {}


def at_seven(beate: Officer) -> None:
    copies = beate.deliver()
    assert sorted(copies) == [f"{name}@example.org" for name in ("ann", "ben", "cem", "dua")]
    mail = copies["dua@example.org"]
    assert not list(mail.iter_attachments())
    shown = Client().get(link_in(mail, "/information/"))
    assert shown["Content-Type"] == "application/pdf"
    beate.heute()
    beate.visitor.open("/verwaltung/members/newsletter/")
    beate.follow("Neues im Frühling")
    assert "4 von 4 verschickt" in beate.text()
    beate.look("sent")
