"""Reads settings from the environment, and remembers secrets of a local portal.

Three readers that fail loudly, and one that invents a secret where nothing but this machine is at stake.
"""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data")


RESTORED = "restored.env"


def _remembered() -> dict[str, str]:
    """What a restored backup brought, and what `make run` wrote down: so `manage.py` beside it finds the same portal
    without any environment.
    """
    values: dict[str, str] = {}
    for file in (DATA_DIR / RESTORED, DATA_DIR / "run.env"):
        if file.is_file():
            values |= parsed(file.read_text())
    return values


def parsed(lines: str) -> dict[str, str]:
    """The settings in a text of NAME=value lines; others are left out."""
    return dict(line.split("=", 1) for line in lines.splitlines() if "=" in line and not line.startswith("#"))


_values = _remembered() | {name: value for name, value in os.environ.items() if value != ""}
_asked: set[str] = set()


def given() -> dict[str, str]:
    """The settings that have been asked for and are not left to their defaults."""
    return {name: _values[name] for name in sorted(_asked) if name in _values}


def text(name: str, default: str = "") -> str:
    _asked.add(name)
    return _values.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in {"1", "true", "yes"}


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, local: bool) -> str:
    """The secret `name`; on a local portal one that is made once and kept in the data folder (mode 600).

    Raises ImproperlyConfigured where the portal is public and the secret is missing.
    """
    value = text(name)
    if value or not local:
        if not value:
            raise ImproperlyConfigured(f"{name} is missing. A portal with an https SITE_URL needs it.")
        return value
    file = DATA_DIR / name.lower()
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    fresh = DATA_DIR / f"{name.lower()}.{os.getpid()}"
    if not file.exists():
        # Written aside and linked into place: of two processes that start at once, both read the same secret.
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text()
