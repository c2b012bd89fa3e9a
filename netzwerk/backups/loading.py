"""Loads a dump into an empty database, whatever versions its server and the programs of this machine have."""

import contextlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from netzwerk.backups import Refused, programs
from netzwerk.backups.programs import Database

# From 17 on, pg_restore sets what older servers do not know.
_TIMEOUT = re.compile(rb"SET\stransaction_timeout\s=\s0;\n")
_KNOWN_SINCE = 17


def load(dump: Path, into: Database, made_by: int) -> None:
    """`made_by` is the main version of the pg_dump that made it. Raises Refused; then the database is of no use."""
    server = into.server_version()
    oldest = max(server, made_by)
    program = programs.suiting("pg_restore", oldest, f"Zum Einspielen fehlt pg_restore {oldest}.")
    command = [str(program), "--exit-on-error", "--no-owner", "--no-privileges"]
    if server < _KNOWN_SINCE <= programs.version(program):
        psql = program.with_name("psql")
        if not psql.exists():
            raise Refused(f"Zum Einspielen fehlt psql neben {program}.")
        failed = _as_script([*command, "--file=-", str(dump)], psql, into)
    else:
        command += ["--no-password", f"--dbname={into.name}", str(dump)]
        done = subprocess.run(command, env=into.environment(), capture_output=True, text=True)
        failed = done.stderr or "?" if done.returncode else ""
    if failed:
        raise Refused(f"pg_restore ist gescheitert. Nichts wurde geändert.\n{failed.strip()[-500:]}")


def _as_script(command: list[str], psql: Path, into: Database) -> str:
    """Hands the script on to psql without the statement; what failed, or "".

    Only the first line of this kind is a statement: behind it, people may have written the same.
    """
    client = [str(psql), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--no-password"]
    pipe, environment = subprocess.PIPE, into.environment()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdout=pipe, stderr=said) as script,
        subprocess.Popen(client, stdin=pipe, stdout=subprocess.DEVNULL, stderr=said, env=environment) as taking,
    ):
        assert script.stdout is not None
        assert taking.stdin is not None
        try:
            for line in script.stdout:
                if _TIMEOUT.fullmatch(line):
                    break
                taking.stdin.write(line)
            shutil.copyfileobj(script.stdout, taking.stdin)
            taking.stdin.close()
        except BrokenPipeError:  # psql has said why
            script.kill()
            with contextlib.suppress(BrokenPipeError):
                taking.stdin.close()
        codes = script.wait(), taking.wait()
        said.seek(0)
        return said.read().decode(errors="replace") or "?" if any(codes) else ""
