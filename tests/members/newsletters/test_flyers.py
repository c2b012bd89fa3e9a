"""A flyer goes with a newsletter: one PDF, shown by a neutral link, never attached (M-23, S-15). Beate is invented."""

from contextlib import closing
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings import links
from mailings.models import Flyer
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from members import personal_data
from members.models import Newsletter
from members.newsletters import flyers, writing
from tests.desk import logged, page
from tests.members.newsletters.test_pages import at, draft, seen, told
from tests.members.people import active
from tests.pdfs import PAYLOAD, flyer, polyglots
from tests.post import Post, link_in, text_of
from tests.pressing import press, send
from tests.sink import Sink

pytestmark = pytest.mark.django_db

ADD = "Flyer hinzufügen"


def file(content: bytes, name: str = "Adventstreffen-Alleinerziehende.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def with_flyer(**fields: object) -> Newsletter:
    """A newsletter with a flyer, as if an officer had added it."""
    kept = Flyer.objects.create(
        pdf=b"%PDF-1.7 plain", pages=1, size=14, shown_until=timezone.localdate() + flyers.USUAL
    )
    return draft(flyer=kept, **fields)


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_mail_server(beate: Client, client: Client) -> None:
    active("kim@example.org")
    newsletter = draft()
    shown = page(beate, at(newsletter, "vorschau"))
    added = press(beate, shown, ADD, flyer=file(flyer(2)))
    assert "Der Flyer ist dabei." in added
    assert "PDF, 2 Seiten" in added
    until = timezone.localdate() + flyers.USUAL
    assert "Flyer ansehen" in added
    asked = page(beate, at(newsletter, "verschicken"))
    assert "Mit Flyer:" in asked
    press(beate, asked, "Jetzt sofort an 1 Person verschicken", at(newsletter, "verschicken"))
    with Sink() as sink:
        with closing(Smtp(sink.url)) as transport:
            Worker(transport).work_all()
        [message] = sink.messages
    mail = message_from_bytes(message.data, policy=default)
    assert list(mail.iter_attachments()) == []
    assert b"Adventstreffen" not in message.data
    path = link_in(mail, "/information/")
    assert "Flyer ansehen:\n" in text_of(mail)
    assert f"bis zum {until.day}." in text_of(mail)
    assert "Flyer ansehen</a>" in mail.get_body(("html",)).get_content()
    answer = Client().get(path)
    assert answer.content.startswith(b"%PDF-")
    assert b"Beate" not in answer.content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="information.pdf"'
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert not answer.cookies
    assert "Mit Flyer:" in page(beate, at(newsletter, "verlauf"))
    assert logged()[0] == f"geändert: Rundmail {newsletter.pk}: Flyer hinzugefügt."


def test_a_discreet_mail_names_no_flyer_and_its_page_leads_to_it(beate: Client, post: Post) -> None:
    active("kim@example.org", discreet=True)
    newsletter = with_flyer()
    assert "Flyer ansehen" not in writing.preview(newsletter, writing.recipients(newsletter).get()).text
    writing.send(newsletter, "beate")
    [mail] = post.deliver()
    assert "Flyer" not in mail.as_string()
    assert "Flyer ansehen</a>" in page(Client(), link_in(mail, "/nachricht/"))


def test_the_test_mail_shows_it(beate: Client, post: Post) -> None:
    newsletter = with_flyer()
    writing.send_test(newsletter, "beate@amt.example")
    [mail] = post.deliver()
    assert Client().get(link_in(mail, "/information/")).content == b"%PDF-1.7 plain"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"GIF89a", "Das ist keine PDF-Datei."),
        (polyglots()["runs a script"], "steckt ein Programm oder ein Formular"),
        (polyglots()["has a file within"], "steckt noch eine andere Datei"),
        (polyglots()["starts a program"], "kann mehr, als Seiten zu zeigen"),
        (b"%PDF-" + b"0" * (2 * 1024 * 1024), "Der Flyer ist größer als 2 MB."),
    ],
)
def test_what_is_not_taken_is_told_with_what_helps(beate: Client, content: bytes, sentence: str) -> None:
    User.objects.update(email="beate@amt.example")
    newsletter = draft()
    shown = page(beate, at(newsletter, "vorschau"))
    answer = send(beate, shown, ADD, flyer=file(content), shown_until="2099-01-01")
    assert sentence in told(answer)
    assert 'value="beate@amt.example"' in told(answer)
    assert "Das ist mehr als ein Jahr." in told(answer)
    assert 'value="2099-01-01"' in told(answer)
    assert not Flyer.objects.exists()


