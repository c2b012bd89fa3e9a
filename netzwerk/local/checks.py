"""`make test`: every check, one after the other, whatever fails before; then one line for each."""

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from netzwerk.local import SETTINGS, orphans

# A public portal with everything set: what `check --deploy` should have nothing to say about.
PUBLIC = {
    "SITE_URL": "https://netzwerk.example",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "FACTOR_KEY": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrstuvwxyz-0123456789",
    "HASH_KEY": "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789",
    "WEBHOOK_SECRET": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789-abcdefghijklmnopqrstuvwxyz",
    "EMAIL_URL": "smtp://user:password@mail.netzwerk.example:587?tls=1",
    "DEFAULT_FROM_EMAIL": "post@netzwerk.example",
    "REPLY_TO": "kontakt@netzwerk.example",
}
# One more than there are cores: a good part of the tests waits, for servers that keep silent and for clocks. Each
# process costs seconds of its own: it reads all tests, copies the database, and fills its caches. One that has finished
# takes tests over from the others, because some take a hundred times as long as most.
PARALLEL = ["-n", str(1 + (os.cpu_count() or 2)), "--dist", "worksteal", "--durations", "10"]
# One test in fifteen is slow; together they take more than a third of the time. CI asks for them too (docs/testing.md).
CHOSEN = ["-m", "not proof" if os.environ.get("SLOW") else "not proof and not slow"]
# makemigrations would say that it finds no database; it needs none for this.
QUIET = ["-W", "ignore::RuntimeWarning"]


class Result(NamedTuple):
    """What one check took: seconds by the clock, and of processor time."""

    name: str
    passed: bool
    seconds: float
    processor: float


def main() -> int:
    python = sys.executable
    manage = [python, *QUIET, "manage.py"]
    orphans.adopt()
    # Every process would compile every module: a third of what some of them do.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="netzwerk-checks-") as folder:
        # Not what a portal running here was started with.
        own = {name: value for name, value in os.environ.items() if name not in SETTINGS} | {"DATA_DIR": folder}
        results = [
            _step("ruff check", [python, "-m", "ruff", "check"], own),
            _step("ruff format", [python, "-m", "ruff", "format", "--check"], own),
            _step("mypy", [python, "-m", "mypy", "."], own),
            _step("import-linter", [str(Path(python).with_name("lint-imports"))], own),
            _step("djlint", [python, "-m", "djlint", "--quiet", "--lint", "templates"], own),
            _step("makemigrations", [*manage, "makemigrations", "--check", "--dry-run"], own),
            _step("check --deploy", [*manage, "check", "--deploy", "--fail-level=WARNING"], own | PUBLIC),
            _step("pytest", [python, "-m", "pytest", *PARALLEL, *CHOSEN], dict(os.environ)),
        ]
    print()
    for name, passed, seconds, processor in results:
        print(f"{'ok    ' if passed else 'FAILED'} {name:<16} {seconds:5.1f} s, processor {processor:5.1f} s")
    print(f"Processor time of all processes: {_processor_seconds():.0f} s")
    return 0 if all(result.passed for result in results) else 1


def _step(name: str, command: list[str], environment: dict[str, str]) -> Result:
    print(f"\n--- {name}", flush=True)
    begin, before = time.monotonic(), _processor_seconds()
    passed = subprocess.call(command, env=environment) == 0
    return Result(name, passed, time.monotonic() - begin, _processor_seconds() - before)


def _processor_seconds() -> float:
    """Used up by this process and all its descendants that have ended, database servers and browsers among them."""
    with contextlib.suppress(ChildProcessError):  # no more children
        while os.waitpid(-1, os.WNOHANG)[0]:  # orphans: what they used counts once they are waited for
            pass
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    sys.exit(main())
