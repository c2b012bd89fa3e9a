"""The officers' log holds what they did, once each, and nobody can change it (S-19, R-06). Beate is an officer."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.flatpages.models import FlatPage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from kit.desk import audit
from kit.desk.admin import Logged
from kit.desk.audit import Action
from members.admin import MemberAdmin
from members.models import Member
from netzwerk import upkeep
from netzwerk.audit import log
from netzwerk.migrations.data import former_log
from netzwerk.models import AuditEntry
from netzwerk.signing_in.factors import end_all
from tests.desk import change, logged, page, person_form
from tests.members.people import active
from tests.netzwerk.signing_in.people import LOGIN, PASSWORD, shown, sign_in, with_app, with_codes

pytestmark = pytest.mark.django_db

TWO_YEARS = timedelta(days=730)


def rows() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("who", "action", "what"))


def entry(**fields: object) -> AuditEntry:
    return AuditEntry.objects.create(**{"who": "beate", "action": "changed", "what": "Mitglied 1", **fields})


@pytest.fixture
def officer() -> User:
    """Beate has an app and one printed code."""
    beate = User.objects.create_superuser("beate", password=PASSWORD)
    with_app(beate)
    with_codes(beate, "abcd2345")
    return beate


def test_who_signs_in_and_out_stands_there_with_the_kind_of_factor(client: Client, officer: User) -> None:
    sign_in(client, "beate", PASSWORD, "abcd2345")
    client.post("/verwaltung/logout/")
    sign_in(client, "beate", PASSWORD, shown())
    assert rows() == [
        ("beate", "signed in", "mit gedrucktem Code"),
        ("beate", "signed out", ""),
        ("beate", "signed in", "mit App"),
    ]
    assert set(AuditEntry.objects.values_list("account", flat=True)) == {officer.pk}


def test_who_is_refused_stands_there_under_a_name_that_there_is(client: Client, officer: User) -> None:
    """A password may have slipped into the field of the name."""
    sign_in(client, "beate", "falsch", "abcd2345")
    sign_in(client, "beate", PASSWORD, "zzzz9999")
    sign_in(client, "mein geheimes Passwort", PASSWORD, "abcd2345")
    assert rows() == [
        ("beate", "sign-in refused", ""),
        ("beate", "sign-in refused", ""),
        ("", "sign-in refused", "Dieses Konto gibt es nicht."),
    ]
    assert "127.0.0" not in str([vars(row) for row in AuditEntry.objects.all()])


def test_tries_during_a_lock_do_not_fill_the_table(client: Client, officer: User) -> None:
    for _ in range(9):
        client.post(LOGIN, {"username": "beate", "password": "falsch", "otp_token": "abcd2345"})
    assert len(rows()) == 5


def test_a_new_password_stands_there(beate: Client) -> None:
    User.objects.filter(username="beate").update(password=User.objects.create_user("x", password=PASSWORD).password)
    beate.force_login(User.objects.get(username="beate"))
    new = {"new_password1": "noch ein langer Satz", "new_password2": "noch ein langer Satz"}
    assert beate.post("/verwaltung/password_change/", {"old_password": "falsch", **new}).status_code == 200
    assert beate.post("/verwaltung/password_change/", {"old_password": PASSWORD, **new}).status_code == 302
    assert logged() == ["Passwort geändert: in der Verwaltung"]


def test_what_is_entered_and_changed_stands_there_by_number(beate: Client) -> None:
    beate.post("/verwaltung/members/member/add/", person_form("kim@example.org", way="proof", proof="Blatt 7"))
    kim = Member.objects.get()
    change(beate, f"/verwaltung/members/member/{kim.pk}/change/", {"name": "Kim Winter", "children_years": ""})
    change(beate, f"/verwaltung/members/member/{kim.pk}/change/", {"name": "Kim Winter", "children_years": ""})
    imprint = FlatPage.objects.get(url="/impressum/")
    change(beate, f"/verwaltung/flatpages/flatpage/{imprint.pk}/change/", {"title": "Impressum", "content": "Neu."})
    assert [line for line in logged() if "Seite" in line] == ["geändert: Seite Impressum: Inhalt geändert."]
    assert logged()[0] == f"eingetragen: Mitglied {kim.pk}"
    assert logged()[1:3] == [
        f"geändert: Mitglied {kim.pk}: Anrede geändert.",
        f"geändert: Mitglied {kim.pk}: ohne Änderung gespeichert.",
    ]
    assert "Kim" not in str(logged())


def test_every_record_of_the_desk_writes_here_and_not_to_djangos_log(beate: Client) -> None:
    """Rows of Django's log end with the account that they name."""
    assert [model for model, found in admin.site._registry.items() if not isinstance(found, Logged)] == []
    test_what_is_entered_and_changed_stands_there_by_number(beate)
    assert not LogEntry.objects.exists()


