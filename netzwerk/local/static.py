"""Collects the static files when they have changed, so that browsers may cache them for ever."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from netzwerk.environment import BASE_DIR, DATA_DIR
from netzwerk.local import SETTINGS, font

COLLECTED = DATA_DIR / "static"  # settings.STATIC_ROOT
MANIFEST = COLLECTED / "staticfiles.json"
STAMP = DATA_DIR / "static.stamp"
COLLECT = ["collectstatic", "--no-input", "-v0"]
ASIDE = DATA_DIR / "static.new"  # the DATA_DIR of COLLECT: a portal that runs goes on with COLLECTED


def begin() -> bool:
    """Whether the files differ from those collected last. If so COLLECT is to run in `environment()`, then `done`."""
    if MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == _state():
        return False
    STAMP.unlink(missing_ok=True)
    shutil.rmtree(ASIDE, ignore_errors=True)
    fresh = ASIDE / COLLECTED.name
    fresh.mkdir(parents=True)
    (ASIDE / "font").symlink_to(DATA_DIR / "font")
    # settings.py uses the hashing storage where a manifest exists; this one is still empty.
    (fresh / MANIFEST.name).write_text(json.dumps({"paths": {}, "version": "1.1", "hash": ""}))
    return True


def environment() -> dict[str, str]:
    """Without the operator's settings: the files depend on none."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | {"DATA_DIR": str(ASIDE)}


def done() -> None:
    """Puts the collected files in place, each at once. Those of the last time stay: a portal that runs serves them."""
    before = _named()
    fresh = ASIDE / COLLECTED.name
    names = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
    for name in sorted(names, key=lambda name: name.name == MANIFEST.name):  # last what leads to the others
        (COLLECTED / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).replace(COLLECTED / name)
    for path in COLLECTED.rglob("*"):
        name = path.relative_to(COLLECTED)
        if path.is_file() and name not in names and name.with_suffix("") not in before and name not in before:
            path.unlink()
    shutil.rmtree(ASIDE)
    STAMP.write_text(_state())


def _named() -> set[Path]:
    """The files that pages lead to until `done`; beside them lie compressed ones."""
    return {Path(name) for name in json.loads(MANIFEST.read_text())["paths"].values()} if MANIFEST.exists() else set()


def _state() -> str:
    """A hash over our files, the font, and the pinned packages, which bring files of their own."""
    files = [BASE_DIR / "requirements.txt"]
    for folder in (BASE_DIR / "static", *BASE_DIR.glob("*/static"), DATA_DIR / "font"):
        files += sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256("\n".join(map(_trait, files)).encode()).hexdigest()


def _trait(path: Path) -> str:
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def main() -> None:
    """`python -m netzwerk.local.static`: font and files for a portal that `make run` does not start."""
    font.cut()
    if begin():
        subprocess.check_call([sys.executable, str(BASE_DIR / "manage.py"), *COLLECT], env=environment())
        done()


if __name__ == "__main__":
    main()
