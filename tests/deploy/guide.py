"""Follows docs/betrieb.md on this machine: the same commands, below one folder, without systemd and a domain."""

import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from django.conf import settings

from tests.deploy import nginx
from tests.local.portals import free_port

DEBIANS = Path("/usr/lib/postgresql/15/bin")
GUIDE = settings.BASE_DIR / "docs/betrieb.md"
# What this machine has not: the guide says so, too.
SKIPPED = ("apt-get", "systemctl", "cp -r deploy/systemd")
KEYS = ("SECRET_KEY", "HASH_KEY", "FACTOR_KEY", "WEBHOOK_SECRET")


def blocks(section: str) -> list[list[str]]:
    """The commands of a section, block by block."""
    text = GUIDE.read_text().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [[line.strip() for line in block.splitlines() if line.strip()] for block in found]


def new_keys() -> dict[str, str]:
    return {key: secrets.token_urlsafe(48) for key in KEYS}


class Server:
    """A Debian server with PostgreSQL, nginx and a user `netzwerk`; everything else lies below one folder."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="guide-", dir="/tmp"))
        self.root.chmod(0o755)
        self.moved = {
            "/srv/netzwerk": f"{self.root}/srv", "/etc/netzwerk": f"{self.root}/etc",
            "/var/lib/netzwerk": f"{self.root}/lib", "/var/backups/netzwerk": f"{self.root}/backups",
            "/run/postgresql": f"{self.root}/run", "/media/stick": f"{self.root}/stick",
            "ADRESSE-DES-REPOSITORYS": f"{self.root}/origin",
        }  # fmt: skip
        self.git("clone", "-q", str(settings.BASE_DIR), f"{self.root}/origin", where=Path("/"))
        self.port, self.https = free_port(), free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        # Debian's own Python: another one may lie where `netzwerk` may not enter.
        self.environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LANG": "C.UTF-8"}
        self.environment |= {"NETZWERK_ENV": f"{self.root}/etc/env", "PGHOST": f"{self.root}/run"}
        plain = ["-E", "UTF8", "--no-locale"]  # as where LANG is unset: a cluster that knows no umlauts
        self._postgres("initdb", "-D", f"{self.root}/pg", "-A", "peer", "-U", "postgres", *plain)
        self._postgres("pg_ctl", "-D", f"{self.root}/pg", "-w", "-l", f"{self.root}/pg.log", "-o",
                       f"-k {self.root}/run -c listen_addresses=", "start")  # fmt: skip

    def git(self, *arguments: str, where: Path) -> None:
        who = ["-c", "user.name=Rita Sommer", "-c", "user.email=rita@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=where, check=True, capture_output=True)

    def new_version(self) -> str:
        """In the repository of the guide; what its CHANGELOG says."""
        said = "### Update: a sentence to be read"
        with (self.root / "origin/CHANGELOG.md").open("a") as changes:
            changes.write(f"\n{said}\n")
        self.git("commit", "-qam", "Say a sentence", where=self.root / "origin")
        return said

    def _postgres(self, program: str, *arguments: str) -> None:
        for folder in ("run", "pg", "pg.log"):
            path = self.root / folder
            if not path.exists():
                path.touch() if path.suffix else path.mkdir(mode=0o700 if folder == "pg" else 0o755)
                shutil.chown(path, "postgres", "postgres")
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        subprocess.run([DEBIANS / program, *arguments], check=True, capture_output=True, cwd="/", **who)

    def here(self, text: str) -> str:
        for path, own in self.moved.items():
            text = text.replace(path, own)
        return text

    def follow(self, block: list[str], fails: str = "") -> str:
        """Runs the commands one after the other, in the folder to which the last `cd` led; `fails` may."""
        folder, said = "/", ""
        for line in map(self.here, block):
            if line.startswith("cd "):
                folder = line.removeprefix("cd ")
            elif line.startswith("systemctl"):
                self._systemctl(line.split()[1])
            elif not line.startswith(SKIPPED):
                done = subprocess.run(
                    line, shell=True, cwd=folder, env=self.environment, capture_output=True, text=True
                )
                assert done.returncode == 0 or (fails and fails in line), (
                    line,
                    done.stdout[-500:],
                    done.stderr[-2000:],
                )
                said += done.stdout + done.stderr
        return said

    def _systemctl(self, verb: str) -> None:
        if verb in {"stop", "restart"}:
            self.stop()
        if verb == "restart" or (verb == "start" and not self.processes):
            self.start()

    def manage(self, *arguments: str) -> str:
        command = " ".join(["runuser -u netzwerk -- deploy/manage", *arguments])
        return self.follow(["cd /srv/netzwerk/portal", command])

    def is_right(self, query: str) -> bool:
        command = f'runuser -u netzwerk -- psql -At -c "SELECT {query}" netzwerk'
        return self.follow([command]).strip() == "t"

    def shell(self, script: str) -> str:
        (self.root / "script.py").write_text(script)
        return self.follow(
            ["cd /srv/netzwerk/portal", f"runuser -u netzwerk -- deploy/manage shell -v0 < {self.root}/script.py"]
        )

    def lose_everything(self) -> None:
        """Another server, with Debian's packages and the code."""
        self.stop()
        for command in ("dropdb netzwerk", "dropuser netzwerk"):
            self.follow([f"runuser -u postgres -- {command}"])
        (self.root / "etc/env").unlink()
        for folder in ("lib", "backups"):
            for path in (self.root / folder).iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def fill_in(self, **values: str) -> None:
        """What an administrator types into /etc/netzwerk/env."""
        file = self.root / "etc/env"
        text = self.here(file.read_text())
        for name, value in values.items():
            text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
            text += "" if found else f"{name}={value}\n"
        file.write_text(text)

    def start(self) -> None:
        """What systemd would do: the two services, as their units say, and nginx."""
        file = (self.root / "etc/env").read_text()
        given = dict(line.split("=", 1) for line in file.splitlines() if "=" in line and not line.startswith("#"))
        for name in ("web", "mail"):
            unit = self.here((settings.BASE_DIR / f"deploy/systemd/netzwerk-{name}.service").read_text())
            [command] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
            with (self.root / f"{name}.log").open("ab") as log:
                self.processes.append(subprocess.Popen(
                    command.split(), cwd=f"{self.root}/srv/portal", env=self.environment | given, stdout=log,
                    stderr=log, user="netzwerk", group="netzwerk", extra_groups=[], umask=0o077,
                ))  # fmt: skip
        self.processes.append(nginx.start(self.root, self.https, self.port))
        patience = time.monotonic() + 120
        while self.status("/healthz") == "000":
            assert time.monotonic() < patience, (self.root / "web.log").read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait(60)
        self.processes.clear()

    def status(self, path: str) -> str:
        """As a visitor gets it, through nginx; "000" while nobody answers."""
        url = f"https://netzwerk.example:{self.https}{path}"
        resolve = ["--resolve", f"netzwerk.example:{self.https}:127.0.0.1", "-k", "-s", "-o", "/dev/null"]
        done = subprocess.run(["curl", *resolve, "-w", "%{http_code}", url], capture_output=True, text=True)
        return "000" if done.stdout in {"502", "504"} else done.stdout

    def clear_away(self) -> None:
        self.stop()
        self._postgres("pg_ctl", "-D", f"{self.root}/pg", "-m", "immediate", "stop")
        subprocess.run(["userdel", "netzwerk"], capture_output=True)
        shutil.rmtree(self.root)
