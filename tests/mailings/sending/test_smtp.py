"""Answers of a mail server, and their effect on the recipient and on the others (M-06, M-07)."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mailings.models import Delivery
from mailings.sending.exceptions import Unavailable
from mailings.sending.smtp import Smtp
from mailings.sending.worker import Worker
from tests.faults import DROP, HANG, Action, goodbye, say
from tests.mailings.sending.engine import PERSONAL, people, states, write_to
from tests.sink import Sink

pytestmark = pytest.mark.django_db
ANNA = "anna.sommer@example.org"
OTHERS = people(9)


@pytest.fixture(params=[("8BITMIME",), ("PIPELINING", "8BITMIME")], ids=["one-by-one", "pipelining"])
def sink(request: pytest.FixtureRequest) -> Iterator[Sink]:
    """Every behaviour, from servers that want one command at a time and from those that take them together."""
    with Sink(extensions=request.param) as sink:
        yield sink


@pytest.fixture
def worker(sink: Sink, settings: Any) -> Iterator[Worker]:
    settings.EMAIL_TIMEOUT = 1
    with closing(Smtp(sink.url)) as transport:
        yield Worker(transport)


@pytest.fixture
def anna() -> Delivery:
    """One of ten who are to get a mail; neither the first nor the last."""
    write_to([*OTHERS[:4], ANNA, *OTHERS[4:]])
    return Delivery.objects.get(address__email=ANNA)


def check_others_got_it(sink: Sink) -> None:
    copies = sink.copies()
    assert {email: copies[email] for email in OTHERS} == dict.fromkeys(OTHERS, 1)


def check_nobody_burnt() -> None:
    """Everybody waits, as if nothing had been tried."""
    rows = Delivery.objects.values_list("state", "attempts", "crashes", "lease", "leased_until", "answer")
    assert set(rows) == {("queued", 0, 0, "", None, "")}


TEMPORARY = [
    ("RCPT", say("450 4.2.1 mailbox busy")),
    ("RCPT", say("452 4.2.2 mailbox full")),
    ("RCPT", goodbye("421 4.7.0 too much")),
    ("RCPT", DROP),
    ("RCPT", say("250-never ends")),
    ("RCPT", say(b"what?\r\n")),
    ("DATA", say("451 4.3.0 try later")),
    ("DATA", goodbye("451 4.3.0 try later")),
    ("DATA", DROP),
    ("BODY", DROP),
    ("DOT", say("432 4.3.2 too many at once")),
    ("DOT", goodbye("421 4.3.2 going down")),
    ("DOT", DROP),
]


@pytest.mark.parametrize(("stage", "fault"), TEMPORARY)
def test_what_may_pass_is_tried_again(stage: str, fault: Action, sink: Sink, worker: Worker, anna: Delivery) -> None:
    sink.when(stage, fault, to=ANNA, times=1)
    now = timezone.now()
    worker.work()
    check_others_got_it(sink)
    anna.refresh_from_db()
    assert (anna.state, anna.attempts, anna.crashes, anna.lease) == ("queued", 1, 0, "")
    assert timedelta(seconds=47) < anna.due_at - now < timedelta(seconds=75)
    assert anna.answer
    Delivery.objects.update(due_at=now)
    worker.work()
    assert sink.copies()[ANNA] == 1
    assert states() == {"sent": 10}


PERMANENT = [
    ("RCPT", say(f"550 5.1.1 <{ANNA}>: User unknown; {ANNA.upper()} is not here")),
    ("RCPT", say(f"550-5.1.1 The email account that\n550-5.1.1 you tried to reach\n550 5.1.1 {ANNA}")),
    ("RCPT", goodbye("550 5.7.1 no")),
    ("RCPT", say("553 5.1.3 bad address")),
    ("RCPT", say(b"550 caf\xe9 \x00 \x1b[31m no\r\n")),
    ("DATA", say("554 5.5.1 no")),
    ("DATA", goodbye("554 5.5.1 no")),
    ("DOT", say("550 5.7.1 looks like spam")),
    ("DOT", say("552 5.3.4 too big")),
    ("DOT", goodbye("554 5.7.1 no")),
]


@pytest.mark.parametrize(("stage", "fault"), PERMANENT)
def test_what_is_refused_fails_for_one_only(
    stage: str, fault: Action, sink: Sink, worker: Worker, anna: Delivery
) -> None:
    sink.when(stage, fault, to=ANNA)
    worker.work()
    check_others_got_it(sink)
    anna.refresh_from_db()
    assert (anna.state, anna.reason, anna.attempts, anna.lease) == ("failed", "refused", 1, "")
    assert anna.answer.startswith("55")
    assert anna.answer.isprintable()
    assert ANNA not in anna.answer.lower()
    assert "anna.sommer" not in anna.answer.lower()
    assert states() == {"sent": 9, "failed": 1}


def test_where_the_server_waits_for_a_content_nothing_more_is_said(sink: Sink, worker: Worker, anna: Delivery) -> None:
    """It refuses Anna and wants her mail all the same: a QUIT would be taken for it, and waited out."""
    sink.when("RCPT", say(b"550 5.1.1 unknown\r\n354 go on\r\n"), to=ANNA)
    worker.work()
    check_others_got_it(sink)
    assert states() == {"sent": 9, "failed": 1}
    assert "QUIT" not in sink.connections[0].commands


NOTHING_GOES = [
    ("CONNECT", say("554 5.3.2 no service")),
    ("CONNECT", goodbye("421 4.3.2 not now")),
    ("CONNECT", DROP),
    ("EHLO", DROP),
    ("MAIL", say("550 5.7.1 who are you?")),
    ("MAIL", say("530 5.7.0 log in first")),
]


@pytest.mark.parametrize(("stage", "fault"), NOTHING_GOES)
def test_while_nothing_goes_nobody_is_burnt(
    stage: str, fault: Action, sink: Sink, worker: Worker, anna: Delivery
) -> None:
    sink.when(stage, fault)
    with pytest.raises(Unavailable):
        worker.work()
    check_nobody_burnt()
    assert len(sink.connections) == 1, "one try, then a pause"
    sink.well_again()
    worker.work()
    assert states() == {"sent": 10}


@pytest.mark.parametrize("answer", ["535 5.7.8 wrong password", "454 4.7.0 not now", "530 5.7.0 STARTTLS first"])
def test_a_refused_login_burns_nobody(answer: str, anna: Delivery, settings: Any) -> None:
    with Sink(extensions=("AUTH PLAIN",)) as sink:
        sink.when("AUTH", say(answer))
        with closing(Smtp(f"smtp://portal:s%40fe@127.0.0.1:{sink.port}")) as transport:
            with pytest.raises(Unavailable, match=answer[:3]):
                Worker(transport).work()
            check_nobody_burnt()
            sink.well_again()
            Worker(transport).work()
        assert sink.connections[-1].user == "portal"
    assert states() == {"sent": 10}


@pytest.mark.parametrize(
    "url",
    ["smtp://portal:p%C3%A4ss@{sink}", "smtp://{sink}?tls=1", "smtp://mail..example:25", "smtp://portal:pw@{sink}"],
    ids=["umlaut in the password", "no TLS there", "no such name", "no login there"],
)
def test_a_wrong_setting_burns_nobody(url: str, anna: Delivery) -> None:
    extensions = ("AUTH PLAIN",) if "%C3" in url else ()
    with Sink(extensions=extensions) as sink:
        worker = Worker(Smtp(url.format(sink=f"127.0.0.1:{sink.port}")))
        with pytest.raises(Unavailable):
            worker.work()
    check_nobody_burnt()


def test_a_server_that_is_not_there_burns_nobody(sink: Sink, worker: Worker, anna: Delivery) -> None:
    sink.shut()
    with pytest.raises(Unavailable):
        worker.work()
    check_nobody_burnt()
    sink.open()
    worker.work()
    assert states() == {"sent": 10}


@pytest.mark.parametrize("fault", [DROP, goodbye("421 4.7.0 that was enough"), HANG])
def test_a_server_that_tires_gets_another_connection(fault: Action, sink: Sink, worker: Worker) -> None:
    write_to(people(30))
    sink.when("MAIL", fault, message=12)
    deadline = time.monotonic() + 20
    while states() != {"sent": 30} and time.monotonic() < deadline:
        try:
            worker.work()
        except Unavailable:
            check_pause_is_due(fault)
    assert sink.copies() == dict.fromkeys(people(30), 1)
    assert [sum(m.connection == c for m in sink.messages) for c in (1, 2, 3)] == [11, 11, 8]
    assert not Delivery.objects.exclude(attempts=1).exists()


def check_pause_is_due(fault: Action) -> None:
    assert fault is HANG, "a pause only where a second wait would follow on the first"


def test_a_server_that_closes_after_each_message_gets_a_connection_for_each(sink: Sink, worker: Worker) -> None:
    write_to(people(30))
    sink.when("TOLD", DROP)
    worker.work()
    assert sink.copies() == dict.fromkeys(people(30), 1)
    assert len(sink.connections) == 30


@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "DOT", "TAKEN"])
def test_a_server_that_hangs_is_left_in_time(stage: str, sink: Sink, worker: Worker, waits: list[float]) -> None:
    write_to([ANNA], PERSONAL)
    sink.when(stage, HANG)
    try:
        worker.work()
    except Unavailable:
        assert stage in ("CONNECT", "EHLO")
        check_nobody_burnt()
    else:
        anna = Delivery.objects.get()
        assert (anna.state, anna.attempts, anna.lease) == ("queued", 1, "")
        assert anna.due_at > timezone.now() + timedelta(seconds=40)
    assert len(waits) == 1
    assert waits[0] <= 1


def test_a_server_that_hangs_between_two_messages_is_left_in_time(
    sink: Sink, worker: Worker, waits: list[float]
) -> None:
    write_to(people(2))
    sink.when("MAIL", HANG, message=2)
    sink.when("CONNECT", HANG, connection=2)
    with pytest.raises(Unavailable):
        worker.work()
    assert waits == [1], "a new connection would hang as well"
    assert states() == {"sent": 1, "queued": 1}


def test_retries_keep_the_message_id_and_the_date(sink: Sink, worker: Worker) -> None:
    write_to([ANNA])
    sink.when("TAKEN", DROP, times=3)
    for _ in range(4):
        Delivery.objects.update(due_at=timezone.now())
        worker.work()
    assert [message.recipients for message in sink.messages] == [(ANNA,)] * 4
    assert len({message.data for message in sink.messages}) == 1
    assert states() == {"sent": 1}


def test_every_envelope_has_one_recipient_and_our_sender(sink: Sink, worker: Worker, settings: Any) -> None:
    write_to(people(300))
    while worker.work():
        pass
    assert sorted(message.recipients for message in sink.messages) == sorted((email,) for email in people(300))
    assert {message.sender for message in sink.messages} == {settings.DEFAULT_FROM_EMAIL}
    commands = sink.connections[0].commands
    assert sum(command.startswith("RCPT") for command in commands) == 300
    assert len(sink.connections) == 1
