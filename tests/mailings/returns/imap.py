"""A small IMAP server for tests: one user, one folder, and of RFC 3501 what a reader of bounces needs.

with Imap() as imap:
    imap.drop(b"From: …")
    ... read imap.url ...
    imap.mails
"""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from datetime import date, datetime

USER, PASSWORD = "rueck", "geheim"


@dataclass
class Mail:
    number: int
    data: bytes
    arrived: date
    flags: set[str] = field(default_factory=set)


class Imap:
    """The server, in a thread of its own. `mails` is what lies in the folder."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="imap", daemon=True)
        self._last = 0

    def __enter__(self) -> "Imap":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def drop(self, data: bytes, arrived: date | None = None) -> Mail:
        self._last += 1
        self.mails.append(Mail(self._last, data, arrived or date.today()))
        return self.mails[-1]

    def answer(self, command: str, rest: str) -> tuple[list[bytes], str]:
        """Untagged lines, and how the command ended."""
        if command == "LOGIN":
            return [], "OK in" if rest == f'{USER} "{PASSWORD}"' else "NO [AUTHENTICATIONFAILED] wrong"
        if command == "SELECT":
            return (
                ([b"* %d EXISTS" % len(self.mails)], "OK [READ-WRITE]") if rest == '"INBOX"' else ([], "NO no folder")
            )
        if command == "UID":
            return self._by_number(rest)
        if command == "EXPUNGE":
            self.mails = [mail for mail in self.mails if r"\Deleted" not in mail.flags]
        return [b"* CAPABILITY IMAP4rev1"] if command == "CAPABILITY" else [], "OK done"

    def _by_number(self, rest: str) -> tuple[list[bytes], str]:
        verb, _, what = rest.partition(" ")
        if verb == "SEARCH":
            return [b"* SEARCH " + " ".join(str(m.number) for m in self.mails if _fits(m, what)).encode()], "OK found"
        number, _, what = what.partition(" ")
        [mail] = [mail for mail in self.mails if mail.number == int(number)]
        if verb == "STORE":
            mail.flags |= set(re.findall(r"\\\w+", what))
            return [], "OK stored"
        most = int(re.fullmatch(r"\(INTERNALDATE BODY\.PEEK\[\]<0\.(\d+)>\)", what)[1])  # type: ignore[index]
        data, arrived = mail.data[:most], f"{mail.arrived:%d-%b-%Y} 12:00:00 +0000".encode()
        head = b'* 1 FETCH (UID %d INTERNALDATE "%s" BODY[]<0> {%d}\r\n' % (mail.number, arrived, len(data))
        return [head + data + b")"], "OK fetched"


def _fits(mail: Mail, what: str) -> bool:
    before = re.search(r"BEFORE (\S+)", what)
    return (
        not ("UNSEEN" in what and r"\Seen" in mail.flags)
        and not ("UNDELETED" in what and r"\Deleted" in mail.flags)
        and not (re.match(r"SEEN\b", what) and r"\Seen" not in mail.flags)
        and not (before and mail.arrived >= datetime.strptime(before[1], "%d-%b-%Y").date())
    )


def _handler(imap: Imap) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, command, rest = [*line.decode().strip().split(" ", 2), ""][:3]
                untagged, verdict = imap.answer(command, rest)
                for answer in untagged:
                    self.wfile.write(answer + b"\r\n")
                self.wfile.write(f"{tag} {verdict}\r\n".encode())
                if command == "LOGOUT":
                    return

    return Handler
