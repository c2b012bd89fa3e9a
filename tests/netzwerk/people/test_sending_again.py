"""What is sent once more opens what it opened (R-02). Kim and the officer Beate are invented."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mailings.desk import resending
from mailings.models import Delivery
from tests.desk import page
from tests.events.meetings import invite, meeting
from tests.members.people import active, asked, newsletter
from tests.netzwerk.people.test_address_change import NEW, OLD, answer_link, at, confirms, enters
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


def test_an_invitation_sent_again_to_a_new_address_opens_the_answer(beate: Client, post: Post, time_machine) -> None:
    kim = active(OLD)
    invite(meeting(), OLD)
    post.deliver()
    enters(beate, kim, NEW)
    confirms(Client(), post, NEW)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    beate.force_login(User.objects.get(username="beate"))
    invitation = Delivery.objects.get(mailing__template="events/invitation")
    beate.post(f"{at(kim)}mails/{invitation.pk}/noch-einmal/")
    [mail] = [mail for mail in post.deliver() if "/antwort/" in text_of(mail)]
    assert mail["To"] == NEW
    assert Client().get(answer_link(mail)).status_code == 200


def test_two_mails_of_one_subject_are_two_and_one_that_failed_is_sent_at_once(post: Post) -> None:
    kim = active(OLD)
    with transaction.atomic():
        newsletter(OLD)
        newsletter(OLD, text="$anrede\n\nes regnet.\n")
    post.deliver()
    first, second = Delivery.objects.order_by("pk")
    assert not resending.send_again(second, kim.mailbox)
    Delivery.objects.filter(pk=first.pk).update(queued_at=timezone.now() - timedelta(minutes=11))
    assert resending.send_again(Delivery.objects.get(pk=first.pk), kim.mailbox)
    Delivery.objects.filter(pk=second.pk).update(state="failed", finished_at=timezone.now())
    assert resending.send_again(Delivery.objects.get(pk=second.pk), kim.mailbox)
    assert not resending.send_again(Delivery.objects.get(pk=second.pk), kim.mailbox)


def test_a_question_for_confirmation_has_a_way_of_its_own_to_be_sent_again(beate: Client, post: Post) -> None:
    """Its link would be over after 72 hours; "Link zum Bestätigen noch einmal schicken" gives it another 72."""
    olena = asked("olena@example.org")
    post.deliver()
    shown = page(beate, at(olena))
    assert "Link zum Bestätigen noch einmal schicken" in shown
    assert "Noch einmal schicken" not in shown
    assert not resending.send_again(Delivery.objects.get(), olena.mailbox)
