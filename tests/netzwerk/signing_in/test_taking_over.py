"""Officers of an earlier version go on signing in with their phones and codes; nothing readable stays behind."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from netzwerk.models import AuthenticatorApp, CodeSheet
from netzwerk.signing_in import factors
from tests.netzwerk.privacy.test_my_data import dump
from tests.netzwerk.signing_in.people import SEED, shown

pytestmark = pytest.mark.django_db

MIGRATION = import_module("netzwerk.migrations.0007_take_over_factors")
# As django-otp 1.7 made them.
DEVICE = """
    id serial PRIMARY KEY, name varchar(64), confirmed boolean, user_id integer REFERENCES auth_user DEFERRABLE,
    throttling_failure_timestamp timestamptz, throttling_failure_count integer DEFAULT 0,
    created_at timestamptz, last_used_at timestamptz
"""
TABLES = f"""
    CREATE TABLE otp_totp_totpdevice ({DEVICE}, key varchar(80), step smallint DEFAULT 30, t0 bigint DEFAULT 0,
        digits smallint DEFAULT 6, tolerance smallint DEFAULT 1, drift smallint DEFAULT 0, last_t bigint DEFAULT -1);
    CREATE TABLE otp_static_staticdevice ({DEVICE});
    CREATE TABLE otp_static_statictoken (id serial PRIMARY KEY, token varchar(16),
        device_id integer REFERENCES otp_static_staticdevice);
"""


@pytest.fixture
def old_tables() -> None:
    execute(TABLES)


def execute(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def take_over() -> None:
    with connection.schema_editor(atomic=False) as editor:
        MIGRATION.take_over(apps, editor)


@pytest.mark.usefixtures("old_tables")
def test_phones_and_codes_go_on_working_and_the_old_tables_are_empty() -> None:
    beate, anna = User.objects.create_superuser("beate"), User.objects.create_superuser("anna")
    add = (
        "INSERT INTO otp_totp_totpdevice (name, confirmed, user_id, key, created_at, digits) VALUES (%s,%s,%s,%s,%s,%s)"
    )
    execute(add, "Diensthandy", True, beate.pk, SEED, "2026-01-05T10:00:00+01:00", 6)
    execute(add, "nie bestätigt", False, beate.pk, "30" * 20, None, 6)
    execute(add, "acht Ziffern", True, anna.pk, "31" * 20, None, 8)
    for number, owner in enumerate((beate, beate, anna), 1):  # Beate has two sheets
        execute("INSERT INTO otp_static_staticdevice (id, name, confirmed, user_id) VALUES (%s, 'x', true, %s)",
                number, owner.pk)  # fmt: skip
        execute("INSERT INTO otp_static_statictoken (token, device_id) VALUES (%s, %s)", f"CODE-000{number}", number)
    take_over()
    app = AuthenticatorApp.objects.get()
    assert (app.user, app.name, app.created_at.isoformat()) == (beate, "Diensthandy", "2026-01-05T09:00:00+00:00")
    assert [(sheet.user.username, sheet.codes.count()) for sheet in CodeSheet.objects.order_by("pk")] == [
        ("beate", 2),
        ("anna", 1),
    ]
    assert factors.accept(beate, shown(), really=True) == app
    assert factors.accept(beate, "code0002", really=True)
    assert factors.accept(anna, "Code-0003", really=True)
    for table in ("otp_totp_totpdevice", "otp_static_staticdevice", "otp_static_statictoken"):
        assert count(table) == 0
    assert SEED not in dump(None)


def test_where_there_were_none_nothing_is_missed_and_old_permissions_go() -> None:
    old = ContentType.objects.create(app_label="otp_totp", model="totpdevice")
    Permission.objects.create(content_type=old, codename="view_totpdevice", name="x")
    take_over()
    assert not Permission.objects.filter(content_type__app_label="otp_totp").exists()
