"""The mailbox for bounces: a stand-in for everyday, a real Dovecot for the proof (M-11b)."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from mailings.models import Feedback
from mailings.returns import bounces, feedback, mailbox
from tests.mailings.returns.imap import Imap
from tests.mailings.returns.no_bounces import OTHERS
from tests.mailings.returns.test_bounces import ANNA, BOUNCES, complaint, copy_of, sent_to, state_of
from tests.mailings.sending.engine import wait_until
from tests.netzwerk.privacy.test_my_data import dump
from tests.tools import missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def imap(settings: Any) -> Iterator[Imap]:
    settings.BOUNCE_ADDRESS = "rueck@netzwerk.example"
    with Imap() as imap:
        settings.BOUNCE_IMAP_URL = imap.url
        yield imap


def run() -> None:
    call_command("read_bounces")


def test_the_mailbox_is_read_and_kept_for_two_weeks(imap: Imap, capsys: pytest.CaptureFixture[str]) -> None:
    hard, soft, fine = (sent_to(email) for email in (ANNA, "olena@siegen.example", "kim@siegen.example"))
    imap.drop(BOUNCES["Postfix"][0](copy_of(hard)))
    imap.drop(BOUNCES["T-Online"][0](copy_of(soft)))
    imap.drop(OTHERS["absence"](copy_of(fine)))
    old = imap.drop(b"Subject: read long ago\r\n\r\n", date.today() - timedelta(days=15))
    old.flags.add(r"\Seen")
    kept = imap.drop(b"Subject: read lately\r\n\r\n", date.today() - timedelta(days=13))
    kept.flags.add(r"\Seen")
    run()
    said = "3 Mails gelesen: 1 unzustellbar, 1 vorläufig, 0 schon bekannt, 1 andere\n"
    assert capsys.readouterr().out == said
    assert (state_of(hard), state_of(soft), state_of(fine)) == ("bounced", "bounced", "sent")
    assert [mail.flags for mail in imap.mails] == [{r"\Seen"}] * 4
    assert old not in imap.mails


def test_read_twice_a_bounce_does_nothing_more(imap: Imap, capsys: pytest.CaptureFixture[str]) -> None:
    write, _ = BOUNCES["Postfix"]
    lying = imap.drop(write(copy_of(sent_to(ANNA))))
    run()
    after = dump(None)
    run()
    lying.flags.clear()
    run()
    assert dump(None) == after
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "1 Mails gelesen",
        "0 Mails gelesen",
        "1 Mails gelesen",
    ]


def test_a_mail_that_cannot_be_read_stays_and_stops_nothing(
    imap: Imap, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No mail was found on which Python's parser fails, so one is made up; who can say what comes."""
    read = bounces.read

    def fails_on_riddles(data: bytes, received: datetime | None) -> feedback.Report | None:
        return read(data, received) if b"Riddle" not in data else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(bounces, "read", fails_on_riddles)
    copy = sent_to(ANNA)
    riddle = imap.drop(b"Subject: Riddle\r\n\r\n")
    imap.drop(BOUNCES["Postfix"][0](copy_of(copy)))
    run()
    assert state_of(copy) == "bounced"
    assert riddle.flags == set()
    assert capsys.readouterr().err == "1 Mails sind nicht zu lesen und bleiben ungelesen.\n"


