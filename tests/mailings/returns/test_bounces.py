"""Bounces that come as mails: read, given to their copies, and forgotten again (M-11b)."""

import contextlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mailings import personal_data, suppression
from mailings.models import Address, Delivery, Feedback
from mailings.returns import bounces, feedback
from mailings.sending import message as mime
from mailings.sending.smtp import Smtp
from mailings.sending.worker import Worker
from tests.mailings.copies import examples
from tests.mailings.returns.dsns import Copy, report
from tests.mailings.returns.dsns_by_provider import BY_PROVIDER
from tests.mailings.returns.dsns_by_software import BY_SOFTWARE
from tests.mailings.returns.no_bounces import OTHERS
from tests.mailings.sending.engine import people, write_to
from tests.netzwerk.privacy.test_my_data import dump
from tests.sink import Sink

pytestmark = pytest.mark.django_db

ANNA = "anna.k@siegen.example"
BOUNCES = BY_SOFTWARE | BY_PROVIDER


@pytest.fixture(autouse=True)
def return_paths(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "rueck@netzwerk.example"


def sent_to(email: str) -> Delivery:
    """A copy that has gone out."""
    [delivery] = write_to([email]).deliveries.all()
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", finished_at=timezone.now() - timedelta(days=30))
    return Delivery.objects.select_related("address").get(pk=delivery.pk)


def copy_of(delivery: Delivery) -> Copy:
    assert delivery.address is not None
    return Copy(delivery.address.email, delivery.message_id, mime.envelope_sender(delivery))


def taken(data: bytes) -> bool:
    found = bounces.read(data)
    return found is not None and feedback.record(found)


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def test_every_copy_has_a_return_path_of_its_own(settings: Any) -> None:
    with Sink() as sink:
        settings.EMAIL_TIMEOUT = 1
        write_to(people(30))
        with contextlib.closing(Smtp(sink.url)) as transport:
            Worker(transport).work()
        paths = {message.recipients[0]: message.sender for message in sink.messages}
    for delivery in Delivery.objects.select_related("address"):
        assert delivery.address is not None
        assert paths[delivery.address.email] == f"rueck+{delivery.message_id.hex}@netzwerk.example"
    assert len(set(paths.values())) == 30


def test_without_a_bounce_address_mails_come_back_to_our_own(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ""
    assert mime.envelope_sender(sent_to(ANNA)) == settings.DEFAULT_FROM_EMAIL


@pytest.mark.parametrize("server", BOUNCES)
def test_the_bounces_of_all_servers_find_their_copy(server: str) -> None:
    write, kind = BOUNCES[server]
    others = [sent_to(ANNA), sent_to("olena@siegen.example")]
    copy = sent_to(ANNA)
    later = sent_to(ANNA)
    assert taken(write(copy_of(copy)))
    [row] = Feedback.objects.all()
    assert (row.kind, row.delivery) == (kind, copy)
    assert state_of(copy) == "bounced"
    assert {state_of(other) for other in [*others, later]} == {"sent"}
    assert (Address.objects.get(email=ANNA).bounced_at is not None) == (kind == "hard")
    assert suppression.is_suppressed(ANNA) == (kind == "hard")


@pytest.mark.parametrize("server", [server for server in BOUNCES if server != "Amazon SES"])
def test_without_return_paths_the_message_id_finds_it(server: str, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ""
    write, kind = BOUNCES[server]
    copy = sent_to(ANNA)
    sent_to(ANNA)
    assert taken(write(copy_of(copy)))
    [row] = Feedback.objects.all()
    assert (row.kind, row.delivery) == (kind, copy)


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_bounce_does_nothing(what: str) -> None:
    copy = sent_to(ANNA)
    assert bounces.read(OTHERS[what](copy_of(copy))) is None
    assert state_of(copy) == "sent"


def forged(email: str) -> bytes:
    """What anybody can write who knows an address of ours and one of somebody else."""
    copy = Copy(email, uuid.uuid4(), "rueck@netzwerk.example")
    status = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {email}\nAction: failed\nStatus: 5.1.1\n"
    return report(copy, "MAILER-DAEMON@x.example", "unknown user", status, returned="Subject: Einladung\n")


def test_a_bounce_that_names_only_an_address_silences_nobody() -> None:
    """An ex-partner could have written it."""
    copy = sent_to(ANNA)
    for _ in range(20):
        taken(forged(ANNA))
    assert set(Feedback.objects.values_list("kind", "delivery")) == {("soft", copy.pk)}
    assert Address.objects.get(email=ANNA).bounced_at is None
    assert not suppression.is_suppressed(ANNA)


def test_about_strangers_nothing_is_kept() -> None:
    sent_to(ANNA)
    before = dump(None)
    assert not taken(forged("fremd@siegen.example"))
    unknown = Copy("fremd@siegen.example", uuid.uuid4(), f"rueck+{uuid.uuid4().hex}@netzwerk.example")
    for write, _ in BOUNCES.values():
        assert not taken(write(unknown))
    assert dump(None) == before


def test_about_an_erased_person_nothing_is_kept() -> None:
    copy = sent_to(ANNA)
    data = copy_of(copy)
    taken(BOUNCES["Web.de"][0](data))
    personal_data.erase(Address.objects.get(email=ANNA))
    before = dump(None)
    assert "anna.k" not in before
    for write, _ in BOUNCES.values():
        assert not taken(write(data))
    assert dump(None) == before


def test_raw_umlauts_in_a_header_do_no_harm() -> None:
    copy = sent_to(ANNA)
    data = BOUNCES["qmail"][0](copy_of(copy))
    assert taken(data.replace(b"From: ", "From: Poststelle für Unzustellbares ".encode()))
    assert state_of(copy) == "bounced"


@given(st.data())
@examples(100, 5000)
def _never_crashes(copy: Copy, data: st.DataObject) -> None:
    """Cut, doubled, and with anything in it."""
    original = data.draw(st.sampled_from([write for write, _ in BOUNCES.values()]))(copy)
    at = data.draw(st.integers(0, len(original)))
    noise = data.draw(st.binary(max_size=40))
    found = bounces.read(original[:at] + noise + original[at + data.draw(st.integers(0, 60)) :])
    assert found is None or found.kind in {"hard", "soft"}


def test_a_mangled_bounce_is_read_or_left_alone() -> None:
    copy = Copy(ANNA, uuid.uuid4(), f"rueck+{uuid.uuid4().hex}@netzwerk.example")
    _never_crashes(copy)
