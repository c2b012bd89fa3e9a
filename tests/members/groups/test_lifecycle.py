"""How a group lives on: asked every three months, resting, revived, ended; nobody is told twice (G-05)."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from members.groups import lifecycle, memberships, talking
from members.groups.lifecycle import daily
from members.models import Group, GroupMembership
from netzwerk import upkeep
from tests.events.meetings import berlin
from tests.members.groups.circle import address, circle, join, member, page_of
from tests.post import Post, text_of
from tests.pressing import press
from tests.tallies import counted

pytestmark = pytest.mark.django_db

START = berlin("2026-11-29 12:00")


@pytest.fixture
def group(time_machine, post: Post) -> Group:
    time_machine.move_to(START, tick=False)
    made = circle("Aylin")
    post.deliver()
    time_machine.move_to(START + timedelta(minutes=1), tick=False)  # files of one second stand in any order
    return made


def state(group: Group) -> tuple[str, int]:
    group.refresh_from_db()
    return group.state, group.checks


def told(post: Post) -> list[tuple[str, str]]:
    return sorted((mail["To"].partition("@")[0], mail["Subject"]) for mail in post.deliver())


def on(time_machine, moment: datetime) -> None:
    time_machine.move_to(moment, tick=False)
    daily(timezone.now())


def test_the_whole_cycle_of_a_group_that_nobody_answers_for(group: Group, post: Post, time_machine) -> None:
    question, rests = "Trifft sich Ihre Gruppe noch?", "Ihre Gruppe ruht"
    asked = berlin("2027-02-28 00:00")  # three months later, at the end of a short month
    on(time_machine, asked - timedelta(seconds=1))
    assert (state(group), told(post)) == (("alive", 0), [])
    on(time_machine, asked)
    assert (state(group), told(post)) == (("alive", 1), [("jana", question), ("sven", question)])
    on(time_machine, asked + timedelta(days=14, seconds=-1))
    assert told(post) == []
    on(time_machine, asked + timedelta(days=14))
    assert (state(group), told(post)) == (("alive", 2), [("jana", question), ("sven", question)])
    on(time_machine, asked + timedelta(days=30, seconds=-1))
    assert told(post) == []
    on(time_machine, asked + timedelta(days=30))
    assert (state(group), told(post)) == (("resting", 0), [("jana", rests), ("sven", rests)])
    assert not Group.objects.public()
    ends = berlin("2027-09-30 00:00")
    on(time_machine, ends - timedelta(seconds=1))
    assert (state(group), told(post)) == (("resting", 0), [])
    on(time_machine, ends)
    over = "Ihre Gruppe ist zu Ende"
    assert (state(group), told(post)) == (("ended", 0), [("aylin", over), ("jana", over), ("sven", over)])
    for _ in range(3):
        on(time_machine, timezone.now() + timedelta(days=200))
    assert told(post) == []
    assert GroupMembership.objects.members().filter(group=group).count() == 3  # nobody was deleted here


def test_two_days_missed_lose_nothing_and_a_second_run_repeats_nothing(group: Group, post: Post, time_machine) -> None:
    on(time_machine, berlin("2027-04-15 08:00"))
    daily(timezone.now())
    upkeep.run()
    assert [who for who, _ in told(post)] == ["jana", "sven"]
    assert state(group) == ("alive", 1)


def test_jana_says_yes_with_two_taps_and_sven_is_not_counted_twice(
    client: Client, group: Group, post: Post, time_machine
) -> None:
    on(time_machine, berlin("2027-03-01 08:00"))
    assert len(post.deliver()) == 2
    path = page_of(group, "Jana")
    html = press(client, client.get(path).content.decode(), "Ja, wir treffen uns", path, oft="6")
    assert "Schön, dass Sie sich treffen." in html
    assert lifecycle.answered(member(group, "Sven"), 5) is False
    assert counted("group met") == 6
    on(time_machine, berlin("2027-03-20 08:00"))
    assert told(post) == []
    on(time_machine, berlin("2027-06-01 00:00"))
    assert [who for who, _ in told(post)] == ["jana", "sven"]


def test_a_message_answers_the_question_and_wakes_a_resting_group(group: Group, post: Post, time_machine) -> None:
    on(time_machine, berlin("2027-03-01 08:00"))
    talking.say(member(group, "Aylin"), "Hallo")
    assert state(group) == ("alive", 0)
    for day in ("2027-06-02", "2027-06-20", "2027-07-10"):
        on(time_machine, berlin(f"{day} 08:00"))
    assert state(group) == ("resting", 0)
    post.deliver()
    time_machine.move_to(berlin("2027-07-11 08:00"), tick=False)
    talking.say(member(group, "Aylin"), "Es geht weiter")
    assert state(group) == ("alive", 0)
    assert told(post) == [("jana", "Nachricht von Aylin"), ("sven", "Nachricht von Aylin")]
    assert [counted(f"group {what}") for what in ("founded", "rested", "revived", "ended")] == [1, 1, 1, 0]


def test_no_lets_it_rest_and_a_tap_wakes_it(client: Client, group: Group, post: Post, time_machine) -> None:
    on(time_machine, berlin("2027-03-01 08:00"))
    path = page_of(group, "Jana")
    assert "Ihre Gruppe ruht jetzt." in press(client, client.get(path).content.decode(), "Nein, gerade nicht", path)
    assert state(group)[0] == "resting"
    press(client, client.get(path).content.decode(), "Ja, wir treffen uns", path)
    assert state(group)[0] == "alive"


def test_a_contact_who_leaves_has_the_other(group: Group, post: Post) -> None:
    memberships.end(member(group, "Jana"), "left", "Test")
    assert (state(group), told(post)) == (("alive", 0), [])


def test_a_contact_whose_new_address_belongs_already_stays_the_contact(group: Group) -> None:
    join(group, "Kim")  # a contact's other address, unknown to all
    memberships.end(member(group, "Sven"), "left", "Test")
    with transaction.atomic():
        memberships.move(address("Jana"), address("Kim"))
    kim = member(group, "Kim")
    assert (kim.contact, kim.released_at is not None) == (True, True)
    assert not GroupMembership.objects.filter(address=address("Jana"))


def test_a_new_address_that_is_no_contact_makes_nobody_one(group: Group) -> None:
    join(group, "Kim")
    join(group, "Olena")
    with transaction.atomic():
        memberships.move(address("Olena"), address("Kim"))
    assert (member(group, "Kim").contact, member(group, "Kim").released_at) == (False, None)


def test_without_any_contact_it_is_closed_until_somebody_taps(client: Client, group: Group, post: Post) -> None:
    for name in ("Jana", "Sven"):
        memberships.end(member(group, name), "left", "Test")
    assert state(group)[0] == "resting"
    assert told(post) == [("aylin", "Ihre Gruppe braucht jemanden")]
    assert client.get(f"/gruppen/{group.slug}/").status_code == 404
    with pytest.raises(talking.NotSent):
        talking.say(member(group, "Aylin"), "Hallo")
    path = page_of(group, "Aylin")
    assert "Sie sind jetzt Ansprechperson." in press(client, client.get(path).content.decode(), "Ich mache das", path)
    assert (state(group)[0], member(group, "Aylin").contact) == ("alive", True)


def test_the_last_contact_of_a_resting_group_leaves_and_each_helper_is_asked_once(
    group: Group, post: Post, time_machine
) -> None:
    join(group, "Olena", knowing=True)
    join(group, "Rolf")
    for day in ("2027-03-01", "2027-03-20", "2027-04-10"):
        on(time_machine, berlin(f"{day} 08:00"))
    assert state(group)[0] == "resting"
    post.deliver()
    asked = "Ihre Gruppe braucht jemanden"
    # Nobody else is left to ask when Olena goes.
    expected = {"Jana": [], "Sven": ["aylin", "olena"], "Aylin": [], "Olena": ["rolf"]}
    for who, those in expected.items():
        time_machine.shift(60)
        memberships.end(member(group, who), "left", "Test")
        assert told(post) == [(name, asked) for name in those]
    assert memberships.become_contact(member(group, "Rolf"))
    assert state(group)[0] == "alive"


def test_the_last_one_to_go_ends_it(group: Group, post: Post) -> None:
    for name in ("Jana", "Sven", "Aylin"):
        memberships.end(member(group, name), "left", "Test")
    assert state(group)[0] == "ended"


def test_every_mail_of_the_life_of_a_group_is_short(group: Group, post: Post, time_machine) -> None:
    for day in ("2027-03-01", "2027-03-20", "2027-04-10", "2027-11-01"):
        on(time_machine, berlin(f"{day} 08:00"))
    mails = post.deliver()
    assert len(mails) == 9
    for mail in mails:
        assert len(text_of(mail).partition("\n--\n")[0].split()) <= 85, mail["Subject"]
