"""The other end of the line: Debian's smtp-sink, and a slow line to it. Loopback only."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path


class Missing(Exception):
    """smtp-sink cannot be had here."""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Runs smtp-sink, which takes every mail and throws it away; yields its port. Raises Missing."""
    with tempfile.TemporaryDirectory(prefix="netzwerk-bench-") as folder:
        program, libraries = _program(Path(folder))
        port = free_port()
        environment = os.environ | ({"LD_LIBRARY_PATH": libraries} if libraries else {})
        # -u: as root it wants to become somebody
        who = ["-u", "nobody"] if os.geteuid() == 0 else []
        process = subprocess.Popen([program, *who, f"inet:127.0.0.1:{port}", "500"], env=environment)
        try:
            _wait(port)
            yield port
        finally:
            process.kill()
            process.wait()


@contextlib.contextmanager
def slow_line(to_port: int, round_trip: float) -> Iterator[int]:
    """A proxy that holds everything back, half of `round_trip` seconds on each way; yields its port."""
    port = free_port()
    loop = asyncio.new_event_loop()
    proxy = _Proxy(to_port, round_trip / 2)
    server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class _Proxy:
    def __init__(self, to_port: int, delay: float) -> None:
        self._to_port, self._delay = to_port, delay

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        await asyncio.gather(self._carry(reader, there_writer), self._carry(there_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                loop.call_later(self._delay, writer.write, data)
            await asyncio.sleep(self._delay)
            writer.close()


def _program(folder: Path) -> tuple[str, str]:
    """smtp-sink of this machine, or unpacked from Debian's package and not installed; and where its libraries lie."""
    installed = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if installed:
        return installed, ""
    folder.chmod(0o755)
    try:
        subprocess.run(["apt-get", "download", "-q", "postfix"], cwd=folder, check=True, capture_output=True)
        [package] = folder.glob("postfix_*.deb")
        subprocess.run(["dpkg", "-x", package, folder], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise Missing("smtp-sink (Debian: postfix) is missing and could not be fetched.") from error
    return str(folder / "usr/sbin/smtp-sink"), str(folder / "usr/lib/postfix")


def _wait(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        threading.Event().wait(0.05)
    raise Missing("smtp-sink does not answer.")
