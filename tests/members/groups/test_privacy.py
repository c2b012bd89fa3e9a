"""Export, erasure, and how long what is said in groups is kept (G-07, P-07, P-08)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.groups import leaving
from events.models import Event, Reply
from members import leaving as network
from members.groups import joining, lifecycle, memberships, reports, talking
from members.groups.joining import Decision
from members.models import Consent, Group, GroupMembership, GroupMessage, GroupReport, GroupRequest, KeptOut
from netzwerk import upkeep
from netzwerk.privacy import register
from netzwerk.report import counting, spans
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import address, asking, circle, email, member, proposed, ready
from tests.members.people import active
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post
from tests.slow import one_in
from tests.tallies import counts

pytestmark = pytest.mark.django_db


def figures_of(number: int) -> dict[str, int | None]:
    """The report's figures of the year, as counted so far."""
    return counting.count([spans.year(number)], timezone.localdate())[0].values


def aylin_in_all_of_it() -> Group:
    """Aylin has a meeting, messages, a number and a report of her own."""
    group = circle("Ayliniki")
    aylin = member(group, "Ayliniki")
    walk(aylin)
    talking.say(aylin, "Seltsamer Satz.")
    memberships.show_phone(aylin, "030 23125-167", [member(group, "Jana")])
    reports.report(aylin, "Das war nicht schön.", member(group, "Sven"))
    return group


def test_the_export_has_all_of_it_and_not_who_is_kept_out() -> None:
    group = aylin_in_all_of_it()
    memberships.keep_out(group, email("Ayliniki"), "beate")
    held = register.export(address("Ayliniki"))
    [belongs] = held["Gruppen"]
    assert (belongs["Gruppe"], belongs["Ihr Vorname dort"], belongs["Telefon"]) == (
        "Draußen mit Kindern",
        "Ayliniki",
        "030 23125-167",
    )
    assert belongs["zeigt die Nummer"] == ["Jana"]
    assert [each["Text"] for each in held["Nachrichten in Gruppen"]] == ["Seltsamer Satz."]
    assert held["Was Sie aus Gruppen gemeldet haben"][0]["Text"] == "Das war nicht schön."
    assert [each["Veranstaltung"] for each in held["Einladungen und Antworten"]] == ["Spaziergang"]
    assert "Schlüssel" not in str(held)


def test_the_export_of_somebody_taken_out_does_not_name_who_did_it() -> None:
    group = circle("Ralf", "Rolf")
    jana = member(group, "Jana")
    leaving.remove_by(jana, member(group, "Ralf"), keep_out=True)
    leaving.remove(member(group, "Rolf"), by="beate", keep_out=True)
    for name in ("Ralf", "Rolf"):
        held = register.export(address(name))["Einwilligung"]
        assert [link["Handlung"] for link in held][-1] == "abgemeldet"
        assert {link["eingetragen von"] for link in held} == {""}
    assert Consent.objects.filter(entered_by="beate").count() == 1  # officers know


def test_after_an_erasure_nothing_of_her_is_left_but_the_figures(db) -> None:
    group = aylin_in_all_of_it()
    before = counts()
    register.erase(address("Ayliniki"), timezone.now())
    left = dump(db)
    for trace in ("ayliniki", "Ayliniki", "23125-167", "Seltsamer Satz", "Parkweg 3"):
        assert trace not in left, trace
    assert counts() == before
    assert (GroupReport.objects.get().text, GroupReport.objects.get().name) == ("Das war nicht schön.", "")
    assert group.memberships.members().count() == 2


def test_erasing_the_last_contact_closes_the_group() -> None:
    group = circle("Aylin")
    for name in ("Jana", "Sven"):
        register.erase(address(name), timezone.now())
    group.refresh_from_db()
    assert group.state == "resting"


def test_who_is_kept_out_stays_so_after_an_erasure(db) -> None:
    group = circle("Ralf")
    leaving.remove(member(group, "Ralf"), by="beate", keep_out=True)
    register.erase(address("Ralf"), timezone.now())
    assert "ralf" not in dump(db)
    assert KeptOut.objects.count() == 1
    joining.ask(group, email("Ralf"), "Rolf", "Hallo", None)
    joining.confirm(GroupRequest.objects.get(address__email=email("Ralf")))
    assert joining.waiting(group) == []


