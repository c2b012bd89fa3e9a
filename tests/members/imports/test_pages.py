"""An officer reads a list in, in the browser. Everybody in verteiler.csv is invented."""

import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from mailings import suppression
from mailings.models import Delivery, Mailing
from members.models import Consent, Member
from tests.database import limited
from tests.desk import logged, page

pytestmark = pytest.mark.django_db

LIST = "/verwaltung/members/member/"
UPLOAD = f"{LIST}einlesen/"
TAKE_OVER = f"{LIST}einlesen/uebernehmen/"
VERTEILER = Path(__file__).parent / "verteiler.csv"


def upload(client: Client, content: bytes, consent: str = "", name: str = "liste.csv") -> str:
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "consent": consent})
    assert answer.status_code == 200
    return answer.content.decode()


def packed(preview: str) -> str:
    found = re.search(r'name="list" value="([^"]+)"', preview)
    assert found
    return found[1]


def test_beate_reads_the_list_in_after_a_look_at_it(beate: Client) -> None:
    assert UPLOAD in page(beate, LIST)
    assert "Geändert wird noch nichts" in page(beate, UPLOAD)
    preview = upload(beate, VERTEILER.read_bytes(), "Ordner 4")
    for words in ["<dd>118</dd>", "<dd>7</dd>", "<dd>6</dd>", "Y?lmaz", "zwei Adressen", "Niemand bekommt eine Mail"]:
        assert words in preview
    assert not Member.objects.exists()
    answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "118 Personen aus der Liste sind jetzt dabei." in answer.content.decode()
    assert Member.objects.active().count() == 118
    assert logged() == ["eingelesen: Mitglieder aus einer Liste: 118."]


def test_without_a_proof_the_preview_says_that_everybody_is_asked(beate: Client) -> None:
    preview = upload(beate, b"E-Mail\nkim@example.org\n")
    assert "bekommt eine Mail und wird gefragt" in preview
    answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "Eine Person aus der Liste bekommt jetzt eine Mail." in answer.content.decode()
    assert Member.objects.get().state == "pending"


def test_a_double_click_takes_the_list_over_once(beate: Client) -> None:
    preview = upload(beate, VERTEILER.read_bytes())
    for _click in range(2):
        answer = beate.post(TAKE_OVER, {"list": packed(preview)}, follow=True)
    assert "Die Liste ist schon übernommen." in answer.content.decode()
    assert (Mailing.objects.count(), Delivery.objects.count(), Consent.objects.count()) == (1, 118, 118)
    assert "Es gibt nichts zu übernehmen." in upload(beate, VERTEILER.read_bytes())


@pytest.mark.django_db(transaction=True)
def test_a_second_click_waits_while_a_long_list_is_taken_over_and_is_told_so(beate: Client) -> None:
    preview = upload(beate, VERTEILER.read_bytes(), "Ordner 4")
    window = Client()
    window.force_login(User.objects.get())

    def click_again() -> str:
        try:
            with limited(lock_timeout=50):
                return window.post(TAKE_OVER, {"list": packed(preview)}, follow=True).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            assert beate.post(TAKE_OVER, {"list": packed(preview)}).status_code == 302
            second = pool.submit(click_again)
            wait([second], timeout=0.5)
            assert second.running()
        assert "Die Liste ist schon übernommen." in second.result()
    assert (Member.objects.active().count(), len(logged())) == (118, 1)


def test_a_list_that_this_portal_has_not_made_is_refused(beate: Client, time_machine) -> None:
    preview = packed(upload(beate, b"E-Mail\nkim@example.org\n"))
    for forged in ["", "x", preview[:-1] + "A" if preview[-1] != "A" else preview[:-1] + "B"]:
        answer = beate.post(TAKE_OVER, {"list": forged}, follow=True)
        assert "Bitte wählen Sie die Datei noch einmal aus." in answer.content.decode()
    time_machine.move_to(timezone.now() + timedelta(hours=7))
    beate.force_login(User.objects.get())
    time_machine.move_to(timezone.now() + timedelta(hours=6))
    beate.post(TAKE_OVER, {"list": preview})
    assert not Member.objects.exists()


def test_a_preview_that_was_open_during_an_update_is_asked_for_again(beate: Client) -> None:
    row = [2, "Kim Sommer", "kim@example.org", "57072 Siegen", "tel. 3/2019", "Frau", [2015]]
    packed = signing.dumps({"rows": [row], "consent": "Ordner 4"}, salt="members.import_views", compress=True)
    shown = beate.post(TAKE_OVER, {"list": packed}, follow=True)
    assert "Bitte wählen Sie die Datei noch einmal aus." in shown.content.decode()
    assert not Member.objects.exists()


def test_an_unreadable_upload_says_why(beate: Client) -> None:
    assert "Das ist eine PDF-Datei" in upload(beate, b"%PDF-1.7")
    assert "Die Datei ist leer." in upload(beate, b"")
    assert "Wählen Sie eine Datei aus." in beate.post(UPLOAD, {}).content.decode()
    assert beate.post(UPLOAD, {"file": SimpleUploadedFile("x.csv", b"x" * 2_700_000)}).status_code == 413


def test_a_list_too_long_for_the_page_is_sent_to_the_command(beate: Client) -> None:
    rows = "".join(
        f"{suppression.key(str(number))}@example.org;{suppression.key(f'n{number}')}\n" for number in range(4000)
    )
    assert "manage.py import_members" in upload(beate, f"E-Mail;Notiz\n{rows}".encode())


@pytest.mark.slow
def test_a_list_of_a_thousand_people_fits_through_the_page(beate: Client) -> None:
    rows = "".join(f"Sommer;Kim;kim.sommer{number}@example.org;Siegen;tel. 3/2019\n" for number in range(1000))
    preview = upload(beate, f"Nachname;Vorname;E-Mail;Ort;Notiz\n{rows}".encode(), "Ordner 4")
    assert beate.post(TAKE_OVER, {"list": packed(preview)}).status_code == 302
    assert Member.objects.active().count() == 1000
