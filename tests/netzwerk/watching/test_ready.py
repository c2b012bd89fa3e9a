"""`manage.py ready` says what is missing before going live, and where it is mended. Rita and Sinan coordinate."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending import relay
from netzwerk import environment as env
from netzwerk.models import Heartbeat, SecondAddress
from netzwerk.watching import ready
from tests.members.people import asked
from tests.netzwerk.accounts.officers import rita, sinan, with_phone
from tests.wegweiser.offers import checked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]


@pytest.fixture
def complete(settings, tmp_path: Path, monkeypatch) -> None:
    """A portal that may go live. `check --deploy` has a test of its own."""
    monkeypatch.setattr(ready, "run_checks", lambda **options: [])
    settings.SECURE, settings.PROXY_COUNT, settings.CONTACT_PHONE = True, 1, "0271 333-0"
    settings.DEFAULT_FROM_EMAIL, settings.REPLY_TO = "post@netzwerk.invalid", "kontakt@netzwerk.invalid"
    settings.EMAIL_URL, settings.OPERATOR_EMAIL = (
        "smtp://mail.netzwerk.invalid",
        ["it@amt.example", "it@daheim.example"],
    )
    settings.BOUNCE_IMAP_URL = "imaps://amt:geheim@mail.netzwerk.invalid/INBOX"
    settings.BACKUP_DIR, settings.BACKUP_KEY = str(tmp_path), ["age1kreis", "age1stadt"]
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").touch()
    for name in ("daily", "backup"):
        Heartbeat.objects.create(name=name)
    asked("kim@example.org")
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    for user in (rita(), sinan()):
        with_phone(user)
        SecondAddress.objects.create(account=user, email=f"{user.first_name.lower()}@daheim.example")
    checked(timezone.localdate())


def missing() -> list[str]:
    return [gap.what for gap in ready.gaps()]


@pytest.mark.usefixtures("complete")
def test_nothing_is_missing() -> None:
    out = io.StringIO()
    call_command("ready", stdout=out)
    assert out.getvalue() == "Es kann losgehen: Nichts fehlt.\n"


@pytest.mark.usefixtures("complete")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECURE", False, "Die Adresse des Portals beginnt nicht mit https."),
        ("REPLY_TO", "kontakt@netzwerk.example", "REPLY_TO ist noch eine Beispieladresse."),
        ("SITE_URL", "https://netzwerk.example:8443", "SITE_URL ist noch das Beispiel."),
        ("EMAIL_URL", "smtp://name:passwort@mail.netzwerk.example:587?tls=1", "EMAIL_URL ist noch das Beispiel."),
        ("CONTACT_PHONE", "030 23125-100", "Die Telefonnummer ist noch die erfundene."),
        ("EMAIL_URL", "folder:///tmp", "Mails gehen nur in einen Ordner."),
        ("BOUNCE_IMAP_URL", "", "Niemand meldet, welche Mails zurückkommen."),
        ("OPERATOR_EMAIL", [], "Fällt etwas aus, erfährt es niemand."),
        (
            "OPERATOR_EMAIL",
            ["it@amt.example", "post@amt.example"],
            "Fällt dort die E-Mail aus, erfährt niemand von Störungen. Es sollen Adressen bei zwei Anbietern sein.",
        ),
        ("PROXY_COUNT", 0, "Hinter einem Proxy hält das Portal alle für dieselbe Person."),
        ("BACKUP_DIR", "", "Es gibt keine Sicherung."),
        ("BACKUP_DIR", "/nowhere", "In den Ordner der Sicherungen kann das Portal nicht schreiben."),
        ("BACKUP_KEY", ["age1"], "Für die Sicherung gibt es nur einen öffentlichen Schlüssel. Es sollen zwei sein."),
        (
            "BACKUP_IDENTITY",
            "/etc/netzwerk/kreis.txt",
            "Der private Schlüssel der Sicherung gehört nicht auf den Server: Wer einbricht, liest jede Sicherung.",
        ),
        ("STATIC_ROOT", "/nowhere", "Stile und Bilder sind nicht gesammelt."),
    ],
)
def test_a_setting_that_is_missing_is_named(settings, name: str, value: object, said: str) -> None:
    setattr(settings, name, value)
    assert missing() == [said]


@pytest.mark.usefixtures("complete")
def test_what_should_have_happened_once_or_lately() -> None:
    Heartbeat.objects.filter(name__in=["daily", "backup"]).delete()
    Delivery.objects.all().delete()
    relay.hold()
    SecondAddress.objects.filter(account__first_name="Sinan").delete()
    assert missing() == [
        "Die tägliche Arbeit läuft nicht.",
        "Noch nie ging eine Mail hinaus.",
        "Nach dem Einspielen einer Sicherung ist die Post angehalten.",
        "Seit 26 Stunden ist keine Sicherung gelungen.",
        "Ohne zweite Adresse für den Notfall: 1 von 2 Konten der Koordination.",
    ]


def test_what_a_check_finds_is_said_in_german(settings) -> None:
    settings.SECURE_HSTS_SECONDS = 0
    said = missing()
    assert "Eine Prüfung von Django ist nicht erfüllt: security.W004." in said
    assert not [what for what in said if "You " in what]


def test_of_the_file_of_settings_everything_that_is_still_an_example_is_named(settings) -> None:
    """An operator who fills in only what is empty would go on with invented addresses."""
    filled = env.parsed((settings.BASE_DIR / "deploy/env.example").read_text())
    examples = [name for name, value in filled.items() if ".example" in value]
    assert len(examples) == 4
    for name in examples:
        setattr(settings, name, filled[name])
    said = " ".join(missing())
    assert [name for name in examples if f"{name} ist noch" not in said] == []


def test_a_new_portal_on_this_machine_lists_all_and_ends_with_an_error() -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="Dinge fehlen noch"):
        call_command("ready", stdout=out)
    assert "- Im Wegweiser steht noch kein geprüftes Angebot.\n  Verwaltung: Wegweiser" in out.getvalue()
