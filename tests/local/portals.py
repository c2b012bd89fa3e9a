"""Copies of the portal that tests start, break and stop."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from netzwerk.environment import BASE_DIR
from netzwerk.local import SETTINGS

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", "__pycache__", ".*_cache", ".hypothesis")


def copy_to(folder: Path) -> Path:
    """A copy of this checkout in the new `folder`, with the packages that are installed here."""
    shutil.copytree(BASE_DIR, folder, ignore=LEFT_OUT)
    (folder / ".venv").symlink_to(BASE_DIR / ".venv")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """`make run` in `folder`, in a process group of its own as in a terminal."""

    def __init__(self, folder: Path, port: int, *before: str, **environment: str) -> None:
        self.folder, self.port = folder, port
        self.log = folder / f"output-{len([*folder.glob('output-*')])}.txt"
        clean = {name: value for name, value in os.environ.items() if name not in {*SETTINGS, "DATA_DIR"}}
        self.environment = clean | {"PORT": str(port)} | environment
        self.begin = time.monotonic()
        with self.log.open("wb") as log:
            self.make = subprocess.Popen(
                # As in a terminal: a background shell ignores SIGINT, nohup SIGHUP, and children inherit that.
                ["env", "--default-signal=INT,HUP", *before, "make", "run"],
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait_until_up(self, seconds: float = 120) -> float:
        """The seconds from the start to the line that says where the portal is."""
        while "Das Portal läuft:" not in self.output:
            assert self.make.poll() is None, self.output
            assert time.monotonic() - self.begin < seconds, self.output
            time.sleep(0.05)
        return time.monotonic() - self.begin

    def get(self, path: str = "/verwaltung/login/") -> int:
        """The status of the page; 0 while nobody answers, or while the server that took the request is killed."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:  # refused, or closed without an answer
            return 0

    def manage(self, *arguments: str) -> str:
        """`manage.py` beside the portal, without any environment."""
        clean = {name: value for name, value in self.environment.items() if name not in SETTINGS}
        command = [self.folder / ".venv/bin/python", "manage.py", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=clean, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def shell(self, script: str) -> str:
        return self.manage("shell", "-v0", "-c", script)

    def write(self, name: str) -> None:
        self.shell(f"from django.contrib.auth.models import Group; Group(name='{name}').save()")

    def read(self) -> list[str]:
        script = "from django.contrib.auth.models import Group as G; [print(g) for g in G.objects.order_by('pk')]"
        return self.shell(script).splitlines()

    def processes(self, pattern: str = "") -> list[int]:
        """Everything at work in the folder whose command line matches, the newest last."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                place = (process / "cwd").readlink()
                inside = str(self.folder) in line or place.is_relative_to(self.folder)
                if line and inside and re.search(pattern, line):
                    found.append(int(process.name))
        return sorted(found)

    def supervisor(self) -> int:
        return self.processes(r"-m netzwerk\.local ?$")[-1]

    def interrupt(self) -> None:
        """What Ctrl-C does in a terminal: the signal goes to the whole foreground group."""
        os.killpg(self.make.pid, signal.SIGINT)
        self.make.wait(60)

    def wait_until_gone(self, seconds: float = 30) -> None:
        patience = time.monotonic() + seconds
        while left := self.processes():
            lines = [Path(f"/proc/{pid}/cmdline") for pid in left]
            assert time.monotonic() < patience, [line.read_bytes() for line in lines if line.exists()]
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends everything that is still running."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.make.wait()

    def clear_away(self) -> None:
        """Does `kill`, then removes what otherwise the next start would remove."""
        self.kill()
        told = self.folder / ".data/postgres.socket"
        if told.exists():
            shutil.rmtree(told.read_text().strip(), ignore_errors=True)
