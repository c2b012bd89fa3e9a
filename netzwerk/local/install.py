"""Installs what the portal (or its tests, with `dev`; or all of them, with `proof`) needs:
`python3 netzwerk/local/install.py [dev|proof]`.

Runs with the system's Python, before anything is installed; only when the pinned versions changed since.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
# Debian's packages that tests drive, each with the programs of which one will do.
DEV = {"chromium-headless-shell": ("chromium-headless-shell", "chromium"), "tidy": ("tidy",)}
PROOF = DEV | {
    "firefox-esr": ("firefox-esr",),
    "dovecot-imapd": ("dovecot",),
    "spamassassin": ("spamassassin",),
    "pgbouncer": ("pgbouncer",),
    "nginx-light": ("nginx",),
    "postgresql-15": ("/usr/lib/postgresql/15/bin/postgres",),
    "systemd": ("systemd-analyze",),
    "default-jre-headless": ("java",),
    "npm": ("npm",),
    "python3-venv": (),  # brings no program: see _missing
}
# The Nu Html Checker: a program for Java, which a package of npm brings.
NU_PACKAGE = "vnu-jar@26.9.27"
NU = VENV / f"{NU_PACKAGE}.jar"
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - the system's Python may well be older
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return _fail(f"Nötig ist Python 3.11 oder neuer, gefunden: {found}. (make run PYTHON=python3.12)")
    os.chdir(Path(__file__).resolve().parent.parent.parent)
    programs = PROOF if "proof" in sys.argv else DEV if "dev" in sys.argv else {}
    names = ["requirements.txt", *(["requirements-dev.txt"] if programs else [])]
    missing = [name for name in names if not _is_installed(name)]
    if missing and not _has_pip():
        print("Python-Umgebung wird angelegt …", flush=True)
        if subprocess.call([sys.executable, "-m", "venv", str(VENV)]) or not _has_pip():
            return _fail("Python kann keine Umgebung anlegen. Unter Debian hilft: apt-get install python3-venv")
    for name in missing:
        print(f"Pakete aus {name} werden installiert …", flush=True)
        options = ["--disable-pip-version-check", "--progress-bar=off", "-r", name]
        if subprocess.call([str(PYTHON), "-m", "pip", "install", *options]):
            return _fail("Die Pakete ließen sich nicht installieren, siehe oben.")
        shutil.copyfile(name, VENV / name)  # what is installed now
    _find(programs)
    if "proof" in sys.argv and not NU.exists():
        _take_nu()
    return 0


def _fail(line: str) -> int:
    print(f"\n{line}", flush=True)
    return 1


def _is_installed(name: str) -> bool:
    noted = VENV / name
    return PYTHON.exists() and noted.exists() and noted.read_bytes() == Path(name).read_bytes()


def _has_pip() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.call([str(PYTHON), "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0


def _find(programs: dict[str, tuple[str, ...]]) -> None:
    missing = _missing(programs)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installiert wird: {', '.join(missing)} …", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *missing]):
            if subprocess.call(["apt-get", *command], env=environment):
                break
    for package in _missing(programs):
        print(f"\n!!! {package} fehlt: Was damit geprüft wird, wird AUSGELASSEN. (apt-get install {package})\n")


def _take_nu() -> None:
    """Takes the checker out of its package; nothing of the package runs."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("npm") and subprocess.call(["npm", "pack", "--silent", NU_PACKAGE], cwd=folder) == 0:
            whole = Path(folder) / "vnu.jar"
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as packed, whole.open("wb") as jar:
                shutil.copyfileobj(packed.extractfile("package/build/dist/vnu.jar"), jar)  # type: ignore[arg-type]
            shutil.move(whole, NU)
    if not NU.exists():
        print(f"\n!!! {NU_PACKAGE} fehlt: Das HTML der Seiten wird NICHT GEPRÜFT. (npm pack {NU_PACKAGE})\n")


def _missing(programs: dict[str, tuple[str, ...]]) -> list[str]:
    found = {package for package, names in programs.items() if any(shutil.which(name, path=PATH) for name in names)}
    debians = ["/usr/bin/python3", "-c", "import ensurepip"]
    if Path(debians[0]).exists() and subprocess.call(debians, stderr=subprocess.DEVNULL) == 0:
        found.add("python3-venv")
    return [package for package in programs if package not in found]


if __name__ == "__main__":
    sys.exit(main())