def at(time_machine, moment) -> None:
    time_machine.move_to(moment, tick=False)
    upkeep.run()


def test_messages_requests_and_people_who_left_go_after_thirty_days(time_machine, db) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    group = circle("Aylin")
    talking.say(member(group, "Aylin"), "Seltsamer Satz.")
    asking(group, "Mehmetiki")
    leaving.leave(member(group, "Aylin"), "Test")
    at(time_machine, start + timedelta(days=30))
    assert (GroupMessage.objects.count(), GroupMembership.objects.count()) == (1, 4)
    at(time_machine, start + timedelta(days=30, seconds=1))
    assert (GroupMessage.objects.count(), GroupMembership.objects.count()) == (0, 2)
    assert GroupRequest.objects.count() == 0
    assert Consent.objects.filter(address__email=email("Aylin")).count() == 3  # the proof stays


def test_a_request_that_nobody_confirms_is_gone_after_seven_days(time_machine, db) -> None:
    """P-03"""
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    group = circle()
    joining.ask(group, "mehmetiki@example.org", "Mehmetiki", "Seltsamer Satz.", None)
    at(time_machine, start + timedelta(days=7))
    assert "Seltsamer Satz" in dump(db)
    at(time_machine, start + timedelta(days=7, seconds=1))
    left = dump(db)
    assert "Seltsamer Satz" not in left
    assert "mehmetiki" not in left


def nowhere(how: str, group: Group) -> None:
    """Mehmetiki asks, and does not get in."""
    if how == "kept out":
        memberships.keep_out(group, email("Mehmetiki"), "beate")
    joining.ask(group, email("Mehmetiki"), "Mehmetiki", "Seltsamer Satz.", None)
    if how == "group takes nobody":
        memberships.arrange(member(group, "Jana"), takes_members=False, shown=True)
    joining.confirm(GroupRequest.objects.get(address__email=email("Mehmetiki")))
    if how in ("declined", "never"):
        decision = Decision.NO if how == "declined" else Decision.NEVER
        joining.decide(member(group, "Jana"), member(group, "Mehmetiki").pk, decision)
    if how == "group ends":
        leaving.close(group)


@pytest.mark.parametrize(
    "how", one_in(6, ["declined", "never", "no answer", "kept out", "group takes nobody", "group ends"])
)
def test_nothing_remains_of_somebody_who_did_not_get_in(how: str, time_machine, post: Post, db) -> None:
    """P-10: what they wrote goes after 30 days, the proof and the address at the end of the third year."""
    time_machine.move_to("2026-11-29T12:00:00+01:00", tick=False)
    nowhere(how, circle())
    post.deliver()
    at(time_machine, "2026-12-29T12:00:01+01:00")
    whose = {"address__email": email("Mehmetiki")}
    assert "Seltsamer Satz" not in dump(db)
    assert not GroupMembership.objects.filter(**whose)
    assert not GroupRequest.objects.filter(**whose)
    chain = Consent.objects.filter(**whose).order_by("pk")
    assert list(chain.values_list("act", flat=True)) == ["asked", "confirmed", "withdrawn"]
    at(time_machine, "2030-01-01T00:00:00+01:00")
    assert "mehmetiki" not in dump(db)


def test_the_export_of_somebody_kept_out_is_that_of_anybody_who_asks() -> None:
    group, exports = circle(), []
    memberships.keep_out(group, email("Ralf"), "beate")
    for name in ("Ralf", "Olaf"):
        asking(group, name)
        [held] = register.export(address(name))["Gruppen"]
        exports.append({key: value for key, value in held.items() if key not in ("Ihr Vorname dort", "angefragt")})
    assert exports[0] == exports[1]
    assert exports[0]["Stand"] == "fragt an"


