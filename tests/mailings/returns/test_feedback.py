"""Bounces and complaints as the provider reports them: over its webhook, with the secret, in any order (M-11)."""

import json
from base64 import b64encode
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailings import personal_data, suppression
from mailings.models import Address, Delivery, Feedback, Suppression
from mailings.returns import feedback
from mailings.sending.providers import Provider
from mailings.sending.worker import Worker
from members.models import Consent, Member
from tests.mailings.brevo import Brevo
from tests.mailings.sending.engine import write_to
from tests.members.people import active, asked
from tests.netzwerk.privacy.test_my_data import dump
from tests.tallies import counted

pytestmark = pytest.mark.django_db

SECRET, OTHER = "k7Qx2mVb9TzRw4Yp6Nc8Hs", "Zf3Lj5Dg1Wa8Ue0Xo7Bq9Mt"
URL = "/post/brevo/tracking/"
ANNA, OLENA = "anna@example.org", "olena@example.org"
NUMBER = "<202611230815.12345678901@smtp-relay.mailin.fr>"
NOON = timezone.now().replace(microsecond=0) - timedelta(days=10)


@pytest.fixture(autouse=True)
def brevo_is_our_provider(settings: Any) -> None:
    settings.EMAIL_URL = "brevo://key@"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [f"post:{SECRET}", f"post:{OTHER}"]}


