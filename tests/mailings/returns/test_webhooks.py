"""The provider's webhooks: secrets, repetition, and reports in any order (M-11)."""

import random
import re
import threading
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connections, transaction
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from mailings.models import Address, Delivery, Feedback, Suppression
from mailings.returns import webhooks
from members import leaving
from members.models import Consent, Member
from tests.mailings.copies import examples
from tests.mailings.returns.test_feedback import (
    ANNA,
    NOON,
    NUMBER,
    OLENA,
    OTHER,
    SECRET,
    URL,
    basic,
    brevo_is_our_provider,  # noqa: F401 - a fixture for every test
    event,
    report,
    sent_to,
)
from tests.members.people import active, asked
from tests.netzwerk.privacy.test_my_data import dump
from tests.netzwerk.test_settings import loaded
from tests.tallies import counted

pytestmark = pytest.mark.django_db


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("secret", "user"),
    [(None, ""), ("", "post"), ("wrong", "post"), (SECRET.lower(), "post"), (SECRET, "admin"), (SECRET + "x", "post")],
)
def test_without_the_secret_nothing_is_believed(secret: str | None, user: str) -> None:
    active(ANNA)
    sent_to(ANNA)
    before = dump(None)
    assert report(event("spam", **{"message-id": NUMBER}), secret, user) == 400
    assert dump(None) == before


def test_both_secrets_are_valid_while_they_change() -> None:
    sent_to(ANNA)
    assert report(event("request"), SECRET) == report(event("request"), OTHER) == 200


@pytest.mark.parametrize(
    "path", ["/post/", "/post/brevo/", "/post/mailgun/tracking/", "/post/brevo/inbound/", "/post/x/tracking/"]
)
def test_only_our_providers_reports_have_an_address(path: str) -> None:
    assert Client().post(path, "{}", content_type="application/json").status_code == 404


