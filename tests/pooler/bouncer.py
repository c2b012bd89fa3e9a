"""Debian's pgbouncer between a test's programs and a PostgreSQL of the test's own."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from netzwerk.local import orphans
from netzwerk.local.install import PATH
from netzwerk.local.postgres import Server
from tests.local.portals import free_port

PROGRAM = shutil.which("pgbouncer", path=PATH)
MISSING = "pgbouncer is missing (apt-get install pgbouncer)"


class Bouncer:
    """Lends `size` connections of the server to any number of clients; refuses what pgbouncer refuses of itself."""

    def __init__(self, server: Server, mode: str = "transaction", size: int = 3) -> None:
        self._server = server
        self._port = free_port()
        self._mode, self._size = mode, size
        self.log = Path(f"{server.log}.{mode}")

    @property
    def url(self) -> str:
        return f"postgres://netzwerk@127.0.0.1:{self._port}/netzwerk"

    def __enter__(self) -> Self:
        assert PROGRAM
        place, folder = self._server.place, self._server.socket
        file = folder / f"{self._mode}.ini"  # here, because the server's user may read it
        file.write_text(self._settings())
        file.chmod(0o644)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*place.before, PROGRAM, str(file)],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=orphans.none_left(),
                **place.identity,
            )
        self._wait_until_up()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _settings(self) -> str:
        return "\n".join(
            [
                "[databases]",
                f"netzwerk = host={self._server.socket} port=5432 user=netzwerk",
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                f"listen_port = {self._port}",
                "unix_socket_dir =",
                "auth_type = any",
                f"pool_mode = {self._mode}",
                f"default_pool_size = {self._size}",
                "max_client_conn = 200",
                "",
            ]
        )

    def _wait_until_up(self) -> None:
        patience = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                assert self._process.poll() is None, self.log.read_text()
                assert time.monotonic() < patience, self.log.read_text()
                time.sleep(0.05)
