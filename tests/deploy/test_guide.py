"""The guide, followed on Debian: installed, behind nginx, backed up, updated, restored (O-06). For `make proof`."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.guide import DEBIANS, Server, blocks
from tests.netzwerk.backups.conftest import new_key
from tests.sink import Sink
from tests.tools import missing

pytestmark = pytest.mark.proof
HAS_VENV = subprocess.call(["/usr/bin/python3", "-c", "import ensurepip"], stderr=subprocess.DEVNULL) == 0
INSTALL, UPDATE = "Installieren auf Debian 12", "Aktualisieren"


@pytest.fixture
def server() -> Iterator[Server]:
    if os.geteuid():
        pytest.skip("!!! only root can follow the guide: it was not tried")
    if not (DEBIANS.is_dir() and HAS_VENV and shutil.which("nginx", path="/usr/sbin:/usr/bin")):
        missing("Python with venv, PostgreSQL or nginx of Debian")
    if any(user.pw_name == "netzwerk" for user in pwd.getpwall()):
        pytest.skip("!!! a user netzwerk is there: perhaps this machine has a portal")
    found = Server()
    yield found
    found.clear_away()


def test_the_guide_leads_from_an_empty_debian_to_a_restored_portal(server: Server, tmp_path: Path) -> None:
    key = new_key(tmp_path / "kreis.txt")
    packages, database, environment, portal, services, account = blocks(INSTALL)
    with Sink() as sink:
        for block in (packages, database, environment):
            server.follow(block)
        server.fill_in(
            SITE_URL=f"https://netzwerk.example:{server.https}", EMAIL_URL=sink.url, PORT=str(server.port),
            BACKUP_KEY=key.public, OPERATOR_EMAIL="it@amt.example", CONTACT_PHONE="0271 333-0",
        )  # fmt: skip
        server.follow(portal)
        assert all(line.startswith(("cp -r deploy/systemd", "systemctl")) for line in services)
        server.start()
        assert [server.status(path) for path in ("/", "/wegweiser/", "/verwaltung/login/", "/healthz")] == ["200"] * 4
        server.environment |= {"DJANGO_SUPERUSER_PASSWORD": "vier kleine Wörter hier"}
        named = " --no-input --username technik --email technik@amt.example"
        said = server.follow(
            [line + named if line.endswith("createsuperuser") else line for line in account], fails="ready"
        )
        assert "zwei Personen mit der Rolle „Koordination“" in said
        assert "Seit 26 Stunden ist keine Sicherung gelungen." in said
        assert "check --deploy" not in said

        [update] = blocks(UPDATE)
        server.follow(update)  # makes a backup first, and starts anew
        assert server.status("/") == "200"
        assert "Seit 26 Stunden" not in server.follow(account[:1] + account[2:], fails="ready")

        [made] = (server.root / "backups").glob("*.tar.age")
        shutil.copy(key.file, server.root / "key.txt")
        (server.root / "key.txt").chmod(0o644)
        server.stop()
        shown = server.manage("restore", str(made), "--identity", f"{server.root}/key.txt", "--settings-only")
        assert f"SITE_URL=https://netzwerk.example:{server.https}" in shown
        said = server.manage("restore", str(made), "--identity", f"{server.root}/key.txt", "--replace")
        assert "Jede Tabelle ist gleich." in said
        server.start()
        assert server.status("/") == "200"
        assert "Alles läuft." in server.manage("watch")
