"""Debian's Firefox, driven by Marionette: a protocol that it speaks itself, so no driver must be installed.

A message is its length, a colon and JSON: `[0, number, command, arguments]`, answered by `[1, number, error, value]`.
"""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "marionette.port": 0,
}


class Firefox:
    """One tab. A command that fails raises AssertionError."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.number = 0
        self._read()  # its greeting
        self.do("NewSession", capabilities={})

    def do(self, command: str, **arguments: object) -> Any:
        self.number += 1
        message = json.dumps([0, self.number, f"WebDriver:{command}", arguments]).encode()
        self.socket.sendall(b"%d:%s" % (len(message), message))
        _kind, number, error, answer = self._read()
        assert (number, error) == (self.number, None)
        return answer["value"] if answer and "value" in answer else answer

    def open(self, url: str) -> None:
        self.do("Navigate", url=url)

    def click(self, selector: str) -> None:
        found = self.do("FindElement", using="css selector", value=selector)
        self.do("ElementClick", id=next(iter(found.values())))

    def run(self, script: str) -> Any:
        return self.do("ExecuteScript", script=script, args=[])

    def back(self) -> None:
        self.run("history.back()")

    def wait_for(self, url: str) -> None:
        """Until the tab shows this page, which the page before it may have put in its own place."""
        deadline = time.monotonic() + 20
        while (found := self.do("GetCurrentURL")) != url:
            assert time.monotonic() < deadline, f"{found} instead of {url}"
            time.sleep(0.05)

    def close(self) -> None:
        self.socket.close()

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._bytes(1)
        return json.loads(self._bytes(int(length[:-1])))

    def _bytes(self, number: int) -> bytes:
        found = b""
        while len(found) < number:
            part = self.socket.recv(number - len(found))
            assert part, "Firefox has ended"
            found += part
        return found


@contextmanager
def started(program: str, folder: Path) -> Iterator[Firefox]:
    """Firefox with a fresh profile in `folder`, on a port that it takes itself and says."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    environment = os.environ | {"HOME": str(folder)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            assert process.stdout
            found = (re.search(rb"Marionette\tINFO\tListening on port (\d+)", line) for line in process.stdout)
            with closing(Firefox(int(next(filter(None, found))[1]))) as firefox:
                yield firefox
        finally:
            process.kill()
