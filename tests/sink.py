"""A mail server for tests: real SMTP on the loopback, takes every message down, and misbehaves as told.

    with Sink() as sink:
        sink.when("RCPT", say("550 5.1.1 unknown"), to="anna@example.org")  # for one recipient
        sink.when("MAIL", goodbye("421 too many"), message=101)             # the 101st of each connection
        sink.when("DOT", HANG, times=1)                                     # once, then well again
        ... send to sink.url ...
        sink.wait_for(500)
        sink.messages, sink.connections

Stages, in the order of a conversation: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (the text has begun to
come), DOT (the text is complete, and not yet taken), TAKEN (it counts as accepted, the client has not been told),
TOLD (it has), RSET, QUIT. The first rule that fits a stage is carried out (tests.faults): instead of the usual answer
if it answers or hangs up, beside it if not. The server runs in a thread of its own. (aiosmtpd would manage a fifth of
the rate, and can neither hang up between two lines nor say what no server should.)
"""

import asyncio
import base64
import contextlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.faults import Action, Rule

LIMIT = 32 * 1024 * 1024
USUAL = {
    "CONNECT": "220 sink ready",
    "STARTTLS": "454 4.7.0 no TLS here",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender ok",
    "RCPT": "250 2.1.5 recipient ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 taken",
    "RSET": "250 2.0.0 forgotten",
    "NOOP": "250 2.0.0 still here",
    "QUIT": "221 2.0.0 bye",
}