def test_reports_go_after_ninety_days(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    aylin_in_all_of_it()
    at(time_machine, start + timedelta(days=90))
    assert GroupReport.objects.count() == 1
    at(time_machine, start + timedelta(days=90, seconds=1))
    assert GroupReport.objects.count() == 0


def test_whom_a_report_is_about_is_known_as_long_as_the_report(time_machine) -> None:
    """Somebody taken out is forgotten after 30 days, but not while officers may have to look into it."""
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    group, ended = circle("Ralf"), circle("Rolf")
    for each, name in ((group, "Ralf"), (ended, "Rolf")):
        reports.report(member(each, "Sven"), "Er droht.", member(each, name))
    leaving.remove_by(member(group, "Jana"), member(group, "Ralf"), keep_out=True)
    leaving.close(ended)
    at(time_machine, start + timedelta(days=89))
    assert sorted(str(report.about) for report in GroupReport.objects.all()) == ["Ralf", "Rolf"]
    for name in ("Ralf", "Rolf"):
        assert "Gruppen" not in register.export(address(name))  # or it would tell them that there is a report
    assert Consent.objects.filter(act="withdrawn", address=address("Rolf")).count() == 1
    for days in (91, 92):
        at(time_machine, start + timedelta(days=days))
    assert not GroupReport.objects.exists()
    assert list(Group.objects.all()) == [group]
    assert group.memberships.count() == 2


def test_a_group_that_never_finds_its_second_contact_is_forgotten(time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    proposed()
    waits = ready(second="Olena")
    at(time_machine, start + timedelta(days=30, seconds=1))
    assert list(Group.objects.all()) == [waits]  # officers are slow, too


def test_an_ended_group_is_forgotten_and_its_proofs_at_the_end_of_the_third_year(time_machine, db) -> None:
    """P-10"""
    time_machine.move_to("2026-11-29T12:00:00+01:00", tick=False)
    group = circle("Ayliniki")
    leaving.close(group)
    at(time_machine, "2026-12-29T12:00:01+01:00")
    assert GroupMembership.objects.count() == 0
    assert Group.objects.count() == 1
    at(time_machine, "2027-02-28T12:00:00+01:00")
    assert Group.objects.count() == 0
    assert Consent.objects.filter(address__email=email("Ayliniki"), act="withdrawn").count() == 1
    at(time_machine, "2029-12-31T23:59:59+01:00")
    assert "ayliniki" in dump(db)
    at(time_machine, "2030-01-01T00:00:00+01:00")
    assert not Consent.objects.filter(address__email=email("Ayliniki"))
    assert "ayliniki" not in dump(db)


def test_a_group_is_forgotten_that_was_closed_with_a_meeting_half_a_year_ahead(time_machine) -> None:
    time_machine.move_to("2026-11-29T12:00:00+01:00", tick=False)
    group = circle("Aylin")
    walk(member(group, "Aylin"), days=170)
    leaving.close(group)
    at(time_machine, "2026-12-29T11:59:59+01:00")
    assert Event.of_all.count() == 1
    at(time_machine, "2026-12-29T12:00:00+01:00")
    assert (Event.of_all.count(), Reply.objects.count()) == (0, 0)
    at(time_machine, "2027-02-28T12:00:00+01:00")
    assert Group.objects.count() == 0


def test_leaving_the_network_keeps_the_groups_and_their_proof(time_machine, post: Post) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    active(email("Aylin"))
    group = circle("Aylin")
    network.leave(address("Aylin"), "Test")
    for days in (0, 40):
        at(time_machine, start + timedelta(days=days))
    assert (address("Aylin").list_mail, member(group, "Aylin").state) == (False, "member")
    chain = Consent.objects.filter(address=address("Aylin"), lists__contains="Draußen mit Kindern")
    assert list(chain.values_list("act", flat=True)) == ["asked", "confirmed"]
    post.deliver()
    time_machine.move_to(start + timedelta(days=40, minutes=1), tick=False)  # files of one second stand in any order
    talking.say(member(group, "Sven"), "Hallo")
    assert email("Aylin") in {mail["To"] for mail in post.deliver()}


def test_the_report_counts_what_became_of_groups(time_machine) -> None:
    time_machine.move_to("2026-11-29T12:00:00+01:00", tick=False)
    first, second, third = circle(), circle(), circle()
    time_machine.move_to("2027-03-05T12:00:00+01:00", tick=False)
    lifecycle.daily(timezone.now())
    lifecycle.answered(member(first, "Jana"), 7)
    lifecycle.answered_no(member(second, "Jana"))
    leaving.close(third)
    year = figures_of(2027)
    assert (year["groups.founded"], year["groups.ended"], year["groups.meetings"]) == (0, 1, 7)
    assert (year["groups.alive"], year["groups.resting"]) == (1, 1)
    assert figures_of(2026)["groups.founded"] == 3
