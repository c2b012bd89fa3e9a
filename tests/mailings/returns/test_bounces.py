"""Bounces that come as mails: read, given to their copies, and forgotten again (M-11b)."""

import contextlib
import uuid
from dataclasses import replace
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
from tests.mailings.returns.dsns import DATE, Copy, lines, mail, report
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


def forged(email: str, number: int = 0) -> bytes:
    """What anybody can write, as often as he likes, who knows an address of ours and one of somebody else."""
    copy = Copy(email, uuid.uuid4(), "rueck@netzwerk.example")
    status = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {email}\nAction: failed\nStatus: 5.1.1\n"
    return report(copy, "MAILER-DAEMON@x.example", f"unknown user {number}", status, returned="Subject: Einladung\n")


def test_five_bounces_that_name_only_an_address_change_nothing() -> None:
    """An ex-partner could have written them, with dates as he likes."""
    for _ in range(5):
        sent_to(ANNA)
    before = dump(None)
    for number in range(5):
        assert not taken(forged(ANNA, number))
    assert dump(None) == before


def test_found_by_address_and_dated_by_their_writer_they_would_have_silenced_her() -> None:
    """The control: this is what the reader once handed on."""
    for hour in range(5):
        copy = sent_to(ANNA)
        at = timezone.now() - timedelta(days=20, hours=hour)
        Delivery.objects.filter(pk=copy.pk).update(finished_at=at - timedelta(minutes=1))
        found = bounces.read(forged(ANNA, hour))
        assert found is not None
        feedback.record(replace(found, kind=Feedback.Kind.SOFT, email=ANNA, at=at))
    assert suppression.is_suppressed(ANNA)


def test_a_forged_complaint_changes_nothing() -> None:
    sent_to(ANNA)
    before = dump(None)
    assert bounces.read(complaint(Copy(ANNA, uuid.uuid4(), "rueck@netzwerk.example"))).kind == "complaint"
    assert not taken(complaint(Copy(ANNA, uuid.uuid4(), "rueck@netzwerk.example")))
    assert dump(None) == before


def test_a_guessed_copy_number_changes_nothing() -> None:
    """The first half of a Message-ID counts up, the second is secret."""
    copy = sent_to(ANNA)
    guessed = uuid.UUID(int=copy.message_id.int ^ 1)
    before = dump(None)
    assert not taken(BOUNCES["Postfix"][0](Copy(ANNA, guessed, f"rueck+{guessed.hex}@netzwerk.example")))
    assert dump(None) == before


def test_a_complaint_over_a_feedback_loop_is_recorded() -> None:
    copy = sent_to(ANNA)
    assert taken(complaint(copy_of(copy)))
    assert state_of(copy) == "complained"


@pytest.mark.parametrize("date", ["Thu, 1 Jan 2015 00:00:00 +0000", "Thu, 1 Jan 2099 00:00:00 +0000", "nie"])
def test_the_time_of_a_bounce_is_that_of_its_receipt(date: str) -> None:
    data = BOUNCES["Postfix"][0](copy_of(sent_to(ANNA))).replace(DATE.encode(), date.encode())
    received = timezone.now() - timedelta(hours=3)
    now = timezone.now()
    for told, expected in [(received, received), (now + timedelta(days=400), now), (None, now)]:
        found = bounces.read(data, told)
        assert found is not None
        assert abs(found.at - expected) < timedelta(minutes=5)


def test_the_officers_get_the_servers_words_without_the_address() -> None:
    found = bounces.read(BOUNCES["Yahoo"][0](copy_of(sent_to(ANNA))))
    assert found is not None
    assert found.words == (
        "smtp; 554 delivery error: dd This user doesn't have a yahoo.example account (<Adresse>) [0]"
    )
    for write, _ in BOUNCES.values():
        found = bounces.read(write(Copy(ANNA, uuid.uuid4(), "rueck@netzwerk.example")))
        assert found is not None
        assert 0 < len(found.words) <= 300
        assert [word for word in ("\n", "@", "anna.k") if word in found.words] == []


def complaint(copy: Copy) -> bytes:
    """What a provider's feedback loop sends when somebody presses the button for spam (RFC 5965)."""
    content = lines(
        """
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="=_arf"

        --=_arf
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: FBL/1.0
        Version: 1

        --=_arf
        Content-Type: message/rfc822

        """,
        copy.head,
        "--=_arf--",
    )
    return mail(copy, "FBL <fbl@postmaster.example>", "Beschwerde", content, to="rueck@netzwerk.example")


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


def test_a_field_that_breaks_off_in_the_middle_of_a_report_stops_nobody() -> None:
    """A vertical tab joins it with the next field: Python's parser takes that, its generator refuses."""
    whole = BY_SOFTWARE["Postfix"][0](Copy(ANNA, uuid.uuid4(), "rueck@netzwerk.example"))
    at = whole.index(b"X-Postfix-Sender: rfc822") + len(b"X-Postfix-Sender: rfc82")
    broken = whole[:at] + b"\x0b" + whole[whole.index(b"\n", at) + 1 :]
    assert bounces.examine(broken).kind == bounces.examine(whole).kind


def test_a_mangled_bounce_is_read_or_left_alone() -> None:
    copy = Copy(ANNA, uuid.uuid4(), f"rueck+{uuid.uuid4().hex}@netzwerk.example")
    _never_crashes(copy)
