"""Two people act on a group at the same moment: one counts, and a group never stays without a contact."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from events.groups import leaving
from members.groups import joining, lifecycle, memberships
from members.groups.joining import Decision
from members.models import Group, GroupMembership
from tests.events.answering.test_seats_races import at_once
from tests.members.groups.circle import asking, circle, member
from tests.post import Post

pytestmark = pytest.mark.django_db(transaction=True)

NEEDED = "Ihre Gruppe braucht jemanden"


def without_contact(*names: str) -> Group:
    group = circle(*names)
    for name in ("Jana", "Sven"):
        leaving.leave(member(group, name), "Test")
    return group


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "locked", lambda pk: Group.objects.get(pk=pk))
    monkeypatch.setattr(memberships, "locked", lambda pk: Group.objects.get(pk=pk))


def together(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Both have read what `name` returns before either goes on: what only a lock prevents."""
    read: Callable[..., Any] = getattr(module, name)
    both = Barrier(2, timeout=20)

    def reading(group: Group) -> Any:
        found = read(group)
        both.wait()
        return found

    monkeypatch.setattr(module, name, reading)


def both_decide(group: Group) -> list[object]:
    mehmet = asking(group, "Mehmet")
    jana, sven = member(group, "Jana"), member(group, "Sven")
    return at_once(
        [lambda: joining.decide(jana, mehmet.pk, Decision.YES), lambda: joining.decide(sven, mehmet.pk, Decision.NO)]
    )


def both_help(group: Group) -> list[object]:
    people = [member(group, name) for name in ("Aylin", "Olena")]
    return at_once([lambda each=each: memberships.become_contact(each) for each in people])


def both_leave(group: Group) -> list[object]:
    people = [member(group, name) for name in ("Jana", "Sven")]
    return at_once([lambda each=each: leaving.leave(each, "Test") for each in people])


def test_two_contacts_answer_at_once_and_one_answer_counts(post: Post) -> None:
    group = circle()
    post.deliver()
    assert sorted(map(str, both_decide(group))) == ["False", "True"]
    told = [mail["Subject"] for mail in post.deliver() if mail["To"] == "mehmet@example.org"]
    assert len([subject for subject in told if subject in ("Sie sind dabei", "Ihre Anfrage")]) == 1


def test_control_without_the_lock_both_answer(monkeypatch) -> None:
    group = circle()
    unlocked(monkeypatch)
    together(monkeypatch, joining, "waiting")
    assert both_decide(group) == [True, True]


def test_two_say_that_they_do_it_and_one_becomes_the_contact() -> None:
    group = without_contact("Aylin", "Olena")
    assert sorted(map(str, both_help(group))) == ["False", "True"]
    assert GroupMembership.objects.contacts().filter(group=group).count() == 1


def test_control_without_the_lock_both_become_contacts(monkeypatch) -> None:
    group = without_contact("Aylin", "Olena")
    unlocked(monkeypatch)
    together(monkeypatch, lifecycle, "helpers")
    assert both_help(group) == [True, True]


def test_the_last_two_contacts_leave_at_once_and_aylin_is_asked_once(post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    assert both_leave(group) == [True, True]
    assert Group.objects.get(pk=group.pk).state == "resting"
    assert [(mail["To"], mail["Subject"]) for mail in post.deliver()] == [("aylin@example.org", NEEDED)]


def test_control_without_the_lock_a_group_stays_open_without_a_contact(monkeypatch) -> None:
    group = circle("Aylin")
    unlocked(monkeypatch)
    together(monkeypatch, lifecycle, "has_contact")
    assert both_leave(group) == [True, True]
    assert Group.objects.get(pk=group.pk).state == "alive"
