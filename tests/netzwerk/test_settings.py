"""Settings: local ones are found by themselves, public ones must be complete."""

import ast
import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings

from netzwerk import settings as portal
from netzwerk.local import SETTINGS
from tests import forked

PUBLIC = {
    "SITE_URL": "https://netzwerk.example",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "HASH_KEY": "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789",
    "FACTOR_KEY": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789",
    "DEFAULT_FROM_EMAIL": "post@netzwerk.example",
    "REPLY_TO": "kontakt@netzwerk.example",
    "WEBHOOK_SECRET": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789-abcdefghijklmnopqrstuvwxyz",
    "EMAIL_URL": "smtp://mail.netzwerk.example",
}


class Loaded(NamedTuple):
    returncode: int
    output: str


def loaded(expression: str, **environment: str) -> Loaded:
    """What a process with just this environment says of its settings."""
    code, log = settings.DATA_DIR / "said.py", settings.DATA_DIR / "said.log"
    code.write_text(f"from django.conf import settings; print({expression})")
    own = {"PATH": os.environ["PATH"], "DATA_DIR": os.environ["DATA_DIR"]}
    log.unlink(missing_ok=True)
    process = forked.start((str(code),), own | environment, log)
    process.join(30)
    assert process.exitcode is not None
    return Loaded(process.exitcode, log.read_text())


def test_every_name_that_the_settings_ask_for_is_known_before_they_are_read() -> None:
    calls = [node for node in ast.walk(ast.parse(Path(portal.__file__).read_text())) if isinstance(node, ast.Call)]
    asked = [ast.literal_eval(call.args[0]) for call in calls if re.fullmatch(r"env\.\w+", ast.unparse(call.func))]
    assert set(asked) == SETTINGS


def test_every_setting_stands_in_the_readme_and_every_one_there_is_read() -> None:
    table = (settings.BASE_DIR / "README.md").read_text().partition("## Einstellungen")[2]
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", table, re.MULTILINE)
    assert set(re.findall("[A-Z_]+", " ".join(rows))) == {*SETTINGS, "DATA_DIR", "WEB_CONCURRENCY"}
    assert {"ANSWER_DAYS", "CHILDCARE_DAYS", "SECRET_KEY", "SITE_URL"} <= SETTINGS


def test_a_public_portal_has_host_cookies_hsts_and_no_demo() -> None:
    wanted = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SECURE_HSTS_SECONDS, settings.DEMO"
    result = loaded(wanted, **PUBLIC)
    assert result.output.strip() == "__Host-sessionid __Host-csrftoken 31536000 False", result.output


@pytest.mark.parametrize(
    ("site", "host", "origin"),
    [
        ("https://netzwerk.example", "netzwerk.example", "https://netzwerk.example"),
        ("https://Netzwerk.example:443/", "netzwerk.example", "https://netzwerk.example"),
        ("http://127.0.0.1:8001", "localhost", "http://localhost:8001"),
    ],
)
def test_passkeys_belong_to_the_host_of_the_portal(site: str, host: str, origin: str) -> None:
    """An IP address can have none: a local portal has them at http://localhost."""
    wanted = "settings.OTP_WEBAUTHN_RP_ID, *settings.OTP_WEBAUTHN_ALLOWED_ORIGINS"
    assert loaded(wanted, **PUBLIC | {"SITE_URL": site}).output.split() == [host, origin]


def test_a_backup_carries_every_setting_that_is_not_left_to_its_default() -> None:
    """Numbers too: with the default a restored portal would keep things for another time."""
    own = {"CONSENT_YEARS": "2", "CHILDCARE_DAYS": "3", "MAIL_PER_MINUTE": "60", "SITE_NAME": "Netz", "PORT": "8123"}
    carried = "__import__('netzwerk.backups.keys').backups.keys.in_force()"
    said = ast.literal_eval(loaded(carried, **PUBLIC | own).output)
    assert {name: said.get(name) for name in own} == own | {"PORT": None}  # the port belongs to one machine


@pytest.mark.parametrize("missing", ["SECRET_KEY", "HASH_KEY", "FACTOR_KEY", "DEFAULT_FROM_EMAIL", "REPLY_TO"])
def test_a_public_portal_fails_loudly_without(missing: str) -> None:
    result = loaded("settings.SITE_URL", **{name: value for name, value in PUBLIC.items() if name != missing})
    assert result.returncode == 1
    assert missing in result.output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"DEMO": "1"}, "DEMO is for this machine only"),
        ({"SITE_URL": "http://netzwerk.example"}, "needs an https SITE_URL"),
        ({"SITE_URL": "netzwerk.example"}, "must be an http(s) address"),
        ({"DEBUG": "maybe"}, "DEBUG must be 0 or 1"),
        ({"PORT": "eighty"}, "PORT must be a whole number"),
    ],
)
def test_what_is_wrong_is_said(wrong: dict[str, str], said: str) -> None:
    result = loaded("settings.SITE_URL", **PUBLIC | wrong)
    assert result.returncode == 1
    assert said in result.output


def test_the_database_is_asked_whether_it_is_still_there() -> None:
    """D-10"""
    database = settings.DATABASES["default"]
    assert (database["CONN_HEALTH_CHECKS"], database["CONN_MAX_AGE"]) == (True, 60)


@pytest.mark.django_db
def test_pages_wait_five_seconds_for_the_database_and_never_for_a_lock() -> None:
    """S-17: the web server's timeout, set by wsgi.py."""
    result = loaded('settings.DATABASES["default"]["OPTIONS"]["cursor_factory"].limits', STATEMENT_TIMEOUT="5000")
    assert "'statement_timeout': 5000, 'lock_timeout': 3000" in result.output
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("kurz-aber-ok", True),
        ("elf-zeichen", False),
        ("password1234", False),
        ("ü" * 64, True),
        ("demo-amt-2026", False),
    ],
)
def test_passwords_have_twelve_characters_and_are_not_common(password: str, good: bool) -> None:
    """S-05"""
    user = get_user_model()(username="demo-amt-2026")
    if good:
        validate_password(password, user)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, user)


@pytest.mark.django_db
def test_passwords_are_kept_with_argon2id() -> None:
    with override_settings(PASSWORD_HASHERS=portal.PASSWORD_HASHERS):
        user = get_user_model().objects.create_user("amt", password="ein langes Passwort")
    assert user.password.startswith("argon2$argon2id$")
