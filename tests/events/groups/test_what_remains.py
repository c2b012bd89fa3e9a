"""What is left of somebody in a group who has gone: no place, no name, no number of children."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.groups import leaving, meetings
from events.models import Reply
from mailings.models import Mailing
from members.groups import joining, memberships, reports, talking
from members.models import GroupMembership, GroupReport, GroupRequest
from netzwerk import upkeep
from netzwerk.privacy import register
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import address, asking, circle, email, join, member, page_of
from tests.post import Post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("last", ["leaves", "is erased"])
def test_a_newcomer_reads_no_place_that_nobody_knows_any_more(last: str, client: Client) -> None:
    group = circle()
    olena = join(group, "Olena")
    walk(member(group, "Jana"))
    leaving.leave(member(group, "Jana"), "Test")
    if last == "leaves":
        leaving.leave(member(group, "Sven"), "Test")
    else:
        register.erase(address("Sven"), timezone.now())
    assert memberships.become_contact(olena) is True
    assert "Parkweg" not in client.get(page_of(group, "Olena")).content.decode()


def test_ralf_cannot_change_the_name_under_which_he_wrote(time_machine) -> None:
    """He is kept out and asks again: nobody hears of it, and officers still know whom a report is about."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    group = circle("Aylin", "Ralf")
    ralf = member(group, "Ralf")
    talking.say(ralf, "Seltsamer Satz.")
    reports.report(member(group, "Aylin"), "Er schreibt mir nachts.", ralf)
    leaving.remove(ralf, by="beate", keep_out=True)
    joining.ask(group, email("Ralf"), "Beate", "Ich bin neu.", None)
    joining.confirm(GroupRequest.objects.filter(address=address("Ralf")).latest("pk"))
    assert member(group, "Ralf").name == "Ralf"
    for days in (31, 62):
        time_machine.move_to(now + timedelta(days=days), tick=False)
        upkeep.run()
        about = GroupReport.objects.get().about
        assert about is not None
        assert (about.name, about.state, about.sentence) == ("Ralf", GroupMembership.State.LEFT, "")
    time_machine.move_to(now + timedelta(days=91), tick=False)
    upkeep.run()
    assert not GroupMembership.objects.filter(address__email=email("Ralf"))


@pytest.mark.parametrize("name", ["Ayliniki", "Jana-Mia M."])
def test_no_mail_says_the_name_of_somebody_who_is_erased(name: str, time_machine, post: Post) -> None:
    """P-08: after 14 days the text of a mail is gone and its subject is still there."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    group = circle("Aylin")
    GroupMembership.objects.filter(pk=member(group, "Aylin").pk).update(name=name)
    talking.say(member(group, "Aylin"), "Hallo")
    talking.say(member(group, "Sven"), "Hallo")
    post.deliver()
    time_machine.move_to(now + timedelta(days=20), tick=False)
    upkeep.run()
    assert Mailing.objects.filter(subject__contains=name).count() == 1
    register.erase(address("Aylin"), timezone.now())
    assert Mailing.objects.filter(subject__contains=name).count() == 0
    assert Mailing.objects.filter(subject__contains="Sven").count() == 1


def test_how_many_children_came_is_forgotten_after_seven_days(time_machine) -> None:
    """P-11, as at the meetings of the network."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    group = circle("Aylin")
    event = walk(member(group, "Jana"), days=1)
    meetings.answer(member(group, "Aylin"), event, comes=True, children=2)
    came = Reply.objects.filter(event=event, address=address("Aylin"))
    for over, children in ((timedelta(days=7) - timedelta(seconds=1), 2), (timedelta(days=7), 0)):
        time_machine.move_to(event.ends_at + over, tick=False)
        upkeep.run()
        assert [sum(reply.children) for reply in came.all()] == [children]


def test_what_somebody_wrote_who_asked_goes_with_the_group() -> None:
    group = circle()
    assert asking(group, "Mehmet").sentence == "Meine Tochter ist 5."
    leaving.close(group)
    assert member(group, "Mehmet").sentence == ""
