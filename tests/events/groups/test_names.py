"""Two people of a group with one first name: whoever chooses a person can tell them apart, and see who is a contact."""

import re

import pytest
from django.test import Client

from events.groups import leaving
from events.groups.forms import others, reportable
from members.groups import joining, memberships, reports, talking
from members.groups.joining import Decision
from members.models import Group, GroupReport, GroupRequest
from tests.desk import page
from tests.members.groups.circle import circle, contact, email, member, page_of
from tests.post import Post
from tests.pressing import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    """Jana, who founded it, Sven and Aylin; and somebody who calls herself "jana" came last."""
    made = circle("Aylin")
    joining.ask(made, email("Falsch"), "jana", "Hallo", None)
    joining.confirm(GroupRequest.objects.latest("pk"))
    joining.decide(contact(made), member(made, "Falsch").pk, Decision.YES)
    return made


def test_the_second_jana_has_a_number_wherever_somebody_chooses(client: Client, group: Group) -> None:
    aylin = member(group, "Aylin")
    names = dict(others(aylin))
    assert names[member(group, "Jana").pk] == "Jana (Ansprechperson)"
    assert names[member(group, "Falsch").pk] == "jana (2)"
    html = client.get(page_of(group, "Aylin")).content.decode()
    assert "Nur an Jana (Ansprechperson)" in html
    assert "Nur an jana (2)" in html
    assert "<b>jana (2)</b>" in html
    memberships.end(member(group, "Sven"), "left", "Test")
    assert len(others(aylin)) == 2


def test_her_messages_do_not_look_like_those_of_the_first(client: Client, group: Group, post: Post) -> None:
    post.deliver()
    talking.say(member(group, "Falsch"), "Schick mir deine Nummer.")
    talking.say(member(group, "Jana"), "Bis morgen.")
    assert {mail["Subject"] for mail in post.deliver()} == {"Nachricht von jana (2)", "Nachricht von Jana"}
    html = client.get(page_of(group, "Aylin")).content.decode()
    assert re.findall(r"<b>(jana.*)</b>\s+<span class=\"small\">", html, re.IGNORECASE) == [
        "Jana (Ansprechperson)",
        "jana (2)",
    ]


def test_on_the_desk_the_right_one_is_taken_out(group: Group, beate: Client) -> None:
    html = page(beate, f"/verwaltung/members/group/{group.pk}/change/")
    assert f'<option value="{member(group, "Falsch").pk}">jana (2)</option>' in html
    assert "Jana (Ansprechperson), Sven (Ansprechperson), Aylin, jana (2)" in html


def test_ralf_who_threatens_and_leaves_can_still_be_named(client: Client, group: Group) -> None:
    ralf = member(group, "Falsch")
    talking.say(ralf, "Ich weiß, wo du wohnst.")
    leaving.leave(ralf, "Test")
    aylin = member(group, "Aylin")
    assert ralf.pk not in dict(others(aylin))
    assert dict(reportable(aylin))[ralf.pk] == "jana (2, nicht mehr dabei)"
    at = page_of(group, "Aylin")
    html = client.get(at).content.decode()
    press(client, html, "Den Beauftragten schreiben", at, about=str(ralf.pk), text="Er droht.")
    found = GroupReport.objects.get()
    assert (found.about, "Ich weiß" in found.written) == (ralf, True)


def test_nobody_outside_can_be_chosen_for_a_report(client: Client, group: Group) -> None:
    other = circle("Olena")
    at = page_of(group, "Aylin")
    html = client.get(at).content.decode()
    olena = str(member(other, "Olena").pk)
    press(client, html, "Den Beauftragten schreiben", at, about=olena, text="Sie droht.")
    assert not GroupReport.objects.exists()


def test_a_report_without_a_person_says_so(group: Group, beate: Client) -> None:
    found = reports.report(member(group, "Aylin"), "Es ist laut.")
    html = page(beate, f"/verwaltung/members/groupreport/{found.pk}/change/")
    assert "niemanden Bestimmtes" in html
