"""The guide, followed on Debian: installed, behind nginx, backed up, updated, restored (O-06). For `make proof`."""

import json
import os
import pwd
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.deploy.guide import DEBIANS, GUIDE, KEYS, SKIPPED, Server, blocks, new_keys
from tests.sink import Sink
from tests.tools import missing

pytestmark = pytest.mark.proof
HAS_VENV = subprocess.call(["/usr/bin/python3", "-c", "import ensurepip"], stderr=subprocess.DEVNULL) == 0
INSTALL, HERE, DONE = "Installieren auf Debian 12", "cd /srv/netzwerk/portal", "Jede Tabelle ist gleich."
PAGES = [
    "/", "/wegweiser/", "/termine/", "/gruppen/", "/mitmachen/", "/meine-daten/", "/impressum/", "/barrierefreiheit/",
    "/verwaltung/login/", "/healthz",
]  # fmt: skip
MAILS = 40
QUEUE = f"""
from django.db import transaction
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from mailings.templates import MailTemplate
emails = [f"p{{number}}@example.org" for number in range({MAILS})]
Address.objects.bulk_create(Address(email=email, list_mail=True) for email in emails)
template = MailTemplate("newsletter", Mailing.Kind.LIST, "Neuigkeiten", "Guten Tag", automatic=False)
with transaction.atomic():
    queue(template, [Recipient(address, {{}}) for address in Address.objects.filter(email__in=emails)])
"""


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


def test_the_guide_leads_from_an_empty_debian_to_a_restored_portal(server: Server) -> None:
    with Sink() as sink:
        install(server, sink)
        server.shell(QUEUE)
        sink.wait_for(1)
        update(server)
        sink.wait_for(MAILS, 120)
        bring_back(server, put_on_the_stick(server))
        assert server.is_right("lower('Ä') = 'ä'")
        server.manage("migrate", "--check")
        assert {path: server.status(path) for path in PAGES} == dict.fromkeys(PAGES, "200")
        assert "Alles läuft." in server.manage("watch")
        mails = [message for message in sink.messages if b"Neuigkeiten" in message.data]
        assert Counter(to for mail in mails for to in mail.recipients) == {f"p{n}@example.org": 1 for n in range(MAILS)}


def test_every_block_of_the_guide_is_followed() -> None:
    sections = (INSTALL, "Aktualisieren", "Sicherung", "Wiederherstellen")
    assert sum(len(blocks(section)) for section in sections) == GUIDE.read_text().count("```sh\n")


def install(server: Server, sink: Sink) -> None:
    packages, database, environment, portal, services, account = blocks(INSTALL)
    keys, first = blocks("Sicherung")
    for block in (packages, database, environment):
        server.follow(block)
    public = re.findall(r"BACKUP_KEY=(age1\w+)", server.follow([HERE, *keys]))
    server.fill_in(
        SITE_URL=f"https://netzwerk.example:{server.https}", EMAIL_URL=sink.url, PORT=str(server.port),
        BACKUP_KEY=",".join(public), OPERATOR_EMAIL="it@amt.example", CONTACT_PHONE="0271 333-0",
        MAIL_PER_MINUTE="60", **new_keys(),
    )  # fmt: skip
    server.follow(portal)
    assert server.is_right("lower('Ä') = 'ä'")
    assert all(line.startswith(SKIPPED) for line in services)
    server.start()
    assert {path: server.status(path) for path in PAGES} == dict.fromkeys(PAGES, "200")
    server.environment |= {"DJANGO_SUPERUSER_PASSWORD": "vier kleine Wörter hier"}
    named = " --no-input --username technik --email technik@amt.example"
    said = server.follow(
        [line + named if line.endswith("createsuperuser") else line for line in account], fails="ready"
    )
    assert "zwei Personen mit der Rolle „Koordination“" in said
    assert "Seit 26 Stunden ist keine Sicherung gelungen." in said
    assert "check --deploy" not in said
    assert "Die Datei ist noch, wie sie geschrieben wurde." in server.follow(first)
    assert "Seit 26 Stunden" not in server.follow([HERE, account[-1]], fails="ready")


def update(server: Server) -> None:
    """While mails go out: each once."""
    before, after = blocks("Aktualisieren")
    news = server.new_version()
    style = stylesheet(server)
    assert news in server.follow(before)
    server.follow(after)
    assert [server.status(path) for path in ("/", style, stylesheet(server))] == ["200"] * 3


def stylesheet(server: Server) -> str:
    return "/static/" + json.loads((server.root / "lib/static/staticfiles.json").read_text())["paths"]["css/tokens.css"]


def put_on_the_stick(server: Server) -> str:
    """A backup after the mails, the list of erasures and the key, under the names in the guide; returns its name."""
    server.manage("backup")
    stick = server.root / "stick"
    stick.mkdir()
    [name] = {found for line in blocks("Wiederherstellen")[0] for found in re.findall(r"stick/(\S+\.age)", line)}
    shutil.copy(max((server.root / "backups").glob("*.tar.age")), stick / name)
    shutil.copy(server.root / "srv/portal/kreis.txt", stick)
    (stick / "erasures.txt").touch()
    return name


def bring_back(server: Server, name: str) -> None:
    """On any computer, on a new server, and in place of a portal that is there."""
    anywhere, fetched, put, instead = blocks("Wiederherstellen")
    database = blocks(INSTALL)[1]
    for addition, expected in (("", DONE), ("", "REPLACE=1"), (" REPLACE=1", DONE)):
        assert expected in server.follow([HERE, *(line + addition for line in anywhere)], fails="make restore")
    keys = [line for line in (server.root / "etc/env").read_text().splitlines() if line.startswith(KEYS)]
    server.lose_everything()
    server.follow(database)
    server.follow(fetched)
    restored = (server.root / "etc/env").read_text().splitlines()
    assert set(keys) <= set(restored)
    server.fill_in(PORT=str(server.port))
    assert DONE in server.follow(put)
    server.start()
    copying = [line for line in fetched if line.startswith("install -") and "/var/lib/netzwerk/stick" in line]
    server.follow([HERE, *copying])
    assert DONE in server.follow(instead)
    assert not (server.root / "lib/stick").exists()
