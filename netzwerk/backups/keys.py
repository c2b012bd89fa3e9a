"""The settings without which a database is worth little: keys above all. They travel inside the encrypted backup."""

from pathlib import Path

from django.conf import settings

from netzwerk import environment as env
from netzwerk.backups import Refused

NAME = "settings.env"
KEYS = ("SECRET_KEY", "HASH_KEY", "FACTOR_KEY")
CARRIED = (*KEYS, "SECRET_KEY_FALLBACKS", "FACTOR_KEY_FALLBACKS")
# Belongs to one machine.
_MACHINE = {"DATABASE_URL", "PORT", "DEBUG", "DEMO", "BACKUP_DIR", "BACKUP_IDENTITY", "STATEMENT_TIMEOUT"}
# Reaches people, or lets others in: a restored copy on another machine must not do so by itself.
_REACHING = {
    "SITE_URL", "ALLOWED_HOSTS", "PROXY_COUNT", "EMAIL_URL", "EMAIL_API_KEY", "WEBHOOK_SECRET", "BOUNCE_ADDRESS",
    "BOUNCE_IMAP_URL", "OPERATOR_EMAIL", "METRICS_TOKEN", "BACKUP_KEY",
}  # fmt: skip


def in_force() -> dict[str, str]:
    """Everything that another machine needs to be the same portal."""
    values = {name: value for name, value in env.given().items() if name not in _MACHINE}
    values |= {name: getattr(settings, name) for name in KEYS} | {"SITE_URL": settings.SITE_URL}
    return {name: value.replace("\n", " ") for name, value in sorted(values.items())}


def text(values: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def check(restored: dict[str, str]) -> None:
    """Raises Refused if this portal was given other keys: the database would be worth nothing with them."""
    given = env.given()
    wrong = [name for name in KEYS if name in given and restored[name] not in _accepted(name)]
    if wrong:
        raise Refused(
            f"Hier gelten andere Schlüssel als in der Sicherung: {', '.join(wrong)}. Damit wären Links in Mails, die "
            "Sperrliste und der zweite Schritt beim Anmelden nichts wert. Holen Sie erst die Schlüssel heraus: "
            "manage.py restore DATEI --identity SCHLÜSSEL --settings-only"
        )


def keep(restored: dict[str, str]) -> None:
    """Writes them down where a portal on this machine finds them, without what would reach people."""
    quiet = {name: value for name, value in restored.items() if name not in _REACHING}
    place = Path(settings.DATA_DIR) / env.RESTORED
    fresh = place.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text("# Aus der eingespielten Sicherung. Ohne diese Datei passt die Datenbank zu keinem Schlüssel.\n")
    with fresh.open("a") as out:
        out.write(text(quiet | {"DEMO": "0"}))
    fresh.replace(place)


def _accepted(name: str) -> list[str]:
    older = getattr(settings, f"{name}_FALLBACKS", [])
    return [getattr(settings, name), *older]
