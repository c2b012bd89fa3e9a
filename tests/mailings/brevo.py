"""A stand-in for Brevo on the loopback: takes POST /v3/smtp/email as documented, and refuses what Brevo refuses.

    with Brevo() as brevo:
        brevo.when(error(429, "too_many_requests", reset=7), times=1)     # once, then well again
        brevo.when(error(500, "internal"), to="anna@example.org")       # for one recipient
        ... send to brevo.url ...
        brevo.taken, brevo.connections

Written from developers.brevo.com (reference of sendTransacEmail, limits, error codes).
"""

import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

KEY = "xkeysib-0123456789abcdef"
FIELDS = {"sender", "to", "replyTo", "subject", "htmlContent", "textContent", "headers", "tags"}
STANDARD_HEADERS = {"From", "To", "Cc", "Bcc", "Subject", "Reply-To", "Date", "Content-Type", "Mime-Version", "Sender"}
_NAME = re.compile(r"[A-Z][a-z]*(-[A-Z][a-z]*)*|X-Mailin-custom")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `drop`: hang up instead of it, `silent`: only when the server ends."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    silent: bool = False


def error(status: int, code: str, message: str = "", *, reset: int | None = None) -> Answer:
    headers = {} if reset is None else {"x-sib-ratelimit-limit": "1000", "x-sib-ratelimit-reset": str(reset)}
    return Answer(status, {"code": code, "message": message}, headers)


def hang_up() -> Answer:
    return Answer(0, {}, drop=True)


def silence() -> Answer:
    return Answer(0, {}, drop=True, silent=True)


@dataclass
class Rule:
    answer: Answer
    to: str | None
    times: int | None


class Brevo:
    """The server. `taken`: the mails it has accepted, by its own number; `connections`: how many there were."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self.connections = 0
        self.allowed: int | None = None  # requests from now on, then 429
        self.over = threading.Event()
        self._rules: list[Rule] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="brevo", daemon=True)

    def __enter__(self) -> "Brevo":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v3/"

    @property
    def url(self) -> str:
        return f"brevo://{KEY}@?api_url={quote(self.api_url)}"

    @property
    def mails(self) -> list[dict[str, Any]]:
        return list(self.taken.values())

    def when(self, answer: Answer, *, to: str | None = None, times: int | None = None) -> None:
        self._rules.append(Rule(answer, to, times))

    def well_again(self) -> None:
        self._rules.clear()
        self.allowed = None

    def answer(self, path: str, headers: Any, raw: bytes) -> Answer:
        self.requests += 1
        if path != "/v3/smtp/email":
            return error(404, "document_not_found", "Route does not exist")
        if headers.get("api-key") != KEY:
            return error(401, "unauthorized", "Key not found")
        if headers.get("content-type") != "application/json":
            return error(415, "bad_request", "Content-Type must be application/json")
        mail = json.loads(raw)
        if self.allowed is not None:
            self.allowed -= 1
            if self.allowed < 0:
                return error(429, "too_many_requests", "Too many requests", reset=3)
        for rule in self._rules:
            if rule.times != 0 and rule.to in (None, mail["to"][0]["email"]):
                if rule.times is not None:
                    rule.times -= 1
                return rule.answer
        if problem := _problem(mail):
            return problem
        number = f"<{time.strftime('%Y%m%d%H%M')}.{uuid.uuid4().int % 10**11}@smtp-relay.mailin.fr>"
        self.taken[number] = mail
        return Answer(201, {"messageId": number})


def _problem(mail: dict[str, Any]) -> Answer | None:
    """What Brevo would not accept in this request."""
    if unknown := set(mail) - FIELDS:
        return error(400, "invalid_parameter", f"unknown {unknown}")
    for name in ("sender", "to", "subject", "htmlContent"):
        if not mail.get(name):
            return error(400, "missing_parameter", f"{name} is missing")
    if len(mail["to"]) > 99:
        return error(400, "invalid_parameter", "to should not exceed 99")
    for where, people in (("sender", [mail["sender"]]), ("to", mail["to"]), ("replyTo", [mail["replyTo"]])):
        for person in people:
            if set(person) - {"email", "name"} or not _MAILBOX.fullmatch(person["email"]):
                return error(400, "invalid_parameter", f"email is not valid in {where}")
            if len(person.get("name", "x")) > 70 or person.get("name") == "":
                return error(400, "invalid_parameter", f"name is not valid in {where}")
    for name, value in mail.get("headers", {}).items():
        if not _NAME.fullmatch(name) or name in STANDARD_HEADERS or not isinstance(value, str) or not value.isascii():
            return error(400, "invalid_parameter", f"{name} is not a custom header")
    return None


def _handler(brevo: Brevo) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            brevo.connections += 1

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            answer = brevo.answer(self.path, self.headers, raw)
            if answer.silent:
                brevo.over.wait()
            if answer.drop:
                self.close_connection = True
                return
            body = json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
