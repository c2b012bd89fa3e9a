"""The table of M-06: whatever a mail server does, where the recipient it did it to ends, and all the others."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from mailings.models import Delivery, RelayStatus
from mailings.sending.smtp import Smtp
from mailings.sending.transport import several_from_url
from mailings.sending.worker import Worker
from tests.faults import DROP, HANG, Action, goodbye, say
from tests.mailings.sending.engine import people, states, write_to
from tests.sink import Sink

pytestmark = pytest.mark.django_db
ANNA = "anna.sommer@example.org"
OTHERS = people(9)

LATER = "Anna waits with one attempt, the others have it"
REFUSED = "Anna's has failed as refused, the others have it"
DOWN = "nobody has lost an attempt, the relay is down"
SENT = "everybody has it"


@dataclass(frozen=True)
class Case:
    """What a server does, and what comes of it; `url` and `offers` where it takes more than a plain connection."""

    name: str
    misbehave: Callable[[Sink], object]
    end: str
    url: str = "smtp://{sink}"
    offers: tuple[str, ...] = ()


def anna(stage: str, action: Action) -> Callable[[Sink], object]:
    """Does it to Anna, in the midst of the others."""
    return lambda sink: sink.when(stage, action, to=ANNA)


def everybody(stage: str, action: Action, **when: int) -> Callable[[Sink], object]:
    return lambda sink: sink.when(stage, action, **when)


LOGIN, TLS = "smtp://portal:geheim@{sink}", "smtp://{sink}?tls=1"
login = partial(Case, url=LOGIN, offers=("AUTH PLAIN",))
starttls = partial(Case, url=TLS, offers=("STARTTLS",))

CASES = [
    Case("refuses the connection", Sink.shut, DOWN),
    Case("drops the connection", everybody("CONNECT", DROP), DOWN),
    Case("says no banner", everybody("CONNECT", HANG), DOWN),
    Case("421 as its banner", everybody("CONNECT", goodbye("421 4.3.2 not now")), DOWN),
    Case("554 as its banner", everybody("CONNECT", say("554 5.3.2 no service")), DOWN),
    Case("drops at EHLO", everybody("EHLO", DROP), DOWN),
    Case("hangs at EHLO", everybody("EHLO", HANG), DOWN),
    login("535 to the login", everybody("AUTH", say("535 5.7.8 wrong password")), DOWN),
    login("530 to the login", everybody("AUTH", say("530 5.7.0 STARTTLS first")), DOWN),
    login("454 to the login", everybody("AUTH", say("454 4.7.0 not now")), DOWN),
    login("drops at the login", everybody("AUTH", DROP), DOWN),
    Case("knows no login", everybody("NOOP", DROP), DOWN, url=LOGIN),
    Case("knows no STARTTLS", everybody("NOOP", DROP), DOWN, url=TLS),
    starttls("454 to STARTTLS", everybody("STARTTLS", say("454 4.7.0 no TLS now")), DOWN),
    starttls("drops in the handshake", everybody("STARTTLS", goodbye("220 go ahead")), DOWN),
    Case("550 to MAIL", everybody("MAIL", say("550 5.7.1 who are you?")), DOWN),
    Case("530 to MAIL", everybody("MAIL", say("530 5.7.0 log in first")), DOWN),
    Case("421 to every 3rd MAIL", everybody("MAIL", goodbye("421 4.7.0 that was enough"), message=3), SENT),
    Case("drops at every 3rd MAIL", everybody("MAIL", DROP, message=3), SENT),
    Case("drops after each message", everybody("TOLD", DROP), SENT),
    Case("450 to RCPT", anna("RCPT", say("450 4.2.1 mailbox busy")), LATER),
    Case("452 to RCPT", anna("RCPT", say("452 4.2.2 mailbox full")), LATER),
    Case("421 to RCPT", anna("RCPT", goodbye("421 4.7.0 too much")), LATER),
    Case("550 to RCPT", anna("RCPT", say(f"550 5.1.1 <{ANNA}>: User unknown")), REFUSED),
    Case("553 to RCPT", anna("RCPT", say("553 5.1.3 bad address")), REFUSED),
    Case("drops at RCPT", anna("RCPT", DROP), LATER),
    Case("hangs at RCPT", anna("RCPT", HANG), LATER),
    Case("nonsense to RCPT", anna("RCPT", say(b"what?\r\n")), LATER),
    Case("451 to DATA", anna("DATA", say("451 4.3.0 try later")), LATER),
    Case("554 to DATA", anna("DATA", say("554 5.5.1 no")), REFUSED),
    Case("drops at DATA", anna("DATA", DROP), LATER),
    Case("drops in the midst of the text", anna("BODY", DROP), LATER),
    Case("432 to the text", anna("DOT", say("432 4.3.2 too many at once")), LATER),
    Case("452 to the text", anna("DOT", say("452 4.3.1 disk full")), LATER),
    Case("421 to the text", anna("DOT", goodbye("421 4.3.2 going down")), LATER),
    Case("550 to the text", anna("DOT", say("550 5.7.1 looks like spam")), REFUSED),
    Case("552 to the text", anna("DOT", say("552 5.3.4 too big")), REFUSED),
    Case("hangs after the text", anna("DOT", HANG), LATER),
    Case("drops after the text, not taken", anna("DOT", DROP), LATER),
    Case("drops after the text, taken, not told", anna("TAKEN", DROP), LATER),
]
SERVERS = {"one by one": ("8BITMIME",), "pipelining": ("PIPELINING", "8BITMIME")}


class OneRound(Worker):
    """Stops instead of its first pause."""

    def pause(self, seconds: float) -> None:
        self.stop()


def run(case: Case, server: str, connections: int = 1) -> str:
    """Writes to ten, of whom Anna is the fifth; where they ended."""
    write_to([*OTHERS[:4], ANNA, *OTHERS[4:]])
    with Sink(extensions=(*SERVERS[server], *case.offers)) as sink:
        case.misbehave(sink)
        OneRound(*several_from_url(case.url.format(sink=f"127.0.0.1:{sink.port}"), connections)).run()
        return end(sink)


def end(sink: Sink) -> str:
    """Which of the four ends it was, or what else."""
    others = {email: sink.copies()[email] for email in OTHERS}
    rows = Delivery.objects.order_by("id").values_list("address__email", "state", "reason", "attempts", "lease")
    away = RelayStatus.objects.filter(down_since__isnull=False).exists()
    all_sent = [(email, "sent", "", 1, "") for email in OTHERS]
    found = {row[0]: row for row in rows}
    hers = found.pop(ANNA)
    if away and set(found.values()) == {(email, "queued", "", 0, "") for email in OTHERS} and not sink.messages:
        return DOWN if hers == (ANNA, "queued", "", 0, "") else f"{hers}"
    if not away and list(found.values()) == all_sent and set(others.values()) == {1}:
        ends = {("queued", "", 1, ""): LATER, ("failed", "refused", 1, ""): REFUSED, ("sent", "", 1, ""): SENT}
        return ends.get(hers[1:], f"{hers}")
    return f"relay {'down' if away else 'up'}, {states()}, others' copies: {others}"


@pytest.fixture(autouse=True)
def _short_waits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_TIMEOUT = 1
    monkeypatch.setattr(
        "mailings.sending.worker.close_old_connections", lambda: None
    )  # the test's transaction lives in it


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_behaviour_ends_where_it_should(case: Case, server: str) -> None:
    assert run(case, server) == case.end


def test_there_are_enough_behaviours_and_every_end() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 24
    assert {case.end for case in CASES} == {LATER, REFUSED, DOWN, SENT}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(extensions=SERVERS["pipelining"]) as sink:
        yield sink


@pytest.mark.parametrize("stage", ["RCPT", "DOT"])
def test_one_that_is_refused_among_a_hundred_costs_the_others_nothing(stage: str, sink: Sink) -> None:
    others = people(99)
    write_to([*others[:50], ANNA, *others[50:]])
    sink.when(stage, say("554 5.7.1 no"), to=ANNA)
    with closing(Smtp(sink.url)) as transport:
        Worker(transport).work()
    assert states() == {"sent": 99, "failed": 1}
    assert sink.copies() == dict.fromkeys(others, 1)
    assert len(sink.connections) == 1


@pytest.mark.logs_errors
def test_one_that_cannot_be_written_among_a_hundred_costs_the_others_nothing(sink: Sink) -> None:
    others = people(99)
    write_to([*others[:50], ANNA, *others[50:]])
    Delivery.objects.filter(address__email=ANNA).update(values={})
    with closing(Smtp(sink.url)) as transport:
        Worker(transport).work()
    assert states() == {"sent": 99, "failed": 1}
    assert sink.copies() == dict.fromkeys(others, 1)
    assert Delivery.objects.get(state="failed").address.email == ANNA


@pytest.mark.proof
@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("server", SERVERS)
def test_the_whole_table(server: str, connections: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The table to read: every behaviour, and where it ended."""
    ends = {}
    for case in CASES:
        Delivery.objects.all().delete()
        RelayStatus.objects.all().delete()
        ends[case.name] = run(case, server, connections)
    right = sum(ends[case.name] == case.end for case in CASES)
    with capsys.disabled():
        print(f"\nM-06, {server}, connections: {connections}: {right}/{len(CASES)} end as they should")  # noqa: T201 - a figure of the proof
        for name, found in ends.items():
            print(f"  {name:<40} {found}")  # noqa: T201 - a figure of the proof
    assert right == len(CASES)
