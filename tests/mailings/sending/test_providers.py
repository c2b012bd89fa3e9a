"""Mails through a provider's API: Brevo, as its documentation describes it, on the loopback (tests.mailings.brevo)."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from anymail.backends.base import AnymailBaseBackend
from anymail.message import AnymailMessage
from anymail.utils import UNSET
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from mailings.links import to_my_data
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue
from mailings.sending.exceptions import Unavailable
from mailings.sending.providers import Provider
from mailings.sending.transport import from_url
from mailings.sending.worker import Worker
from mailings.templates import MailTemplate
from tests.mailings.brevo import KEY, Answer, Brevo, error, hang_up, silence
from tests.mailings.sending.engine import LETTER, PERSONAL, people, states, write_to

pytestmark = pytest.mark.django_db

ANNA = "anna@example.org"
NASTY = {
    "olena@example.org": "Guten Tag, Олена Шевченко!",
    "bjoern@example.org": 'Guten Tag, Björn "Bär" O\'Neill <bjoern@example.org>!',
    "zoe@example.org": "Guten Tag, Zoë 👩 \\u0041 {{ params.FNAME }} & Co!",
    "tom+kita@example.org": "Guten Tag, Tom\r\nBcc: alle@example.org!",
    "o'hara@example.org": "Guten Tag, " + "Ä" * 300 + "!",
}


@pytest.fixture
def brevo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Brevo]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Brevo() as brevo:
        yield brevo


@pytest.fixture
def worker(brevo: Brevo, settings: Any) -> Iterator[Worker]:
    settings.EMAIL_TIMEOUT = 1
    with closing(from_url(brevo.url)) as transport:
        yield Worker(transport)


def mail_to(brevo: Brevo, email: str) -> dict[str, Any]:
    [mail] = [mail for mail in brevo.mails if mail["to"][0]["email"] == email]
    return mail


def check_nobody_burnt(waiting: int) -> None:
    assert states() == {"queued": waiting}
    assert not Delivery.objects.exclude(attempts=0, lease="", leased_until=None).exists()


def test_members_with_nasty_names_get_a_mail_each(brevo: Brevo, worker: Worker, settings: Any) -> None:
    addresses = [Address.objects.create(email=email, list_mail=True) for email in NASTY]
    with transaction.atomic():
        queue(LETTER, [Recipient(a, {"anrede": NASTY[a.email]}, {"meine_daten": to_my_data()}) for a in addresses])
    worker.work()
    assert states() == {"sent": 5}
    assert sorted(mail["to"][0]["email"] for mail in brevo.mails) == sorted(NASTY)
    for email, greeting in NASTY.items():
        mail = mail_to(brevo, email)
        assert mail["to"] == [{"email": email}]
        assert mail["sender"] == {"name": settings.SITE_NAME, "email": settings.DEFAULT_FROM_EMAIL}
        assert mail["replyTo"] == {"email": settings.REPLY_TO}
        assert mail["subject"] == "Einladung"
        assert mail["textContent"].split("\n")[0] == " ".join(greeting.split())
        assert "<html" in mail["htmlContent"]
        assert not {"cc", "bcc"} & set(mail)


def test_every_list_mail_says_how_to_leave_and_every_copy_has_its_own_id(brevo: Brevo, worker: Worker) -> None:
    """M-01"""
    write_to(people(30))
    worker.work()
    headers = [mail["headers"] for mail in brevo.mails]
    assert len(headers) == 30
    for mail in headers:
        assert set(mail) == {
            "List-Id",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "Message-Id",
            "Auto-Submitted",
            "X-Mailin-custom",
        }
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Id"] == "<liste.netzwerk.example>"
        assert re.fullmatch(r"<http://127\.0\.0\.1:8000/abmelden/[\w-]+/>", mail["List-Unsubscribe"])
    for name in ("List-Unsubscribe", "Message-Id", "X-Mailin-custom"):
        assert len({mail[name] for mail in headers}) == 30
    assert {mail["Message-Id"].strip("<>").partition("@")[0] for mail in headers} == {
        str(delivery.message_id) for delivery in Delivery.objects.all()
    }


def test_a_personal_mail_offers_no_leaving(brevo: Brevo, worker: Worker) -> None:
    write_to([ANNA], PERSONAL)
    worker.work()
    assert set(mail_to(brevo, ANNA)["headers"]) == {"Message-Id", "Auto-Submitted", "X-Mailin-custom"}


def test_an_officers_mail_is_not_automatic(brevo: Brevo, worker: Worker) -> None:
    write_to([ANNA], MailTemplate("rundmail", Mailing.Kind.LIST, "Grüße: 5 % „mehr“", "$anrede\n", automatic=False))
    worker.work()
    mail = mail_to(brevo, ANNA)
    assert mail["subject"] == "Grüße: 5 % „mehr“"
    assert "Auto-Submitted" not in mail["headers"]


def test_brevos_number_of_every_copy_is_kept(brevo: Brevo, worker: Worker) -> None:
    write_to(people(10))
    worker.work()
    kept = {d.provider_id: d.address.email for d in Delivery.objects.select_related("address") if d.address}
    assert kept == {number: mail["to"][0]["email"] for number, mail in brevo.taken.items()}


def test_a_discreet_address_gets_one_line_and_one_link(brevo: Brevo, worker: Worker) -> None:
    Address.objects.create(email="kim@example.org", list_mail=True, discreet=True)
    write_to(["kim@example.org"])
    worker.work()
    mail = mail_to(brevo, "kim@example.org")
    assert mail["subject"] == "Nachricht für Sie"
    line, link = mail["textContent"].strip().split("\n")
    assert line == "Es gibt eine Nachricht für Sie:"
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/nachricht/[\w-]+/", link)
    assert "Treffen" not in str(mail)


def test_one_connection_serves_many_mails(brevo: Brevo, worker: Worker) -> None:
    write_to(people(50))
    worker.work()
    assert (brevo.requests, brevo.connections) == (50, 1)


@pytest.mark.parametrize(
    "answer",
    [
        error(401, "unauthorized", "Key not found"),
        error(403, "permission_denied", "IP address not allowed"),
        error(402, "not_enough_credits", "Credits are exhausted"),
        error(400, "not_enough_credits", "Credits are exhausted"),
        error(400, "account_under_validation", "Your account is under validation"),
        error(400, "invalid_parameter", "the sender you used post@netzwerk.example is not valid"),
        error(404, "document_not_found", "Route does not exist"),
        error(502, "bad_gateway"),
        error(503, "unavailable"),
    ],
    ids=lambda answer: f"{answer.status} {answer.body['code']}",
)
def test_what_concerns_all_burns_nobody(answer: Answer, brevo: Brevo, worker: Worker) -> None:
    write_to(people(10))
    brevo.when(answer)
    with pytest.raises(Unavailable):
        worker.work()
    assert brevo.requests == 1, "one try, then a pause"
    check_nobody_burnt(10)
    brevo.well_again()
    worker.work()
    assert states() == {"sent": 10}
    assert len(brevo.taken) == 10


def test_a_wrong_key_burns_nobody(brevo: Brevo) -> None:
    write_to(people(10))
    wrong = Provider(brevo.url.replace(KEY, "xkeysib-wrong"))
    with closing(wrong), pytest.raises(Unavailable, match="401") as caught:
        Worker(wrong).work()
    assert "xkeysib" not in str(caught.value)
    check_nobody_burnt(10)


def test_a_provider_that_is_not_there_burns_nobody(brevo: Brevo, worker: Worker) -> None:
    write_to(people(10))
    with Brevo() as gone:
        url = gone.url
    with closing(Provider(url)) as transport, pytest.raises(Unavailable):
        Worker(transport).work()
    check_nobody_burnt(10)


def test_a_limit_is_respected_and_nobody_is_burnt(brevo: Brevo, worker: Worker) -> None:
    write_to(people(20))
    brevo.allowed = 12
    with pytest.raises(Unavailable) as caught:
        worker.work()
    assert caught.value.wait == 3
    assert brevo.requests == 13
    assert states() == {"sent": 12, "queued": 8}
    assert not Delivery.objects.filter(state="queued").exclude(attempts=0).exists()
    brevo.well_again()
    worker.work()
    assert sorted(mail["to"][0]["email"] for mail in brevo.mails) == sorted(people(20))


@pytest.mark.parametrize(("said", "wait"), [("7", 7), ("86400", 3600), ("", 0), ("soon", 0)])
def test_retry_after_is_believed_within_reason(said: str, wait: float, brevo: Brevo, worker: Worker) -> None:
    write_to([ANNA])
    brevo.when(Answer(429, {"code": "too_many_requests"}, {"Retry-After": said} if said else {}))
    with pytest.raises(Unavailable) as caught:
        worker.work()
    assert caught.value.wait == wait


@pytest.mark.parametrize("message", ["email is not valid in to", "Invalid 'to' address", f"{ANNA} is blocked"])
def test_a_bad_address_fails_alone(message: str, brevo: Brevo, worker: Worker) -> None:
    write_to([*people(10), ANNA])
    brevo.when(error(400, "invalid_parameter", message), to=ANNA)
    worker.work()
    assert states() == {"sent": 10, "failed": 1}
    anna = Delivery.objects.get(state="failed")
    assert (anna.reason, anna.address and anna.address.email) == ("refused", ANNA)
    assert "400" in anna.answer
    assert ANNA not in anna.answer


def test_brevo_itself_refuses_what_is_no_address(brevo: Brevo, worker: Worker) -> None:
    write_to([*people(3), "anna@localhost"])
    worker.work()
    assert states() == {"sent": 3, "failed": 1}
    assert Delivery.objects.get(state="failed").answer.endswith('email is not valid in to" }')


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (error(500, "internal"), []),
        (error(400, "bad_request", "Unexpected token"), []),
        (hang_up(), []),
        (silence(), [1]),
    ],
    ids=["500", "400 without a word", "hangs up", "silence"],
)
def test_one_mail_that_does_not_get_through_is_tried_again(
    fault: Answer, waited: list[float], brevo: Brevo, worker: Worker, waits: list[float]
) -> None:
    write_to([*people(10), ANNA])
    brevo.when(fault, to=ANNA)
    worker.work()
    assert waits == waited
    assert states() == {"sent": 10, "queued": 1}
    anna = Delivery.objects.get(state="queued")
    assert (anna.attempts, anna.lease) == (1, "")
    assert anna.due_at > timezone.now()
    brevo.well_again()
    Delivery.objects.update(due_at=timezone.now())
    worker.work()
    assert states() == {"sent": 11}
    assert mail_to(brevo, ANNA)["headers"]["Message-Id"].startswith(f"<{anna.message_id}@")


def test_the_key_may_come_by_itself(brevo: Brevo, settings: Any) -> None:
    settings.EMAIL_API_KEY = KEY
    write_to([ANNA])
    with closing(from_url(f"anymail+brevo://?api_url={brevo.api_url}")) as transport:
        Worker(transport).work()
    assert states() == {"sent": 1}


@pytest.mark.parametrize("url", ["pigeon://post", "test://", "console://", "mail.netzwerk.example", "brevo://"])
def test_what_cannot_be_used_is_said_at_once(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        from_url(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("brevo://key@", {"metadata"}),
        ("mailgun://key@?sender_domain=netzwerk.example", {"metadata", "track_clicks", "track_opens"}),
        ("mailjet://key:secret@", {"metadata", "track_clicks", "track_opens"}),
        ("mailersend://key@", {"track_clicks", "track_opens"}),
        ("postmark://key@", {"metadata", "track_clicks", "track_opens"}),
        ("unisender-go://key@?api_url=https://go.example/", {"metadata", "track_clicks", "track_opens"}),
    ],
)
def test_every_provider_is_told_what_it_understands(url: str, told: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[AnymailMessage] = []
    monkeypatch.setattr(AnymailBaseBackend, "send_messages", lambda self, messages: copies.extend(messages))
    write_to([ANNA])
    delivery = Delivery.objects.select_related("mailing", "address").get()
    with closing(from_url(url)) as transport:
        transport.hand_over(delivery, b"")
    wanted = {"track_clicks": False, "track_opens": False, "metadata": {"copy": str(delivery.message_id)}}
    understood = {option: value for option, value in wanted.items() if option in told}
    [copy] = copies
    assert {option: getattr(copy, option) for option in wanted if getattr(copy, option) is not UNSET} == understood
