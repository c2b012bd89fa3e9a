"""`make restore`: a backup becomes the portal of this clone, on the embedded PostgreSQL or that of DATABASE_URL."""

import contextlib
import subprocess
import sys

from netzwerk.environment import BASE_DIR
from netzwerk.local.place import CannotStart
from netzwerk.local.portal import NOTE, alone, database, say


def main(arguments: list[str]) -> int:
    file, identity, replace = [*arguments, "", "", ""][:3]
    if not (file and identity):
        say("So geht es: make restore FILE=netzwerk-….tar.age IDENTITY=schlüssel.txt")
        return 2
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(alone())
            NOTE.unlink(missing_ok=True)  # left by a crash, it would outweigh what the backup brings
            database(stack)
            command = [sys.executable, str(BASE_DIR / "manage.py"), "restore", file, "--identity", identity]
            command += ["--replace"] if replace == "1" else []
            code = subprocess.call(command, stdin=subprocess.DEVNULL)
    except CannotStart as reason:
        say(f"\n{reason}")
        return 1
    if code == 0:
        say("\nJetzt zeigt es: make run")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
