"""The HTML of every page, read by the Nu Html Checker, which is strict where browsers guess (P-21)."""

import contextlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from events.models import Event
from netzwerk.local import install
from tests.members.imports.test_pages import UPLOAD as LIST_OF_MEMBERS
from tests.members.imports.test_pages import VERTEILER
from tests.members.people import active
from tests.netzwerk.pages import every_page
from tests.netzwerk.test_addresses import personal_paths
from tests.netzwerk.test_addresses import public as public_paths
from tests.tools import missing
from tests.wegweiser.imports.test_importing import HEADER, row
from tests.wegweiser.imports.test_pages import UPLOAD as LIST_OF_OFFERS
from tests.wegweiser.offers import offer
from wegweiser.search import index

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


def errors(pages: dict[str, str], folder: Path) -> list[str]:
    """What the checker calls an error, with the path of its page."""
    java = shutil.which("java")
    if not (java and install.NU.exists()):
        missing("The Nu Html Checker is missing: make install-proof")
    paths = list(pages)
    files = [folder / f"{number}.html" for number in range(len(pages))]
    for file, html in zip(files, pages.values(), strict=True):
        file.write_text(html)
    command = [java, "-jar", str(install.NU.absolute()), "--errors-only", "--exit-zero-always", "--format", "json"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, check=True)
    found = [(int(Path(each["url"]).stem), each["message"]) for each in json.loads(done.stderr)["messages"]]
    return [f"{paths[number]}: {message}" for number, message in sorted(found)]


def test_control_an_error_is_found(tmp_path: Path) -> None:
    page = '<!doctype html><html lang="de"><title>Muster</title><h1>Muster</h1>{}</html>'
    pages = {
        "/gut/": page.format('<a href="?q=a%20b">Mehr</a>'),
        "/schlecht/": page.format('<a href="?q=a b">Mehr</a>'),
    }
    (error,) = errors(pages, tmp_path)
    assert error.startswith("/schlecht/: Bad value “?q=a b”")


def test_control_where_the_checker_is_missing_a_proof_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "NU", tmp_path / "vnu.jar")
    monkeypatch.setenv("PROOF", "1")
    with pytest.raises(pytest.fail.Exception, match="make install-proof"):
        errors({}, tmp_path)


def test_no_page_has_an_error(beate: Client, tmp_path: Path) -> None:
    every_page.fill()
    seen = every_page.public(Client(), most=2) + every_page.desk(beate, most=2)
    desk = {f"verwaltung/{model._meta.label_lower.replace('.', '/')}/" for model in admin.site._registry}
    assert desk - {each.route for each in seen} == set()
    assert errors({each.path: each.html for each in seen}, tmp_path) == []


def test_no_page_that_answers_a_person_has_an_error(beate: Client, tmp_path: Path) -> None:
    """No link leads there: questions with hits and without, forms with what cannot be, and the previews of imports."""
    offer("kleiderkiste", phones=["030 23125-101 (8-12 Uhr)"])
    index.refresh()
    pages = questions(Client()) | wrong_forms(Client(), _forms()) | wrong_forms(beate, _desk_forms()) | previews(beate)
    for path, said in {
        "/wegweiser/?q=kleiderkiste": 'class="hit"',
        "/wegweiser/?q=xylofax": "haben wir noch nichts",
        LIST_OF_OFFERS: "Die Kennung (id) fehlt.",
        LIST_OF_MEMBERS: "zwei Adressen",
    }.items():
        assert said in pages[path], path
    wrong = [path for path in pages if path.startswith("POST ")]
    assert len(wrong) > 12
    assert [path for path in wrong if "aria-invalid" not in pages[path]] == []
    assert errors(pages, tmp_path) == []


def questions(client: Client) -> dict[str, str]:
    asked = ["q=kleiderkiste", "q=kleiderkiste&ort=siegen", "q=xylofax", "q=kleiderkiste&sprache=tr", "q=%22%3C"]
    return {path: client.get(path).content.decode() for path in (f"/wegweiser/?{each}" for each in asked)}


def wrong_forms(client: Client, paths: list[str]) -> dict[str, str]:
    """What a form says to somebody who has typed half an address; nothing of it is done."""
    answers = {path: client.post(path, {"email": "kim"}) for path in paths}
    shown = {path: answer for path, answer in answers.items() if answer["Content-Type"].startswith("text/html")}
    return {f"POST {path}": answer.content.decode() for path, answer in shown.items() if answer.status_code == 200}


def _forms() -> list[str]:
    plain = [f"/{path}" for path in public_paths() if "<" not in path]
    personal = personal_paths(active("ayse@example.org"))
    answers = [path for path in personal if path.startswith("/antwort/")]
    event = Event.objects.get()
    Event.objects.update(begins_at=event.begins_at.replace(microsecond=0))  # as forms have it
    return [*plain, "/wegweiser/kleiderkiste/hinweis/", f"/termine/{event.slug}/anmelden/", *answers]


def _desk_forms() -> list[str]:
    found = []
    for model in admin.site._registry:
        with contextlib.suppress(NoReverseMatch):
            found.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
    return found


def previews(client: Client) -> dict[str, str]:
    offers = HEADER + row() + row("") + row("naehkurs", telefon="23125100", beschreibung="Auch auf 中文.")
    files = {LIST_OF_OFFERS: offers.encode(), LIST_OF_MEMBERS: VERTEILER.read_bytes()}
    return {
        path: client.post(path, {"file": SimpleUploadedFile("liste.csv", content)}).content.decode()
        for path, content in files.items()
    }
