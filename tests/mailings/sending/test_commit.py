"""A mail belongs to the action that causes it: both are there, or neither (M-10); no request waits for SMTP (M-09)."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from mailings.models import Address, Delivery, RateHit
from mailings.sending.transport import Smtp
from mailings.sending.worker import Worker
from members import leaving, signup
from members.details import Details
from members.models import Consent, Member
from netzwerk.models import Tally
from tests.faults import HANG
from tests.mailings.sending.engine import write_to
from tests.sink import Sink

ANNA = "anna@example.org"
BEA = "bea@example.org"


class Power(Exception):
    """It fails."""


class FailsAfter:
    """Lets a number of statements through, then raises after the next one has been carried out."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not self.left:
            raise Power
        self.left -= 1
        return result


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows that the actions touch; counts against abuse stay, whatever follows (P-26)."""
    models = [Address, Member, Delivery, Consent, Tally]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


def asks() -> None:
    signup.ask(ANNA, Details(name="Anna Sommer"), "198.51.100.7")


def confirms() -> None:
    signup.confirm(Member.objects.get(address__email=BEA))


def enters() -> None:
    signup.enter(ANNA, Details(), origin=Member.Origin.OFFICER, by="amt")


def leaves() -> None:
    leaving.leave(Address.objects.get(email=BEA), method="test")


def prepare_asking() -> None:
    pass


def prepare_confirming() -> None:
    signup.ask(BEA, Details(), "198.51.100.8")
    Delivery.objects.all().update(state="sent", finished_at=timezone.now())


def prepare_leaving() -> None:
    prepare_confirming()
    confirms()
    Delivery.objects.all().update(state="sent", finished_at=timezone.now())
    write_to([BEA])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("prepare", "action", "new_mails", "state"),
    [
        (prepare_asking, asks, [ANNA], "pending"),
        (prepare_asking, enters, [ANNA], "pending"),
        (prepare_confirming, confirms, [BEA], "active"),
        (prepare_leaving, leaves, [], "left"),
    ],
)
def test_wherever_an_action_breaks_off_nothing_of_it_is_left(
    prepare: Callable[[], None], action: Callable[[], None], new_mails: list[str], state: str, sink: Sink
) -> None:
    prepare()
    before = everything()
    statements = 0
    while True:
        try:
            with connection.execute_wrapper(FailsAfter(statements)):
                action()
            break
        except Power:
            statements += 1
            assert everything() == before
            RateHit.objects.all().delete()
    assert statements >= 6, "it broke off after each of them"
    assert Member.objects.get().state == state
    queued = Delivery.objects.filter(state="queued")
    assert list(queued.values_list("address__email", flat=True)) == new_mails
    with closing(Smtp(sink.url)) as transport:
        while Worker(transport).work():
            pass
    assert sink.copies() == dict.fromkeys(new_mails, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prepare", "action"), [(prepare_asking, asks), (prepare_confirming, confirms)])
def test_a_commit_that_fails_leaves_nothing(
    prepare: Callable[[], None], action: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare()
    before = everything()

    def fail() -> None:
        connection.rollback()
        raise Power

    with monkeypatch.context() as broken:
        broken.setattr(connection, "commit", fail)
        with pytest.raises(Power):
            action()
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_joining_answers_as_usual_while_the_mail_server_is_a_black_hole(
    client: Client, sink: Sink, settings: Any
) -> None:
    settings.EMAIL_URL = sink.url
    sink.when("CONNECT", HANG)
    with time_machine.travel(timezone.now()) as clock:
        seen = client.get("/mitmachen/").context["form"]["seen"].value()
        clock.shift(10)
        answer = client.post("/mitmachen/", {"email": ANNA, "consent": "on", "seen": seen})
    assert (answer.status_code, answer.url) == (302, "/mitmachen/unterwegs/")
    assert client.get(answer.url).status_code == 200
    assert list(Delivery.objects.values_list("state", "address__email")) == [("queued", ANNA)]
    assert sink.connections == []