def event(name: str, email: str = ANNA, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    """As Brevo writes it (developers.brevo.com, transactional webhooks)."""
    return {
        "event": name,
        "email": email,
        "id": 26224,
        "date": f"{at:%Y-%m-%d %H:%M:%S}",
        "ts": int(at.timestamp()),
        "ts_event": int(at.timestamp()),
        "ts_epoch": int(at.timestamp() * 1000),
        "subject": "Einladung",
        "sending_ip": "192.0.2.1",
        "tags": [],
        **more,
    }


def basic(user: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{secret}".encode()).decode()}


def report(payload: dict[str, Any], secret: str | None = SECRET, user: str = "post") -> int:
    """Brevo calls; the status of our answer."""
    headers = {} if secret is None else basic(user, secret)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post(URL, json.dumps(payload), content_type="application/json", headers=headers).status_code


def sent_to(email: str, number: str = NUMBER, at: datetime = NOON - timedelta(hours=1)) -> Delivery:
    """A copy that has gone out."""
    [delivery] = write_to([email]).deliveries.all()
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", finished_at=at, provider_id=number)
    return Delivery.objects.get(pk=delivery.pk)


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def reasons() -> dict[str, str]:
    """Why who is on the list of those who are not written to."""
    known = {suppression.key(address.email): address.email for address in Address.objects.all()}
    return {known[row.key]: row.reason for row in Suppression.objects.all()}


def test_a_hard_bounce_ends_all_mail_to_the_address() -> None:
    member = active(ANNA)
    copy = sent_to(ANNA)
    assert report(event("hard_bounce", **{"message-id": NUMBER}, reason="550 5.1.1 user unknown")) == 200
    address = Address.objects.get(email=ANNA)
    assert (address.bounced_at, address.list_mail) == (NOON, True)
    assert state_of(copy) == "bounced"
    assert reasons() == {ANNA: "bounce"}
    [row] = Feedback.objects.all()
    assert (row.kind, row.address, row.delivery, row.at) == ("hard", address, copy, NOON)
    assert Member.objects.get(pk=member.pk).state == "active"
    assert address.stops("personal", timezone.now()) == "bounced"


def test_what_went_out_to_brevo_is_known_when_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the queue through the API and back: by Brevo's number for one, by what we gave along for the other."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    copies = write_to([ANNA, OLENA])
    with Brevo() as brevo, closing(Provider(brevo.url)) as transport:
        Worker(transport).work()
        sent = {mail["to"][0]["email"]: (number, mail["headers"]) for number, mail in brevo.taken.items()}
    report(event("hard_bounce", ANNA, **{"message-id": sent[ANNA][0]}))
    report(event("spam", "", **{"X-Mailin-custom": sent[OLENA][1]["X-Mailin-custom"]}))
    assert dict(copies.deliveries.values_list("address__email", "state")) == {ANNA: "bounced", OLENA: "complained"}


def test_a_complaint_ends_the_membership() -> None:
    member = active(ANNA)
    copy = sent_to(ANNA)
    waiting = write_to([ANNA]).deliveries.get()
    assert report(event("spam", **{"message-id": NUMBER})) == 200
    address = Address.objects.get(email=ANNA)
    assert (address.list_mail, address.complained_at, address.bounced_at) == (False, NOON, None)
    assert (state_of(copy), state_of(waiting)) == ("complained", "cancelled")
    assert reasons() == {ANNA: "complaint"}
    assert Member.objects.get(pk=member.pk).state == "left"
    last = Consent.objects.filter(address=address).latest("pk")
    assert (last.act, last.method) == ("withdrawn", "Beschwerde beim Mailanbieter")
    assert counted("left") == 1


def test_who_unsubscribes_at_the_provider_has_left() -> None:
    member = active(ANNA)
    sent_to(ANNA)
    assert report(event("unsubscribe", **{"message-id": NUMBER})) == 200
    assert Member.objects.get(pk=member.pk).state == "left"


def test_a_confirmation_that_is_reported_as_spam_ends_the_asking() -> None:
    member = asked(ANNA)
    Delivery.objects.update(state="sent", finished_at=NOON, provider_id=NUMBER)
    report(event("complaint", **{"message-id": NUMBER}))
    assert Member.objects.get(pk=member.pk).state == "left"
    assert counted("left") == 0


def test_the_fifth_copy_that_comes_back_softly_within_a_week_counts_as_hard() -> None:
    for day in range(5):
        assert Address.objects.filter(email=ANNA, bounced_at__isnull=False).count() == 0
        copy = sent_to(ANNA, number=f"<{day}@smtp-relay.mailin.fr>", at=NOON)
        at = NOON + timedelta(days=1.7 * day)
        report(event("soft_bounce", at=at, **{"message-id": copy.provider_id}, reason="452 4.2.2 mailbox full"))
        assert state_of(copy) == "bounced"
    assert Address.objects.get(email=ANNA).bounced_at == NOON + timedelta(days=6.8)
    assert reasons() == {ANNA: "bounce"}


def test_five_within_more_than_a_week_do_not() -> None:
    for day in range(5):
        copy = sent_to(ANNA, number=f"<{day}@smtp-relay.mailin.fr>", at=NOON - timedelta(hours=1))
        at = NOON + timedelta(days=1.8 * day)
        report(event("soft_bounce", at=at, **{"message-id": copy.provider_id}))
    assert Address.objects.get(email=ANNA).bounced_at is None
    assert Feedback.objects.count() == 5


def test_one_copy_that_comes_back_five_times_counts_once() -> None:
    sent_to(ANNA)
    for hour in range(7):
        report(event("soft_bounce", at=NOON + timedelta(hours=hour), **{"message-id": NUMBER}))
    assert Address.objects.get(email=ANNA).bounced_at is None


@pytest.mark.parametrize(
    ("name", "reason", "kind"),
    [
        ("hard_bounce", "550 5.1.1 user unknown", "hard"),
        ("hard_bounce", "", "hard"),
        ("hard_bounce", "554 IP=192.0.2.1 - A problem occurred. (BL)", "soft"),
        ("hard_bounce", "550 5.7.1 blocked by DNSBL", "soft"),
        ("hard_bounce", "552 5.2.2 mailbox full", "soft"),
        ("soft_bounce", "552 5.2.2 mailbox full", "soft"),
        ("blocked", "blocked : due to blacklist user", "soft"),
        ("invalid_email", "", "hard"),
        ("spam", "", "complaint"),
        ("complaint", "", "complaint"),
        ("unsubscribe", "", "complaint"),
        ("request", "", None),
        ("delivered", "", None),
        ("deferred", "450 4.7.1 greylisted", None),
        ("opened", "", None),
        ("click", "", None),
        ("something new", "", None),
    ],
)
def test_every_event_of_brevo_has_its_meaning(name: str, reason: str, kind: str | None) -> None:
    sent_to(ANNA)
    assert report(event(name, **{"message-id": NUMBER, "reason": reason})) == 200
    assert list(Feedback.objects.values_list("kind", flat=True)) == ([kind] if kind else [])


def test_the_servers_words_come_along_without_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[feedback.Report] = []
    monkeypatch.setattr(feedback, "record", reports.append)
    report(event("hard_bounce", **{"message-id": NUMBER, "reason": f"550 5.1.1 <{ANNA}>:\r\n anna is unknown"}))
    assert [found.words for found in reports] == ["550 5.1.1 <Adresse>: <Adresse> is unknown"]


@pytest.mark.logs_errors
def test_a_mail_that_brevo_could_not_send_is_not_the_addresses_fault(caplog: pytest.LogCaptureFixture) -> None:
    copy = sent_to(ANNA)
    assert report(event("error", **{"message-id": NUMBER}, reason="sender is not valid")) == 200
    assert (Feedback.objects.count(), state_of(copy)) == (0, "sent")
    assert "sender is not valid" in caplog.text


@pytest.mark.parametrize("by", ["number", "metadata", "address"])
def test_the_copy_is_found_by_number_by_what_we_gave_along_and_by_address(by: str) -> None:
    older = sent_to(ANNA, number="<1@smtp-relay.mailin.fr>", at=NOON - timedelta(days=3))
    copy = sent_to(ANNA, number="<2@smtp-relay.mailin.fr>", at=NOON - timedelta(days=1))
    later = sent_to(ANNA, number="<3@smtp-relay.mailin.fr>", at=NOON + timedelta(days=1))
    more: dict[str, Any] = {
        "number": {"message-id": copy.provider_id, "email": "weitergeleitet@example.org"},
        "metadata": {"X-Mailin-custom": json.dumps({"copy": str(copy.message_id)}), "email": "x@example.org"},
        "address": {"email": " Anna@Example.org"},
    }[by]
    report(event("hard_bounce") | more)
    assert (state_of(older), state_of(copy), state_of(later)) == ("sent", "bounced", "sent")
    assert Address.objects.get().bounced_at == NOON


def test_a_report_that_overtakes_our_own_record_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brevo knows that the mailbox is gone before the worker has written down that the mail is out."""
    copy = write_to([ANNA]).deliveries.get()
    Delivery.objects.update(state="sending", lease="worker", leased_until=timezone.now())
    report(event("hard_bounce", **{"X-Mailin-custom": json.dumps({"copy": str(copy.message_id)})}))
    row = Delivery.objects.get()
    assert (row.state, row.lease, row.leased_until) == ("bounced", "", None)
    assert row.finished_at is not None


@pytest.mark.parametrize("payload", [event("hard_bounce", "fremd@example.org"), event("spam", "kein Name"), {}])
def test_about_strangers_nothing_is_kept(payload: dict[str, Any]) -> None:
    active(ANNA)
    before = dump(None)
    assert report(payload) == 200
    assert dump(None) == before


def test_about_an_erased_person_nothing_is_kept() -> None:
    copy = sent_to(ANNA)
    report(event("soft_bounce", **{"message-id": NUMBER}, reason="452 full"))
    personal_data.erase(Address.objects.get(email=ANNA))
    before = dump(None)
    assert ANNA not in before
    metadata = json.dumps({"copy": str(copy.message_id)})
    for name in ("hard_bounce", "spam"):
        assert report(event(name, **{"message-id": NUMBER, "X-Mailin-custom": metadata})) == 200
    assert dump(None) == before
