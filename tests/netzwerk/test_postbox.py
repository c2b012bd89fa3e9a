"""The demo's postbox. Kim and Olena are invented."""

import os
from pathlib import Path

import pytest

from members import signup
from members.details import Details
from members.models import Member
from tests.members.people import asked
from tests.post import Post, link_in

pytestmark = pytest.mark.django_db

CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    """Where the fixture `post` delivers as well."""
    settings.DEMO = True
    settings.EMAIL_URL = f"folder://{tmp_path / 'mails'}"
    return tmp_path / "mails"


def test_the_newest_mail_is_on_top(client, folder: Path, post: Post) -> None:
    assert "Noch keine Mail" in client.get("/postkasten/").content.decode()
    asked("kim@example.org")
    post.deliver()
    signup.confirm(Member.objects.get())
    post.deliver()
    answer = client.get("/postkasten/")
    shown = answer.content.decode()
    assert shown.index(">Willkommen</a>") < shown.index(">Bitte bestätigen Sie Ihre Adresse</a>")
    assert shown.count("kim@example.org") == 2
    assert '<meta name="robots" content="noindex, nofollow">' in shown
    assert "no-store" in answer["Cache-Control"]


def test_a_mail_shows_its_head_and_links_to_click(client, folder: Path, post: Post) -> None:
    asked("kim@example.org")
    post.deliver()
    signup.confirm(Member.objects.get())
    [mail] = post.deliver()
    newest = sorted(folder.glob("*.eml"))[-1].stem
    shown = client.get(f"/postkasten/{newest}/").content.decode()
    for words in ["kim@example.org", "post@netzwerk.example", "List-Unsubscribe=One-Click", "Willkommen"]:
        assert words in shown
    assert f'href="http://127.0.0.1:8000{link_in(mail, "/meine-daten/")}"' in shown
    assert "/abmelden/" in shown


def test_the_html_part_is_shown_where_nothing_in_it_can_act(client, folder: Path, post: Post) -> None:
    asked("kim@example.org")
    post.deliver()
    [file] = folder.glob("*.eml")
    answer = client.get(f"/postkasten/{file.stem}/html/")
    assert answer["Content-Security-Policy"] == CSP
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]
    assert "Bitte bestätigen Sie Ihre Adresse" in answer.content.decode()
    page = client.get(f"/postkasten/{file.stem}/")
    assert f'href="/postkasten/{file.stem}/html/"' in page.content.decode()
    assert "unsafe-inline" not in page["Content-Security-Policy"]


def test_what_a_stranger_wrote_stays_text(client, folder: Path) -> None:
    folder.mkdir()
    head = "To: kim@example.org\r\nSubject: <b>x</b>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n\r\n"
    (folder / "1-0123abcd.eml").write_text(head + "<script>alert(1)</script> javascript:alert(1)")
    shown = client.get("/postkasten/1-0123abcd/").content.decode()
    assert "<script>alert" not in shown
    assert "<b>x</b>" not in shown
    assert 'href="javascript' not in shown
    assert "<b>x</b>" not in client.get("/postkasten/").content.decode()
    assert client.get("/postkasten/1-0123abcd/html/").status_code == 404


def test_fifty_mails_fit_on_a_page(client, folder: Path) -> None:
    folder.mkdir()
    head = "To: kim@example.org\r\nSubject: Nummer {0}\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n\r\nText\r\n"
    for number in range(51):
        (folder / f"{1000 + number}-0123abcd.eml").write_text(head.format(number))
    (folder / "2000-0123abcd.part").write_text("half")
    first = client.get("/postkasten/").content.decode()
    assert first.count("Nummer ") == 50
    assert "Nummer 50<" in first
    assert "51 Mails" in first
    assert "Nummer 0<" in client.get("/postkasten/?seite=2").content.decode()
    assert client.get("/postkasten/?seite=x").status_code == 200


@pytest.mark.parametrize("name", ["nix", "1-0123abcd", "..", "1-0123ABCD", "%2e%2e%2fgeheim", "1-0123abcd.eml"])
def test_only_names_of_mails_lead_anywhere(client, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "geheim.eml").write_text("To: x\r\n\r\n")
    for path in [f"/postkasten/{name}/", f"/postkasten/{name}/html/"]:
        assert client.get(path).status_code in {301, 404}


@pytest.mark.parametrize(
    ("demo", "url"), [(False, "folder://{}"), (True, "smtp://localhost:25")], ids=["no demo", "mails leave the house"]
)
def test_outside_the_demo_there_is_no_postbox(client, settings, tmp_path: Path, demo: bool, url: str) -> None:
    settings.DEMO, settings.EMAIL_URL = demo, url.format(tmp_path)
    (tmp_path / "1-0123abcd.eml").write_text("To: x\r\n\r\n")
    for path in ["/postkasten/", "/postkasten/1-0123abcd/", "/postkasten/1-0123abcd/html/"]:
        assert client.get(path).status_code == 404


def test_looking_changes_nothing(client, folder: Path, post: Post) -> None:
    signup.enter("olena@example.org", Details(), origin="officer", by="beate")
    post.deliver()
    [file] = folder.glob("*.eml")
    before = os.stat(file).st_mtime_ns, file.read_bytes()
    assert client.post(f"/postkasten/{file.stem}/").status_code == 405
    client.get(f"/postkasten/{file.stem}/")
    assert (os.stat(file).st_mtime_ns, file.read_bytes()) == before
