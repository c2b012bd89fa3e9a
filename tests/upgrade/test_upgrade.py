"""A database of an earlier version is migrated, and people go on using everything that they have."""

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from mailings.returns import bounces, feedback
from tests import database
from tests.post import Post, text_of

DUMP: dict[str, Any] = json.loads(Path(__file__).with_name("portal-5534b9c.json").read_text())
FACTS, LINKS = DUMP["facts"], DUMP["facts"]["links"]
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def column(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def load() -> None:
    """Puts the rows into the empty tables of the earlier version; no trigger keeps us from it."""
    execute("SET session_replication_role = replica", f"TRUNCATE {', '.join(column(TABLES))} RESTART IDENTITY CASCADE")
    with connection.cursor() as cursor:
        for table, held in DUMP["tables"].items():
            columns = ", ".join(f'"{name}"' for name in held["columns"])
            cursor.copy_expert(f'COPY "{table}" ({columns}) FROM STDIN', io.StringIO("\n".join(held["rows"]) + "\n"))
            if "id" in held["columns"]:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM " + f'"{table}"))', [table]
                )
    execute("SET session_replication_role = DEFAULT")


@contextlib.contextmanager
def migrated(add: Callable[[], None] = lambda: None) -> Iterator[None]:
    """The earlier version's tables and rows, and what `add` adds to them, migrated to today's."""
    with database.earlier():
        load()
        add()
        call_command("migrate", verbosity=0)
        ContentType.objects.clear_cache()
        yield
    ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def _migrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once: each test takes back what it changes."""
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(migrated())
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(autouse=True)
def _as_it_was(_migrated: None, db: None, settings: Any) -> Iterator[None]:
    """The keys and names of the earlier version; a few minutes after its rows were written."""
    settings.SECRET_KEY = "the-key-of-an-older-portal-0123456789"
    settings.HASH_KEY = "the-hash-key-of-an-older-portal-012345"
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.DEFAULT_FROM_EMAIL = "post@netzwerk.example"
    settings.BOUNCE_ADDRESS = "rueck@netzwerk.example"
    settings.DEMO = True
    with time_machine.travel(datetime.fromisoformat(FACTS["written_at"]) + timedelta(minutes=5)):
        yield


def opens(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def press(client: Client, path: str, **fields: Any) -> None:
    """Looking changes nothing; the button does."""
    answer = client.post(path, fields)
    assert answer.status_code in (200, 302), (path, answer.status_code)


def test_every_link_in_old_mails_opens_and_does_its_work(client: Client) -> None:
    for path in LINKS.values():
        opens(client, path)
    press(client, LINKS["confirm"])
    assert column("SELECT state FROM members_member JOIN mailings_address a ON a.id = address_id"
                  " WHERE email = 'neu@example.org'") == ["active"]  # fmt: skip
    press(client, LINKS["offer-report"])
    assert column("SELECT state FROM wegweiser_submission") == ["waiting"]
    press(client, LINKS["offer-check"], alle="ja", answer="all")
    opens(client, LINKS["offer-check"])
    assert "kim@example.org" in opens(client, LINKS["my-data"])
    assert "wir treffen uns" in opens(client, LINKS["read"])
    assert client.post(LINKS["leave"], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert column("SELECT state FROM members_member JOIN mailings_address a ON a.id = address_id"
                  " WHERE email = 'kim@example.org'") == ["left"]  # fmt: skip


def test_when_anna_cancels_ben_moves_up(client: Client, post: Post) -> None:
    """Three seats: Anna has two, Ben waits with two."""
    assert "Warteliste" in opens(client, LINKS["answer-waiting"])
    press(client, LINKS["answer"], antwort="nein", adults="1")
    replies = "events_reply r JOIN mailings_address a ON a.id = r.address_id WHERE r.state <> 'open'"
    assert column(f"SELECT email || ' ' || r.state FROM {replies} ORDER BY email") == [
        "anna@example.org cancelled",
        "ben@example.org yes",
        "cem@example.org no",
    ]
    told = [mail for mail in post.deliver() if mail["To"] == "ben@example.org"]
    assert any("Platz" in text_of(mail) for mail in told)


def test_what_waited_is_sent_what_was_held_waits_and_what_was_left_behind_is_taken_up(post: Post) -> None:
    sent = post.deliver()
    to = sorted(str(mail["To"]) for mail in sent if mail["Subject"] == "Noch unterwegs")
    assert to == ["dua@example.org", "kim@example.org"]
    assert str(post.to("ole@example.org")["Subject"]) in ("Nachricht für Sie", "Noch unterwegs")
    assert [mail for mail in sent if mail["Subject"] == "Angehalten"] == []
    taken_up = [str(mail["Message-ID"]) for mail in sent if mail["Subject"] == "Liegen geblieben"]
    assert taken_up == [f"<{FACTS['abandoned']}@{FACTS['domain']}>"], "the other one has a receipt"
    execute("UPDATE mailings_mailing SET halt = '' WHERE subject = 'Angehalten'",
            "UPDATE mailings_delivery SET state = 'queued' WHERE state = 'held'")  # fmt: skip
    resumed = sorted(str(mail["To"]) for mail in post.deliver() if mail["Subject"] == "Angehalten")
    assert resumed == ["eva@example.org"], "Gitta's mailbox is gone"


@pytest.mark.parametrize("by", ["return path", "Message-ID"])
def test_a_mail_sent_before_the_update_comes_back(by: str) -> None:
    hexadecimal = FACTS["sent_message_id"].replace("-", "")
    to = f"rueck+{hexadecimal}@netzwerk.example" if by == "return path" else "rueck@netzwerk.example"
    own = f"Message-ID: <{FACTS['sent_message_id']}@{FACTS['domain']}>" if by == "Message-ID" else "X-Nothing: 1"
    mail = f"""From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; eva@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