def test_over_a_relay_there_is_no_webhook(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.netzwerk.example"
    assert report(event("request")) == 404


def test_looking_does_nothing() -> None:
    assert [Client().get(URL).status_code, Client().head(URL).status_code] == [405, 200]


FAILING: list[Exception] = []


def fail_once(address: Address) -> None:
    """Stands in settings.ON_COMPLAINT behind the real one."""
    if FAILING:
        raise FAILING.pop()


@pytest.mark.logs_errors
def test_what_could_not_be_taken_in_is_taken_in_when_it_comes_again(settings: Any) -> None:
    settings.ON_COMPLAINT = [*settings.ON_COMPLAINT, f"{__name__}.fail_once"]
    member = active(ANNA)
    sent_to(ANNA)
    before = dump(None)
    FAILING.append(RuntimeError("no room on the disk"))
    assert report(event("spam", **{"message-id": NUMBER})) == 500
    assert dump(None) == before
    assert report(event("spam", **{"message-id": NUMBER})) == 200
    assert Member.objects.get(pk=member.pk).state == "left"
    assert Feedback.objects.count() == 1


def test_a_repeated_report_changes_nothing() -> None:
    active(ANNA)
    sent_to(ANNA)
    report(event("spam", **{"message-id": NUMBER}))
    after = dump(None)
    for _ in range(3):
        assert report(event("spam", **{"message-id": NUMBER})) == 200
    assert dump(None) == after


def test_an_old_report_does_not_undo_a_new_beginning() -> None:
    anna = active(ANNA)
    sent_to(ANNA)
    report(event("hard_bounce", **{"message-id": NUMBER}))
    leaving.leave(anna.address, "Test")
    asked(ANNA)
    assert Address.objects.get(email=ANNA).bounced_at is None
    report(event("hard_bounce", **{"message-id": NUMBER}))
    assert Address.objects.get(email=ANNA).bounced_at is None


events = st.lists(
    st.tuples(
        st.sampled_from(["hard_bounce", "soft_bounce", "soft_bounce", "soft_bounce", "spam", "delivered", "deferred"]),
        st.sampled_from([ANNA, OLENA]),
        st.integers(min_value=0, max_value=6),  # which copy
        st.integers(min_value=0, max_value=9 * 24),  # hours
    ),
    max_size=14,
)
CALL = RequestFactory()  # past the middlewares: there are thousands of calls


def outcome(sequence: list[tuple[str, str, int, int]], numbers: dict[tuple[str, int], str]) -> list[Any]:
    """Everything that follows from these reports; then as if they had never come."""
    with transaction.atomic():
        for name, email, copy, hours in sequence:
            at = NOON - timedelta(days=10) + timedelta(hours=hours)
            payload = event(name, email, at, **{"message-id": numbers[email, copy]})
            request = CALL.post(URL, payload, content_type="application/json", headers=basic("post", SECRET))
            assert webhooks.take(request, "brevo").status_code == 200
        found = [
            list(Address.objects.order_by("pk").values_list("email", "list_mail", "bounced_at", "complained_at")),
            list(Delivery.objects.order_by("pk").values_list("pk", "state", "reason", "lease")),
            sorted(Feedback.objects.values_list("event", "kind", "address", "delivery", "at")),
            sorted(Suppression.objects.values_list("key", "reason")),
            list(Member.objects.order_by("pk").values_list("pk", "state")),
            sorted(Consent.objects.values_list("address", "act")),
            counted("left"),
        ]
        transaction.set_rollback(True)
    return found


@contextmanager
def _members_with_copies():
    with transaction.atomic():
        numbers = {}
        for email in (ANNA, OLENA):
            active(email)
            for copy in range(7):
                number = f"<{email}.{copy}@smtp-relay.mailin.fr>"
                numbers[email, copy] = sent_to(email, number, NOON - timedelta(days=11)).provider_id
        yield numbers
        transaction.set_rollback(True)


@pytest.mark.slow
def test_what_follows_depends_neither_on_order_nor_on_repetition() -> None:
    with _members_with_copies() as numbers:

        @examples(25, 1000)
        @given(events, st.randoms(use_true_random=False))
        def check(sequence: list[tuple[str, str, int, int]], chance: random.Random) -> None:
            shuffled = sequence + chance.choices(sequence, k=len(sequence) // 2) if sequence else []
            chance.shuffle(shuffled)
            assert outcome(sequence, numbers) == outcome(shuffled, numbers)

        check()


def test_an_older_report_of_a_copy_does_not_undo_what_a_younger_one_has_shown() -> None:
    """Five of Anna's copies came back within seven days; that one of them had come back before them changes nothing."""
    week = [("soft_bounce", ANNA, copy, hours) for copy, hours in enumerate([2, 40, 80, 120, 169])]
    older = ("soft_bounce", ANNA, 0, 0)
    with _members_with_copies() as numbers:
        found = [outcome(sequence, numbers)[0][0] for sequence in ([*week, older], [older, *week], week)]
        assert [bounced_at for _email, _list, bounced_at, _complained in found] == [
            (NOON - timedelta(days=10) + timedelta(hours=169))
        ] * 3
        too_long = [("soft_bounce", ANNA, copy, hours) for copy, hours in enumerate([0, 40, 80, 120, 169])]
        assert outcome(too_long, numbers)[0][0][2] is None


@pytest.mark.django_db(transaction=True)
def test_reports_at_the_same_moment_are_all_counted() -> None:
    copies = [sent_to(ANNA, number=f"<{number}@smtp-relay.mailin.fr>") for number in range(5)]
    answers: list[int] = []
    start = threading.Barrier(5)

    def call(number: str) -> None:
        start.wait()
        answers.append(report(event("soft_bounce", **{"message-id": number})))
        connections.close_all()

    threads = [threading.Thread(target=call, args=[copy.provider_id]) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 5
    assert Address.objects.get(email=ANNA).bounced_at == NOON


def complaints() -> list[str]:
    return [str(message.id) for message in run_checks() if str(message.id).startswith("mailings.")]


@pytest.mark.parametrize(
    ("known", "public", "url", "wrong"),
    [
        ([], True, "brevo://key@", ["mailings.E003"]),
        ([], True, "smtp://mail.netzwerk.example", []),
        ([], False, "brevo://key@", []),
        ([SECRET], True, "brevo://key@", []),
        ([SECRET, OTHER], True, "brevo://key@", []),
        ([SECRET, OTHER, SECRET + "x"], True, "brevo://key@", ["mailings.E004"]),
        (["geheim"], True, "brevo://key@", ["mailings.E004"]),
        ([SECRET, "geheim"], True, "brevo://key@", ["mailings.E004"]),
        (["a" * 64], True, "brevo://key@", ["mailings.E004"]),
        (["0123456789abcdef0123456789abcde"], True, "brevo://key@", ["mailings.E004"]),
        (["0123456789abcdef0123456789abcdef"], True, "brevo://key@", []),
    ],
)
def test_a_public_portal_with_a_provider_needs_a_secret_of_128_bits(
    known: list[str], public: bool, url: str, wrong: list[str], settings: Any
) -> None:
    settings.WEBHOOK_SECRET, settings.LOCAL, settings.EMAIL_URL = known, not public, url
    assert complaints() == wrong


@pytest.mark.slow
def test_where_no_secret_is_set_there_is_one_that_nobody_knows() -> None:
    """anymail would let everybody in."""
    known = {loaded('settings.ANYMAIL["WEBHOOK_SECRET"]').output for _ in range(2)}
    assert len(known) == 2
    assert all(re.fullmatch(r"\['post:[\w-]{43}'\]\n", secret) for secret in known)


def test_the_secrets_are_passwords_of_the_user_post() -> None:
    result = loaded('settings.ANYMAIL["WEBHOOK_SECRET"]', WEBHOOK_SECRET=f"{SECRET},{OTHER}")
    assert result.output == f"['post:{SECRET}', 'post:{OTHER}']\n"
