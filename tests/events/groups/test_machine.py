"""Joining, leaving, being taken out or kept out, resting, reviving and ending in any order (G-05, G-06).

Always: nobody is mailed after leaving, no group without a contact stays open, nobody is told the same twice, and nobody
knows of the meetings whom no contact has let know, while there is somebody who does.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from events import reminders
from events.groups import leaving, meetings
from events.groups.meetings import Plan
from events.models import Reply
from mailings.models import Delivery
from members.groups import joining, lifecycle, memberships, talking
from members.groups.joining import Decision
from members.models import Group, GroupMembership
from tests import FULL
from tests.members.groups.circle import asking, circle, email
from tests.post import Post

pytestmark = pytest.mark.django_db

NAMES = ["Jana", "Sven", "Aylin", "Olena", "Mehmet"]
names = st.sampled_from(NAMES)


class GroupMachine(RuleBasedStateMachine):
    """Moves its own clock; mails go out after every step."""

    clock = None
    post: Post

    def __init__(self) -> None:
        super().__init__()
        self._savepoint = transaction.savepoint()
        self.group = circle("Aylin")
        self.left: set[str] = set()
        self.trusted = {"Jana", "Sven", "Aylin"}  # who may know of the meetings
        self.kept_out: set[str] = set()
        self.asked: list[str] = []  # who has asked to join, and is asked once whether that is so
        self._deliver()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self._savepoint)

    def belongs(self, name: str) -> GroupMembership | None:
        rows = GroupMembership.objects.members().filter(group=self.group, address__email=email(name))
        return rows.select_related("group", "address").first()

    def some_contact(self) -> GroupMembership | None:
        rows = GroupMembership.objects.contacts().filter(group=self.group)
        return rows.select_related("group", "address").first()

    def went(self, name: str) -> None:
        self.left.add(email(name))
        self.trusted.discard(name)

    @rule(name=names)
    def ask(self, name: str) -> None:
        asks = GroupMembership.objects.asking().filter(address__email=email(name)).exists()
        if self.belongs(name) is None and not asks and Group.objects.get(pk=self.group.pk).is_open:
            asking(self.group, name)
            self.asked.append(email(name))

    @rule(decision=st.sampled_from([Decision.YES, Decision.YES, Decision.NO]))
    def decide(self, decision: Decision) -> None:
        contact, waiting = self.some_contact(), joining.waiting(self.group)
        assert not self.kept_out & {each.name for each in waiting}
        if waiting and contact:
            done = joining.decide(contact, waiting[0].pk, decision)
            if done and decision == Decision.YES:
                self.left.discard(waiting[0].address.email)

    @rule(name=names)
    def leave(self, name: str) -> None:
        if found := self.belongs(name):
            leaving.leave(found, "Test")
            self.went(name)

    @rule(name=names, keep_out=st.booleans())
    def take_out(self, name: str, keep_out: bool) -> None:
        contact, found = self.some_contact(), self.belongs(name)
        if contact and found and leaving.remove_by(contact, found, keep_out=keep_out):
            self.went(name)
            if keep_out:
                self.kept_out.add(name)

    @rule(name=names)
    def keep_out(self, name: str) -> None:
        memberships.keep_out(self.group, email(name), "beate")
        self.kept_out.add(name)

    @rule(name=names)
    def help(self, name: str) -> None:
        if found := self.belongs(name):
            nobody_else = not self.trusted
            had_one = self.some_contact() is not None
            if memberships.become_contact(found):
                assert not had_one
                assert name in self.trusted or nobody_else
                self.trusted.add(name)

    @rule(name=names)
    def appoint(self, name: str) -> None:
        contact, found = self.some_contact(), self.belongs(name)
        if contact and found:
            memberships.appoint(contact, found)

    @rule(name=names)
    def step_back(self, name: str) -> None:
        if found := self.belongs(name):
            memberships.step_back(found)

    @rule(name=names)
    def release(self, name: str) -> None:
        contact, found = self.some_contact(), self.belongs(name)
        if contact and found and meetings.release(contact, found):
            self.trusted.add(name)

    @rule(name=names)
    def pause(self, name: str) -> None:
        if found := self.belongs(name):
            memberships.pause(found)

    @rule(often=st.sampled_from([False, False, False, True]))
    def close(self, often: bool) -> None:
        if often:
            leaving.close(self.group)

    @rule(name=names)
    def write(self, name: str) -> None:
        if found := self.belongs(name):
            try:
                talking.say(found, "Hallo")
            except talking.NotSent:
                return

    @rule(name=names)
    def suggest(self, name: str) -> None:
        begins_at = timezone.now() + timedelta(days=20)
        if found := self.belongs(name):
            try:
                meetings.propose(found, Plan("Tee", begins_at, begins_at + timedelta(hours=1), "Parkweg 3"))
            except meetings.Refused:
                return

    @rule(days=st.sampled_from([1, 15, 40, 100, 200]))
    def wait(self, days: int) -> None:
        self.clock.move_to(timezone.now() + timedelta(days=days), tick=False)  # type: ignore[attr-defined]
        for _ in range(2):
            lifecycle.daily(timezone.now())
            reminders.send(timezone.now())

    @invariant()
    def nobody_is_mailed_after_leaving(self) -> None:
        told = self._deliver()
        ended = "Ihre Gruppe ist zu Ende"
        questions = [mail["To"] for mail in told if mail["Subject"] == "Bitte bestätigen Sie Ihre Adresse"]
        assert questions == self.asked
        self.asked.clear()
        others = [mail for mail in told if mail["Subject"] != "Bitte bestätigen Sie Ihre Adresse"]
        assert not [
            mail for mail in others if mail["To"] in self.left and mail["Subject"] not in ("Ihre Anfrage", ended)
        ]

    @invariant()
    def no_group_without_a_contact_is_open(self) -> None:
        if Group.objects.filter(pk=self.group.pk, state="alive").exists():
            assert lifecycle.has_contact(self.group)

    @invariant()
    def only_those_know_of_the_meetings_who_may(self) -> None:
        knowing = GroupMembership.objects.filter(group=self.group).exclude(released_at=None)
        assert set(knowing.values_list("name", flat=True)) == self.trusted

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        rows = Delivery.objects.exclude(address=None).values_list("mailing", "address")
        assert max(Counter(rows).values(), default=0) <= 1
        ended = Delivery.objects.filter(mailing__template="groups/ended", mailing__list_key=self.group.list_key)
        assert max(Counter(ended.values_list("address", flat=True)).values(), default=0) <= 1

    @invariant()
    def who_left_comes_to_nothing(self) -> None:
        ahead = Reply.objects.coming().filter(event__group=self.group, event__ends_at__gt=timezone.now())
        people = GroupMembership.objects.members().filter(group=self.group).values("address")
        assert not ahead.exclude(address__in=people)

    def _deliver(self) -> list:
        self.clock.shift(timedelta(seconds=2))  # type: ignore[attr-defined]
        return self.post.deliver()


def test_whatever_people_do_in_whatever_order(time_machine, post: Post) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)

    class Machine(GroupMachine):
        clock = time_machine

    Machine.post = post
    few = settings(
        max_examples=60 if FULL else 4,
        stateful_step_count=30 if FULL else 12,
        derandomize=not FULL,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Machine, settings=few)
