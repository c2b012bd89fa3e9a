"""The units as systemd would read them: what stops with the portal starts with it; the backup knows the day's mails."""

from configparser import ConfigParser
from datetime import time
from pathlib import Path

import pytest
from django.conf import settings

UNITS = settings.BASE_DIR / "deploy/systemd"
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))


def unit(path: Path) -> ConfigParser:
    found = ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string(path.read_text())
    return found


def wanted() -> set[str]:
    """What `systemctl start netzwerk.target` starts, once it is enabled."""
    own = set(unit(UNITS / "netzwerk.target")["Unit"]["Wants"].split())
    named = {path.name: unit(path) for path in UNITS.glob("netzwerk-*.*") if path.is_file()}
    return own | {
        name for name, each in named.items() if each.get("Install", "WantedBy", fallback="") == "netzwerk.target"
    }


@pytest.mark.parametrize("name", [*TIMERS, "netzwerk-web.service", "netzwerk-mail.service"])
def test_what_stops_with_the_portal_starts_with_it(name: str) -> None:
    if name in TIMERS:
        assert unit(UNITS / name)["Unit"]["PartOf"] == "netzwerk.target"
    assert name in wanted()


def test_every_timer_has_its_service_and_every_enabled_unit_exists() -> None:
    assert {Path(name).stem for name in TIMERS} <= {path.stem for path in UNITS.glob("*.service")}
    assert all((UNITS / name).is_file() for name in wanted())


def test_the_backup_comes_after_the_daily_work() -> None:
    """Else it would not know whom the morning's mails have reached, and a restored portal would write them again."""
    daily, backup = (unit(UNITS / f"netzwerk-{name}.timer")["Timer"]["OnCalendar"] for name in ("daily", "backup"))
    assert time.fromisoformat(daily.split()[1]) < time.fromisoformat(backup.split()[1])
    assert "daily --no-backup" in unit(UNITS / "netzwerk-daily.service")["Service"]["ExecStart"]