def test_a_much_too_large_one_is_refused_in_words(beate: Client) -> None:
    newsletter = draft()
    answer = beate.post(at(newsletter, "flyer"), {"flyer": file(b"%PDF-" + b"0" * 3_000_000)})
    assert answer.status_code == 413
    assert "Es gehen höchstens 2 MB." in told(answer)


def test_nothing_is_ever_served_as_anything_but_a_pdf(client: Client) -> None:
    """S-15: whatever got into the table, a browser may only show it as a PDF, and nothing else."""
    for content in polyglots().values():
        kept = Flyer.objects.create(pdf=content, pages=1, size=1, shown_until=timezone.localdate())
        kept.refresh_from_db()
        answer = client.get(links.flyer_path(kept))
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
        assert "script-src" not in answer["Content-Security-Policy"]
    assert PAYLOAD in answer.content


def test_after_its_day_it_is_gone(client: Client) -> None:
    sent, waiting = with_flyer(), with_flyer()
    active("kim@example.org")
    writing.send(sent, "beate")
    path = links.flyer_path(sent.flyer)
    assert client.get(path).status_code == 200
    last = timezone.localtime() + flyers.USUAL
    with time_machine.travel(last, tick=False):
        personal_data.expire(timezone.now())
        assert client.get(path).status_code == 200
    with time_machine.travel(last + timedelta(days=1), tick=False):
        assert client.get(path).status_code == 404
        personal_data.expire(timezone.now())
        with pytest.raises(writing.FlyerOver):
            writing.send(waiting, "beate")
    assert list(Flyer.objects.all()) == [waiting.flyer]
    sent.refresh_from_db()
    assert sent.flyer is None


def test_it_goes_with_its_draft_and_not_with_a_copy(beate: Client) -> None:
    newsletter = with_flyer()
    copied = told(beate.post(at(newsletter, "vorlage"), follow=True))
    assert "mit demselben Text, ohne Flyer." in copied
    assert Newsletter.objects.exclude(pk=newsletter.pk).get().flyer is None
    beate.post(at(newsletter, "loeschen"))
    assert not Flyer.objects.exists()


def test_one_takes_the_place_of_another_and_can_be_removed(beate: Client) -> None:
    newsletter = draft()
    shown = page(beate, at(newsletter, "vorschau"))
    added = press(beate, shown, ADD, flyer=file(flyer()))
    stale = send(beate, shown, ADD, flyer=file(flyer(2)))
    assert "Sehen Sie sie sich noch einmal an." in told(stale)
    assert Flyer.objects.get().pages == 1
    assert "Der Flyer ist weg." in press(beate, added, "Flyer entfernen")
    assert not Flyer.objects.exists()
    beate.post(at(newsletter, "verschicken"), seen(newsletter))


def test_no_list_and_no_page_but_its_own_reads_the_file(beate: Client) -> None:
    newsletter = with_flyer()
    with CaptureQueriesContext(connection) as queries:
        page(beate, "/verwaltung/members/newsletter/")
        page(beate, at(newsletter, "vorschau"))
    assert [query["sql"] for query in queries if '"pdf"' in query["sql"]] == []


def test_a_wrong_flyer_is_taken_from_the_web_after_it_was_sent(beate: Client, post: Post) -> None:
    active("kim@example.org")
    newsletter = with_flyer()
    writing.send(newsletter, "beate")
    [mail] = post.deliver()
    path = link_in(mail, "/information/")
    assert Client().get(path).status_code == 200
    shown = press(beate, page(beate, at(newsletter, "verlauf")), "Flyer aus dem Netz nehmen")
    assert "Der Flyer ist nicht mehr zu sehen." in shown
    assert "Mit Flyer:" not in shown
    assert Client().get(path).status_code == 404
    assert not Flyer.objects.exists()
    assert logged()[-1] == f"geändert: Rundmail {newsletter.pk}: Flyer aus dem Netz genommen."


def test_the_flyer_of_a_draft_is_not_taken_by_that_button() -> None:
    assert not flyers.withdraw(with_flyer())
    assert Flyer.objects.exists()
