"""The HTML of every page, read by the Nu Html Checker, which is strict where browsers guess (P-21)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client

from netzwerk.local import install
from tests.netzwerk.pages import every_page
from tests.tools import missing

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
