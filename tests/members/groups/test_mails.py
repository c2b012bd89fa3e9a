"""Which mails of a group a pause stops, and which must arrive all the same."""

import re

import pytest
from django.utils import timezone

from events.groups import leaving
from mailings.models import Address
from members.groups import joining, lifecycle, memberships, talking
from members.groups.joining import Decision
from members.models import Group, GroupRequest
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import asking, circle, contact, days, email, join, member
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db


def pause_all(*names: str) -> None:
    Address.objects.filter(email__in=map(email, names)).update(paused_until=timezone.now() + days(60))


def told(post: Post) -> list[tuple[str, str]]:
    return sorted((mail["To"].partition("@")[0], mail["Subject"]) for mail in post.deliver())


def test_mehmet_who_pauses_the_networks_mail_gets_the_only_link_to_his_group(post: Post) -> None:
    group = circle()
    mehmet = asking(group, "Mehmet")
    pause_all("Mehmet")
    post.deliver()
    joining.decide(contact(group), mehmet.pk, Decision.YES)
    assert told(post) == [("mehmet", "Sie sind dabei")]


def test_contacts_who_pause_are_asked_whether_their_group_meets_and_who_may_join(post: Post) -> None:
    """Or it would rest, and an applicant wait, because nobody was asked."""
    group = circle()
    post.deliver()
    pause_all("Jana")
    memberships.pause(member(group, "Sven"))
    Group.objects.update(check_at=timezone.now())
    lifecycle.daily(timezone.now())
    assert told(post) == [(name, "Trifft sich Ihre Gruppe noch?") for name in ("jana", "sven")]
    asking(group, "Mehmet")
    assert [t for t in told(post) if t[0] != "mehmet"] == [("jana", "Jemand fragt an"), ("sven", "Jemand fragt an")]


def test_aylin_who_pauses_is_told_of_the_end_and_not_of_messages(post: Post) -> None:
    group = circle("Aylin", "Olena")
    post.deliver()
    pause_all("Aylin")
    memberships.pause(member(group, "Olena"))
    talking.say(member(group, "Sven"), "Hallo")
    assert told(post) == [("jana", "Nachricht von Sven")]
    leaving.close(group)
    assert {who for who, _ in told(post)} == {"aylin", "jana", "olena", "sven"}


def test_mehmet_who_once_complained_gets_the_mail_of_a_group_that_he_joins_later(post: Post) -> None:
    group = circle()
    Address.objects.create(email=email("Mehmet"), complained_at=timezone.now())
    join(group, "Mehmet")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    assert ("mehmet", "Nachricht von Sven") in told(post)


def test_mehmet_whose_mail_bounced_once_is_asked_again_but_nobody_who_is_written_to(post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    Address.objects.create(email=email("Mehmet"))
    Address.objects.filter(email__in=[email("Mehmet"), email("Aylin")]).update(bounced_at=timezone.now())
    for name in ("Mehmet", "Aylin"):
        joining.ask(group, email(name), name, "Hallo", None)
    assert told(post) == [("mehmet", "Bitte bestätigen Sie Ihre Adresse")]
    assert GroupRequest.objects.filter(answered_at=None).count() == 2


def test_a_message_and_a_meeting_say_how_to_pause_and_leave_the_group(post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    talking.say(member(group, "Sven"), "Hallo")
    walk(member(group, "Jana"))
    for mail in post.deliver():
        html = mail.get_body(("html",)).get_content()
        assert "Vier Wochen Pause, oder etwas ist nicht in Ordnung:" in text_of(mail)
        assert "Gruppe verlassen, mit einem Klick:" in text_of(mail)
        assert html.count("#ende") == 2  # the pause, and "Das ist nicht in Ordnung"
        assert html.count("/gruppe/verlassen/") == 1
        assert "/gruppe/verlassen/" in mail["List-Unsubscribe"]


def test_every_mail_of_a_group_is_short(post: Post) -> None:
    """Without what people wrote themselves; test_lifecycle looks at those of the life of a group."""
    group = circle("Aylin")
    asking(group, "Mehmet")
    walk(member(group, "Aylin"))
    talking.say(member(group, "Aylin"), "Hallo")
    talking.say(member(group, "Aylin"), "Hallo", member(group, "Sven"))
    post.deliver()
    for name in ("Jana", "Sven"):
        memberships.end(member(group, name), "left", "Test")
    post.deliver()
    mails = {mail["Subject"]: text_of(mail).partition("\n--\n")[0] for mail in post.mails}
    words = {
        subject: len(re.sub("^>.*|http.*", "", said, flags=re.MULTILINE).split()) for subject, said in mails.items()
    }
    for subject in ("Jemand fragt an", "Sie sind dabei", "Ihre Gruppe braucht jemanden", "Nachricht von Aylin"):
        assert subject in words
    assert any(subject.startswith("Treffen: ") for subject in words)
    assert {subject: number for subject, number in words.items() if number > 105} == {}