@dataclass(frozen=True)
class Message:
    """One message that was accepted, and when (time.monotonic)."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    at: float
    connection: int

    @property
    def id(self) -> str:
        """Its Message-ID, "" without one."""
        head, _, _ = self.data.partition(b"\r\n\r\n")
        found = [line for line in head.split(b"\r\n") if line.lower().startswith(b"message-id:")]
        return found[0].partition(b":")[2].strip().decode() if found else ""


@dataclass
class Connection:
    """One connection: its number (from 1), when it was opened, and the commands that came."""

    number: int
    at: float
    commands: list[str] = field(default_factory=list)
    user: str = ""


class Gone(Exception):
    """This conversation is over."""


class Sink:
    """The server. `messages` and `connections` may be read at any time from any thread."""

    def __init__(self, *, extensions: tuple[str, ...] = ("8BITMIME",)) -> None:
        self.messages: list[Message] = []
        self.connections: list[Connection] = []
        self.port = 0
        self._extensions = extensions
        self._rules: list[Rule] = []
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sink", daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()
        # in its own thread: this one may have a loop running already, a browser's
        asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._tasks)

    def open(self) -> None:
        """Listens, after `shut` on the same port as before."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def shut(self) -> None:
        """Refuses connections from now on, and cuts those that there are."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)

    def when(
        self,
        stage: str,
        action: Action,
        *,
        to: str | None = None,
        connection: int | None = None,
        message: int | None = None,
        times: int | None = None,
    ) -> Rule:
        """From now on does `action` at `stage`; `message` counts the MAIL commands of a connection, from 1."""
        rule = Rule(stage, action, to, connection, message, times)
        self._rules.append(rule)
        return rule

    def well_again(self) -> None:
        """Forgets all rules."""
        self._rules.clear()

    def wait_for(self, count: int, timeout: float = 60) -> None:
        """Returns once `count` messages have been accepted. Raises TimeoutError."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.messages) >= count, timeout):
                raise TimeoutError(f"{len(self.messages)} of {count} messages after {timeout} s")

    def copies(self) -> Counter[str]:
        """How many messages each recipient has got."""
        return Counter(recipient for message in list(self.messages) for recipient in message.recipients)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=LIMIT, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections.append(Connection(len(self.connections) + 1, time.monotonic()))
        try:
            await Conversation(self, self.connections[-1], reader, writer).hold()
        except (Gone, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            if task.cancelling():
                writer.transport.abort()
            else:
                writer.close()

    def _rule_for(self, stage: str, to: str, connection: int, message: int) -> Action | None:
        for rule in self._rules:
            if rule.fits(stage, to, connection, message):
                if rule.times is not None:
                    rule.times -= 1
                return rule.action
        return None

    def _take(self, message: Message) -> None:
        with self._news:
            self.messages.append(message)
            self._news.notify_all()


class Conversation:
    """One client, from the banner to the end."""

    def __init__(
        self, sink: Sink, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sink, self._connection, self._reader, self._writer = sink, connection, reader, writer
        self._message = 0
        self._sender = ""
        self._recipients: list[str] = []

    async def hold(self) -> None:
        await self._answer("CONNECT")
        while True:
            line = (await self._reader.readuntil(b"\n")).decode("latin-1").strip()
            stage, _, rest = line.partition(" ")
            stage = stage.upper()
            self._connection.commands.append(f"{stage} {rest}" if stage in ("MAIL", "RCPT") else stage)
            await self._obey("EHLO" if stage == "HELO" else stage, line)

    async def _obey(self, stage: str, line: str) -> None:
        if stage == "EHLO":
            lines = ["sink", *self._sink._extensions]
            last = len(lines) - 1
            await self._answer(stage, "\n".join(f"250{' ' if i == last else '-'}{x}" for i, x in enumerate(lines)))
        elif stage == "AUTH":
            await self._authenticate(line)
        elif stage == "MAIL":
            self._message += 1
            self._sender, self._recipients = _address(line), []
            await self._answer(stage)
        elif stage == "RCPT":
            if await self._answer(stage, to=_address(line)):
                self._recipients.append(_address(line))
        elif stage == "DATA":
            await self._data()
        elif stage in USUAL:
            await self._answer(stage)
            if stage == "QUIT":
                raise Gone
        else:
            await self._say("502 5.5.1 not here")

    async def _authenticate(self, line: str) -> None:
        """AUTH PLAIN with its answer in the same line, as smtplib does it."""
        with contextlib.suppress(ValueError, IndexError):
            self._connection.user = base64.b64decode(line.split()[2]).split(b"\0")[1].decode()
        await self._answer("AUTH")

    async def _data(self) -> None:
        if not self._recipients:  # a client that pipelines asks before it knows
            await self._say("554 5.5.1 no valid recipients")
            return
        if not await self._answer("DATA"):
            return
        await self._beside("BODY")
        data = await self._reader.readuntil(b"\r\n.\r\n")
        data = data.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        if not await self._answer("DOT", None):
            return
        message = Message(self._sender, tuple(self._recipients), data, time.monotonic(), self._connection.number)
        self._sink._take(message)
        await self._beside("TAKEN")
        await self._say(USUAL["DOT"])
        await self._beside("TOLD")

    async def _answer(self, stage: str, usual: str | None = "", to: str = "") -> bool:
        """Says what the rules want, or what is usual; True if that was no refusal."""
        action = self._action(stage, to)
        if action is not None:
            await self._carry_out(action)
            if action.answers:
                return str(action.line)[:1] in "23"
        if usual is not None:
            await self._say(usual or USUAL[stage])
        return True

    async def _beside(self, stage: str) -> None:
        action = self._action(stage, "")
        if action is not None:
            await self._carry_out(action)

    def _action(self, stage: str, to: str) -> Action | None:
        to = to or (self._recipients[0] if self._recipients else "")
        return self._sink._rule_for(stage, to, self._connection.number, self._message)

    async def _carry_out(self, action: Action) -> None:
        if action.call:
            action.call()
        if action.until:
            await asyncio.get_running_loop().run_in_executor(None, action.until.wait, 60)
        if action.seconds:
            await asyncio.sleep(action.seconds)
        if action.line is not None:
            await self._say(action.line)
        if action.drop:
            raise Gone

    async def _say(self, line: str | bytes) -> None:
        raw = line if isinstance(line, bytes) else "\r\n".join(line.split("\n")).encode() + b"\r\n"
        self._writer.write(raw)
        await self._writer.drain()


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
