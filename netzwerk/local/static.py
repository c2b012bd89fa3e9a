"""Collects the static files when they have changed, so that browsers may cache them for ever."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from netzwerk.environment import BASE_DIR, DATA_DIR
from netzwerk.local import font

COLLECTED = DATA_DIR / "static"  # settings.STATIC_ROOT
MANIFEST = COLLECTED / "staticfiles.json"
STAMP = DATA_DIR / "static.stamp"
COLLECT = ["collectstatic", "--no-input", "-v0"]


def begin() -> bool:
    """Whether the files differ from those collected last. If so the folder is emptied for COLLECT."""
    if MANIFEST.exists() and STAMP.exists() and STAMP.read_text() == _state():
        return False
    STAMP.unlink(missing_ok=True)
    shutil.rmtree(COLLECTED, ignore_errors=True)
    COLLECTED.mkdir(parents=True)
    # settings.py uses the hashing storage where a manifest exists; this one is still empty.
    MANIFEST.write_text(json.dumps({"paths": {}, "version": "1.1", "hash": ""}))
    return True


def done() -> None:
    STAMP.write_text(_state())


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
        subprocess.check_call([sys.executable, str(BASE_DIR / "manage.py"), *COLLECT])
        done()


if __name__ == "__main__":
    main()
