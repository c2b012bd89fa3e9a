"""`make test`: every check, one after the other, whatever fails before; then one line for each."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from netzwerk.local import SETTINGS

# A public portal with everything set: what `check --deploy` should have nothing to say about.
PUBLIC = {
    "SITE_URL": "https://netzwerk.example",
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "HASH_KEY": "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789",
    "WEBHOOK_SECRET": "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789-abcdefghijklmnopqrstuvwxyz",
    "EMAIL_URL": "smtp://user:password@mail.netzwerk.example:587",
    "DEFAULT_FROM_EMAIL": "post@netzwerk.example",
    "REPLY_TO": "kontakt@netzwerk.example",
}
# More than there are cores: a good part of the tests waits, for servers that keep silent and for clocks. A process
# that has finished takes tests over from the others, because some take a hundred times as long as most.
PARALLEL = ["-n", str(2 + (os.cpu_count() or 2)), "--dist", "worksteal"]
# makemigrations would say that it finds no database; it needs none for this.
QUIET = ["-W", "ignore::RuntimeWarning"]


def main() -> int:
    python = sys.executable
    manage = [python, *QUIET, "manage.py"]
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
            _step("pytest", [python, "-m", "pytest", *PARALLEL, "-m", "not proof"], dict(os.environ)),
        ]
    print()
    for name, passed, seconds in results:
        print(f"{'ok    ' if passed else 'FAILED'} {name:<16} {seconds:5.1f} s")
    return 0 if all(passed for _, passed, _ in results) else 1


def _step(name: str, command: list[str], environment: dict[str, str]) -> tuple[str, bool, float]:
    print(f"\n--- {name}", flush=True)
    begin = time.monotonic()
    passed = subprocess.call(command, env=environment) == 0
    return name, passed, time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main())
