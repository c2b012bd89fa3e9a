"""The units as systemd would read them: what stops with the portal starts with it; the backup knows the day's mails."""

import shutil
import subprocess
from configparser import ConfigParser
from datetime import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.tools import missing

UNITS = settings.BASE_DIR / "deploy/systemd"
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))


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


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a Debian on which the units and Python are installed."""
    if not shutil.which("systemd-analyze"):
        missing("systemd-analyze is not installed")
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    python = tmp_path / "srv/netzwerk/portal/.venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    return tmp_path


def analyze(machine: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", f"--root={machine}", "--no-pager", *command], capture_output=True, text=True
    )


def test_systemd_understands_every_line(machine: Path) -> None:
    units = [str(machine / "etc/systemd/system" / name) for name in (*SERVICES, *TIMERS, "netzwerk.target")]
    assert analyze(machine, "verify", "--recursive-errors=no", *units).stderr == ""
    Path(units[0]).write_text("[Service]\nExecStart=/srv/netzwerk/portal/.venv/bin/python\nNoNewPrivilege=yes\n")
    assert "Unknown key 'NoNewPrivilege'" in analyze(machine, "verify", "--recursive-errors=no", *units).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_does_not_need_it_may_not_do(machine: Path, name: str) -> None:
    """As docs/betrieb.md says: 1,7. Ten is a service that may do everything."""
    guide = (settings.BASE_DIR / "docs/betrieb.md").read_text()
    assert "`systemd-analyze security` gibt den Diensten 1,7" in guide
    rating = ("security", "--offline=yes", "--threshold=17", name)
    assert analyze(machine, *rating).returncode == 0
    (machine / "etc/systemd/system/netzwerk-.service.d/portal.conf").unlink()
    assert analyze(machine, *rating).returncode == 1