@pytest.mark.parametrize("error", [RuntimeError("unexpected"), OperationalError("canceling statement: lock timeout")])
def test_a_bounce_that_cannot_be_recorded_stays_and_stops_nothing(
    error: Exception, imap: Imap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one whose address is locked by something else."""
    record, stuck, fine = feedback.record, sent_to(ANNA), sent_to("olena@siegen.example")

    def fails_for_anna(report: feedback.Report) -> bool:
        if report.copy == stuck.message_id:
            raise error
        return record(report)

    monkeypatch.setattr(feedback, "record", fails_for_anna)
    lying = [imap.drop(BOUNCES["Postfix"][0](copy_of(copy))) for copy in (stuck, fine)]
    run()
    assert (state_of(stuck), state_of(fine)) == ("sent", "bounced")
    assert [mail.flags for mail in lying] == [set(), {r"\Seen"}]
    monkeypatch.undo()
    run()
    assert state_of(stuck) == "bounced"


def test_a_bounce_that_lay_there_for_days_has_the_time_when_it_came(imap: Imap) -> None:
    copy = sent_to(ANNA)
    three_days_ago = date.today() - timedelta(days=3)
    imap.drop(BOUNCES["Postfix"][0](copy_of(copy)), three_days_ago)
    run()
    assert Feedback.objects.get().at == datetime.combine(three_days_ago, time(12), UTC)


def test_a_complaint_in_the_mailbox_is_named(imap: Imap, capsys: pytest.CaptureFixture[str]) -> None:
    copy = sent_to(ANNA)
    imap.drop(complaint(copy_of(copy)))
    run()
    assert state_of(copy) == "complained"
    assert capsys.readouterr().out.splitlines()[1] == "Davon als unerwünscht gemeldet: 1"


def test_a_huge_mail_is_read_in_part(imap: Imap) -> None:
    copy = sent_to(ANNA)
    imap.drop(BOUNCES["Postfix"][0](copy_of(copy)) + b"x" * 3_000_000)
    run()
    assert state_of(copy) == "bounced"


@pytest.mark.parametrize("url", ["", "imap://rueck:geheim@127.0.0.1:1/INBOX", "wrong password", "wrong folder"])
def test_a_mailbox_that_cannot_be_reached_is_said_so(url: str, imap: Imap, settings: Any) -> None:
    wrong = {"wrong password": imap.url.replace("geheim", "falsch"), "wrong folder": imap.url.replace("INBOX", "Weg")}
    settings.BOUNCE_IMAP_URL = wrong.get(url, url)
    with pytest.raises(CommandError):
        run()


DOVECOT = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail
passdb {{
  driver = static
  args = password=geheim
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail
}}
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
"""


@contextlib.contextmanager
def dovecot(home: Path) -> Iterator[str]:
    """Debian's Dovecot over TLS; the address of its one mailbox."""
    program = shutil.which("dovecot", path=os.environ["PATH"] + ":/usr/sbin")
    if os.geteuid() != 0:
        pytest.skip("!!! Dovecot startet nur als root: gegen kein echtes Postfach geprüft")
    if program is None:
        missing("!!! Dovecot fehlt (apt-get install dovecot-imapd): gegen kein echtes Postfach geprüft")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    keys = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")]
    subprocess.run(["openssl", "req", "-x509", *keys, *subject], check=True, capture_output=True)
    config = home / "dovecot.conf"
    config.write_text(DOVECOT.format(home=home, port=port, uid=65534, gid=65534))
    (home / "mail").mkdir(mode=0o777)
    shutil.chown(home / "mail", 65534, 65534)
    for folder in (home, *home.parents[:3]):  # pytest's own are for root only
        folder.chmod(folder.stat().st_mode | 0o755)
    process = subprocess.Popen([program, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)
    try:
        yield f"imaps://rueck:geheim@127.0.0.1:{port}/INBOX"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.proof
def test_a_real_mailbox_over_tls(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with dovecot(tmp_path) as url:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        settings.BOUNCE_ADDRESS, settings.BOUNCE_IMAP_URL = "rueck@netzwerk.example", url
        _wait_for_dovecot(url)
        copies = {server: sent_to(f"{number}@siegen.example") for number, server in enumerate(BOUNCES)}
        with mailbox.opened(url) as imap:
            for server, copy in copies.items():
                imap.append("INBOX", "", "", BOUNCES[server][0](copy_of(copy)))
            long_ago = timezone.now() - timedelta(days=20)
            for other in OTHERS.values():
                imap.append("INBOX", "", long_ago, other(copy_of(sent_to("kim@siegen.example"))))
        counts = mailbox.read_all(url)
        assert counts == {"hard": 15, "soft": 6, mailbox.NO_BOUNCE: len(OTHERS)}
        for server, copy in copies.items():
            assert Feedback.objects.get(delivery=copy).kind == BOUNCES[server][1]
        assert mailbox.read_all(url) == {}
        with mailbox.opened(url) as imap:
            imap.select("INBOX")
            assert len(imap.uid("SEARCH", "ALL")[1][0].split()) == len(BOUNCES)


def _wait_for_dovecot(url: str) -> None:
    def is_up() -> bool:
        with contextlib.suppress(*mailbox.Unreachable), mailbox.opened(url):
            return True
        return False

    wait_until(is_up)