def test_who_opens_a_proof_of_consent_stands_there_once_and_looking_at_a_person_does_not(beate: Client) -> None:
    """The proof is evidence about a person. Pages of daily work would bury what the log is for (R-06)."""
    kim = active("kim@example.org", name="Kim")
    for path in (f"/verwaltung/mitglied/{kim.pk}/", "/verwaltung/members/member/", "/verwaltung/menschen/?q=kim"):
        beate.get(path)
    assert logged() == []
    page(beate, f"/verwaltung/members/member/{kim.pk}/nachweis/")
    assert logged() == [f"angesehen: Mitglied {kim.pk}: Nachweis der Einwilligung geöffnet."]


@pytest.mark.logs_errors
def test_what_is_rolled_back_leaves_no_row(beate: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = active("kim@example.org", name="Kim")

    def broken(*args: object) -> None:
        assert logged() == [f"geändert: Mitglied {kim.pk}: Anrede geändert."]
        raise ConnectionError

    monkeypatch.setattr(MemberAdmin, "response_change", broken)
    with pytest.raises(ConnectionError):
        change(beate, f"/verwaltung/members/member/{kim.pk}/change/", {"name": "Kim Winter", "children_years": ""})
    assert (logged(), Member.objects.get().name) == ([], "Kim")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE netzwerk_auditentry SET who = 'gerd'",
        "DELETE FROM netzwerk_auditentry",
        "TRUNCATE netzwerk_auditentry",
        "TRUNCATE netzwerk_auditentry CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_row(statement: str) -> None:
    entry()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == [("beate", "changed", "Mitglied 1")]


def test_not_even_a_row_that_may_be_deleted_can_be_changed_or_truncated() -> None:
    old = entry(at=timezone.now() - TWO_YEARS - timedelta(days=1))
    for statement in ("UPDATE netzwerk_auditentry SET who = 'gerd'", "TRUNCATE netzwerk_auditentry"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert old.delete()[0] == 1


def test_after_two_years_daily_deletes_it_to_the_second(time_machine) -> None:
    """The database compares with its own clock, so it is the past that is moved here."""
    now = timezone.now()
    for what, seconds in [("a second younger", 1), ("as old", 0), ("a second older", -1)]:
        time_machine.move_to(now - TWO_YEARS + timedelta(seconds=seconds), tick=False)
        audit.record(None, Action.CHANGED, what)
    time_machine.move_to(now, tick=False)
    upkeep.run()
    assert list(AuditEntry.objects.order_by("pk").values_list("what", flat=True)) == ["a second younger", "as old"]


def test_a_clock_that_goes_wrong_deletes_nothing() -> None:
    """The negative control of the database's own clock: in the year 2040 of a broken server the rows stay."""
    entry()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        log.expire(timezone.now() + 7 * TWO_YEARS)
    assert len(rows()) == 1


@pytest.mark.parametrize("way", ["orm", "sql"])
def test_an_account_can_go_and_what_it_did_stays(officer: User, way: str) -> None:
    audit.record(officer, Action.SENT, "Rundmail 7: An 118 Personen.")
    if way == "orm":
        officer.delete()
    else:
        end_all(officer)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM auth_user WHERE username = 'beate'")
    assert not User.objects.exists()
    assert rows() == [("beate", "mail sent", "Rundmail 7: An 118 Personen.")]


def test_what_djangos_log_held_is_taken_over_as_far_as_two_years_back(officer: User) -> None:
    now = timezone.now()
    members = ContentType.objects.get_for_model(Member)
    for at, message in [(now - TWO_YEARS, "Alt."), (now, "Abgemeldet."), (now, '[{"changed": {"fields": ["Name"]}}]')]:
        fields = {"user": officer, "content_type": members, "object_id": "12", "object_repr": "Mitglied 12"}
        LogEntry.objects.create(action_time=at, action_flag=CHANGE, change_message=message, **fields)
    former_log.move(LogEntry, AuditEntry, now - TWO_YEARS + timedelta(seconds=1))
    assert rows() == [("beate", "changed", "Mitglied 12: Abgemeldet."), ("beate", "changed", "Mitglied 12")]
    assert [row.what for row in log.history(Member(pk=12))] == ["Mitglied 12", "Mitglied 12: Abgemeldet."]
    assert not LogEntry.objects.exists()


def test_the_history_of_a_record_and_the_front_page_read_the_log(beate: Client) -> None:
    kim = active("kim@example.org", name="Kim")
    assert "Hier steht noch nichts." in page(beate, f"/verwaltung/members/member/{kim.pk}/history/")
    change(beate, f"/verwaltung/members/member/{kim.pk}/change/", {"name": "Kim Winter", "children_years": ""})
    User.objects.exclude(username="beate").delete()
    for path in (f"/verwaltung/members/member/{kim.pk}/history/", "/verwaltung/alles/"):
        assert f"Mitglied {kim.pk}: Anrede geändert." in page(beate, path)
    assert beate.get("/verwaltung/members/member/99999/history/").status_code == 404
