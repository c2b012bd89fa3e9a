"""Sets a typst document in a subprocess, so that no error there can take a web process with it.

`python -m kit.printing.typesetting TEMPLATE [archive]` reads the data as JSON and writes a tagged PDF: accessible
(PDF/UA-1), and if wanted fit for an archive (PDF/A-2a: fonts and colours are in it, and every letter can be read out).
"""

import subprocess
import sys
from pathlib import Path

import typst

from kit.printing.characters import FONTS

_ARCHIVE = "archive"
LONGEST = 20  # seconds; a web process has 30


class TypesettingFailed(Exception):
    """No PDF was made."""


def pdf(template: Path, data: str, *, archive: bool = False) -> bytes:
    """The PDF of `template` with `data` (JSON). Raises TypesettingFailed."""
    command = [sys.executable, "-m", "kit.printing.typesetting", str(template), *([_ARCHIVE] if archive else [])]
    try:
        done = subprocess.run(
            command, input=data.encode(), capture_output=True, timeout=LONGEST, cwd=Path(__file__).parents[2]
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise TypesettingFailed(type(problem).__name__) from problem
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise TypesettingFailed(f"status {done.returncode}")  # what typst says may quote the texts
    return done.stdout


def main() -> None:
    made = typst.compile(
        sys.argv[1],
        format="pdf",
        font_paths=FONTS,
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"] if _ARCHIVE in sys.argv else ["ua-1"],
        sys_inputs={"data": sys.stdin.buffer.read().decode()},
    )
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