{own}

--b--
"""
    report = bounces.read(mail.replace("\n", "\r\n").encode())
    assert report is not None
    assert feedback.record(report)
    assert column("SELECT bounced_at IS NOT NULL FROM mailings_address WHERE email = 'eva@example.org'") == [True]


@pytest.mark.slow
def test_officers_open_the_list_and_the_page_of_every_record_under_its_old_address(client: Client) -> None:
    client.force_login(User.objects.get(username="amt"))
    opens(client, "/verwaltung/")
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        opens(client, reverse(f"admin:{name}_changelist"))
        for row in model._default_manager.all()[:3]:
            answer = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
            assert answer.status_code in (200, 302), (name, row.pk)
    assert client.get("/verwaltung/wegweiser/miss/").status_code == 302
    for page in ("ueberblick", "antworten", "warteliste", "tuer"):
        opens(client, f"/verwaltung/events/event/{FACTS['event_pk']}/{page}/")


@pytest.mark.parametrize(
    ("name", "may", "may_not"),
    [
        ("helferin", f"/verwaltung/events/event/{FACTS['event_pk']}/tuer/", "/verwaltung/members/member/"),
        ("team", "/verwaltung/wegweiser/failedsearch/", "/verwaltung/events/event/"),
    ],
)
def test_helpers_keep_their_rights_and_get_no_more(client: Client, name: str, may: str, may_not: str) -> None:
    """The door is open on the day of the event."""
    begins_at = apps.get_model("events", "Event")._default_manager.get(pk=FACTS["event_pk"]).begins_at
    with time_machine.travel(begins_at, tick=False):
        client.force_login(User.objects.get(username=name))
        opens(client, may)
        assert client.get(may_not).status_code == 403


def test_people_are_shown_erased_and_forgotten(client: Client) -> None:
    exported = json.loads(client.get(LINKS["my-data"] + "daten.json").content)
    assert exported["Adresse"]["E-Mail-Adresse"] == "kim@example.org"
    press(client, LINKS["my-data"] + "loeschen/")
    assert column("SELECT count(*) FROM mailings_address WHERE email = 'kim@example.org'") == [0]
    call_command("daily")


def test_offers_are_found_as_before(client: Client) -> None:
    assert "Kleiderkiste" in opens(client, "/wegweiser/?q=kleiderkiste")
    assert "Nähtreff" in opens(client, "/wegweiser/naehtreff/")
    assert apps.get_model("wegweiser", "Word")._default_manager.exclude(phonetic_key="").exists()
