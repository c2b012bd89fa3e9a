"""Leaving, being taken out, and being kept out: silent, at once, and for this group only (G-06)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from events.groups import leaving, meetings
from events.groups.meetings import Plan
from events.models import Event, Reply
from mailings.models import Address, Delivery
from members.groups import joining, lifecycle, links, memberships, reports, talking
from members.models import Group, GroupMembership, GroupReport
from tests.desk import logged, page
from tests.members.groups.circle import asking, circle, email, join, member, page_of
from tests.post import Post, link_in
from tests.pressing import press

pytestmark = pytest.mark.django_db


def walk(by: GroupMembership, days: float = 9) -> Event:
    begins_at = timezone.now() + timedelta(days=days)
    return meetings.propose(by, Plan("Spaziergang", begins_at, begins_at + timedelta(hours=2), "Parkweg 3"))


def leave_path(group: Group, name: str) -> str:
    return links.leave_url(member(group, name)).removeprefix(settings.SITE_URL)


def test_aylin_leaves_and_nobody_is_told(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    event = walk(member(group, "Olena"))
    meetings.answer(member(group, "Aylin"), event, comes=True, children=2)
    post.deliver()
    own, away = page_of(group, "Aylin"), leave_path(group, "Aylin")
    assert away in client.get(own).content.decode()
    html = press(client, client.get(away).content.decode(), "Gruppe verlassen", away)
    assert "Sie sind nicht mehr in der Gruppe" in html
    assert post.deliver() == []
    assert client.get(own).status_code == 404
    assert not Reply.objects.filter(event=event, address__email=email("Aylin"))
    event.capacity.refresh_from_db()
    assert event.capacity.seats == 1
    assert "Aylin" not in client.get(page_of(group, "Olena")).content.decode()


def test_get_does_not_leave(client: Client) -> None:
    """M-03"""
    group = circle("Aylin")
    client.get(leave_path(group, "Aylin"))
    assert member(group, "Aylin").state == "member"


def test_ruth_takes_somebody_out_for_good(client: Client, beate: Client, post: Post) -> None:
    group = circle("Ralf")
    reports.report(member(group, "Jana"), "Er ist mir gefolgt.", member(group, "Ralf"))
    assert "Meldung aus einer Gruppe ist offen" in page(beate, "/verwaltung/")
    own = page_of(group, "Ralf")
    post.deliver()
    talking.say(member(group, "Sven"), "Morgen?")
    ralf = member(group, "Ralf")
    at = f"/verwaltung/members/group/{group.pk}/change/"
    said = press(beate, page(beate, at), "Aus der Gruppe nehmen", at, person=str(ralf.pk))
    assert "Sie erfährt nicht, warum." in said
    assert email("Ralf") not in {mail["To"] for mail in post.deliver()}
    assert client.get(own).status_code == 404
    assert client.get(links.leave_url(ralf).removeprefix(settings.SITE_URL)).status_code == 404
    assert any("Gruppe" in line and "example.org" not in line for line in logged())
    joining.ask(group, email("Ralf"), "Rolf", "Ich bin neu.", None)
    joining.confirm(group.requests.latest("pk"))
    assert joining.waiting(group) == []


def test_a_contact_takes_somebody_out_but_not_another_contact(client: Client) -> None:
    group = circle("Ralf")
    path = page_of(group, "Jana")
    said = press(client, client.get(path).content.decode(), "Aus der Gruppe nehmen", path)
    assert "Sie erfährt nicht, warum." in said
    assert member(group, "Ralf").state == "removed"
    assert leaving.remove_by(member(group, "Jana"), member(group, "Sven"), keep_out=True) is False
    assert memberships.is_kept_out(group, email("Sven")) is False


def test_nobody_but_a_contact_can(client: Client) -> None:
    group = circle("Aylin", "Olena")
    other = circle("Ralf")
    olena = member(group, "Olena")
    for who in (member(group, "Aylin"), member(other, "Jana")):
        assert leaving.remove_by(who, olena, keep_out=True) is False
        assert meetings.release(who, olena) is False
    path = page_of(group, "Aylin")
    client.post(path, {"tun": "herausnehmen", "person": olena.pk})
    client.post(path, {"tun": "aushang"})
    assert member(group, "Olena").state == "member"
    assert Group.objects.get(pk=group.pk).shown


def test_who_is_taken_out_without_more_may_ask_again() -> None:
    group = circle("Ralf")
    leaving.remove_by(member(group, "Jana"), member(group, "Ralf"), keep_out=False)
    assert asking(group, "Ralf").state == "asked"


def test_beate_keeps_out_an_address_that_nobody_knows_yet_and_takes_it_back(beate: Client, post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    at = f"/verwaltung/members/group/{group.pk}/change/"
    said = set()
    for typed in ("Ralf@Example.org", email("Ralf"), email("Aylin")):
        html = press(beate, page(beate, at), "Nicht hereinlassen", at, email=typed)
        said.add(re.search(r"Eine Adresse wird nicht hereingelassen[^<]*", html).group())  # type: ignore[union-attr]
    assert len(said) == 1
    assert "example.org" not in page(beate, at) + "".join(logged())
    assert ("von beate" in page(beate, at), group.kept_out.count()) == (True, 2)
    asking(group, "Ralf")
    assert (joining.waiting(group), [mail["To"] for mail in post.deliver()]) == ([], [email("Ralf")])
    press(beate, page(beate, at), "Adresse 1 wieder anfragen lassen", at)
    assert [each.name for each in joining.waiting(group)] == ["Ralf"]
    assert logged()[-1].endswith("Diese Adresse darf wieder anfragen.")


def test_an_address_that_cannot_be_is_said(beate: Client) -> None:
    group = circle()
    at = f"/verwaltung/members/group/{group.pk}/change/"
    said = press(beate, page(beate, at), "Nicht hereinlassen", at, email="ralf@")
    assert "Hinter dem @ fehlt etwas" in said
    assert not group.kept_out.exists()


def test_the_desk_says_and_logs_that_somebody_who_has_gone_is_kept_out(beate: Client) -> None:
    group = circle("Ralf")
    at = f"/verwaltung/members/group/{group.pk}/change/"
    html, ralf = page(beate, at), member(group, "Ralf")
    leaving.leave(ralf, "Test")
    said = press(beate, html, "Aus der Gruppe nehmen", at, person=str(ralf.pk))
    assert "Hereingelassen wird sie auch später nicht." in said
    assert logged()[-1].endswith("Hereingelassen wird sie auch später nicht.")
    assert (member(group, "Ralf").state, memberships.is_kept_out(group, email("Ralf"))) == ("left", True)
    assert leaving.remove(ralf, by="beate", keep_out=True) is False


def test_beate_ends_a_group_and_its_meetings(beate: Client, post: Post) -> None:
    group = circle("Aylin")
    event = walk(member(group, "Aylin"))
    post.deliver()
    at = f"/verwaltung/members/group/{group.pk}/change/"
    assert "Die Gruppe ist zu Ende." in press(beate, page(beate, at), "Gruppe beenden", at)
    event.refresh_from_db()
    assert event.state == "cancelled"
    mails = post.deliver()
    assert sorted(mail["To"] for mail in mails if "zu Ende" in mail["Subject"]) == [
        "aylin@example.org",
        "jana@example.org",
        "sven@example.org",
    ]
    assert [mail["To"] for mail in mails if "Abgesagt" in mail["Subject"]] == ["aylin@example.org"]


@pytest.mark.logs_errors
def test_an_officer_does_nothing_that_the_log_does_not_hold(beate: Client, monkeypatch) -> None:
    group = circle("Aylin")
    at = f"/verwaltung/members/group/{group.pk}/change/"
    html = page(beate, at)
    monkeypatch.setattr("events.groups.admin.log", lambda *args, **named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        press(beate, html, "Gruppe beenden", at)
    assert Group.objects.get(pk=group.pk).state == "alive"


def test_what_is_reported_is_for_officers_and_holds_what_was_written(client: Client, beate: Client, post: Post) -> None:
    group = circle("Aylin", "Ralf")
    talking.say(member(group, "Ralf"), "Ich weiß, wo du wohnst.", member(group, "Aylin"))
    talking.say(member(group, "Sven"), "Bis morgen.")
    post.deliver()
    path = page_of(group, "Aylin")
    ralf = str(member(group, "Ralf").pk)
    said = press(
        client, client.get(path).content.decode(), "Den Beauftragten schreiben", path, text="Er droht.", about=ralf
    )
    assert "Aus der Gruppe erfährt es niemand." in said
    assert post.deliver() == []
    report = GroupReport.objects.get()
    assert ("Ich weiß, wo du wohnst." in report.written, "Bis morgen." in report.written) == (True, False)
    at = f"/verwaltung/members/groupreport/{report.pk}/change/"
    assert "Ich weiß, wo du wohnst." in page(beate, at)
    assert "example.org" not in page(beate, at)
    press(beate, page(beate, at), "Erledigt", at)
    assert "Meldung aus einer Gruppe ist offen" not in page(beate, "/verwaltung/")
    for name in ("Jana", "Ralf", "Sven"):
        assert "Er droht." not in client.get(page_of(group, name)).content.decode()


def test_a_complaint_ends_every_group(post: Post) -> None:
    group, other = circle("Aylin"), circle()
    join(other, "Aylin")
    post.deliver()
    leaving.complained(Address.objects.get(email=email("Aylin")))
    assert not GroupMembership.objects.members().filter(address__email=email("Aylin"))
    assert {member(each, "Aylin").state for each in (group, other)} == {"left"}
    assert not Delivery.objects.open()


def test_the_ex_partner_learns_nothing(client: Client, post: Post) -> None:
    """Ralf slips in under another name with two taps. He learns neither day nor place, no number and nothing older."""
    group = circle("Aylin")
    talking.say(member(group, "Aylin"), "Wir treffen uns am Bach.")
    walk(member(group, "Aylin"))
    memberships.show_phone(member(group, "Aylin"), "030 23125-167", [member(group, "Jana")])
    rolf = join(group, "Rolf")
    walk(member(group, "Jana"), days=20)
    html = client.get(page_of(group, "Rolf")).content.decode()
    everything = html + "".join(mail.as_string() for mail in post.deliver() if mail["To"] == email("Rolf"))
    for secret in ("Bach", "Parkweg", "Spaziergang", "23125-167", "23125167", "Treffen: ", "aylin@"):
        assert secret not in everything, secret
    for path in ("treffen/", "termin.ics"):
        answer = client.get(page_of(group, "Rolf") + path)
        assert "Parkweg" not in answer.content.decode()
    client.post(page_of(group, "Rolf"), {"tun": "antworten", "treffen": Event.of_all.latest("pk").pk, "antwort": "ja"})
    assert not Reply.objects.filter(address=rolf.address)
    client.post(page_of(group, "Rolf"), {"tun": "ansprechperson"})
    assert (member(group, "Rolf").contact, member(group, "Rolf").released_at) == (False, None)
    for name in ("Jana", "Sven"):
        leaving.leave(member(group, name), "Test")
    own = page_of(group, "Rolf")
    assert "Ich mache das" not in client.get(own).content.decode()
    client.post(own, {"tun": "ansprechperson"})
    assert "Parkweg" not in client.get(own).content.decode()
    assert {mail["To"] for mail in post.deliver() if mail["Subject"] == "Ihre Gruppe braucht jemanden"} == {
        email("Aylin")
    }
    lifecycle.daily(timezone.now())


def test_jana_makes_aylin_a_contact_and_nobody_makes_a_newcomer_one(client: Client, post: Post) -> None:
    group = circle("Aylin")
    join(group, "Rolf")
    post.deliver()
    path = page_of(group, "Jana")
    aylin, rolf = member(group, "Aylin"), member(group, "Rolf")
    assert "auch Ansprechperson" in press(client, client.get(path).content.decode(), "Zur Ansprechperson machen", path)
    assert member(group, "Aylin").contact
    client.post(path, {"tun": "ernennen", "person": rolf.pk})
    client.post(path, {"tun": "ernennen", "person": aylin.pk})  # twice
    assert not member(group, "Rolf").contact
    assert [(mail["To"], mail["Subject"]) for mail in post.deliver()] == [
        (email("Aylin"), "Sie sind jetzt Ansprechperson")
    ]
    other = circle("Olena")
    assert memberships.appoint(member(other, "Olena"), member(other, "Olena")) is False
    assert memberships.appoint(member(group, "Jana"), member(other, "Olena")) is False
    assert memberships.appoint(aylin, aylin) is False


def test_aylin_did_not_want_to_and_gives_it_back_from_the_mail(client: Client, post: Post) -> None:
    group = circle("Aylin")
    post.deliver()
    memberships.appoint(member(group, "Jana"), member(group, "Aylin"))
    [mail] = post.deliver()
    path = link_in(mail, "/gruppe/")
    press(client, client.get(path).content.decode(), "Nicht mehr Ansprechperson sein", path)
    assert not member(group, "Aylin").contact


def test_a_group_has_at_most_three_contacts(client: Client) -> None:
    group = circle("Aylin", "Olena")
    jana = member(group, "Jana")
    assert memberships.appoint(jana, member(group, "Aylin")) is True
    assert memberships.appoint(jana, member(group, "Olena")) is False
    assert 'value="ernennen"' not in client.get(page_of(group, "Jana")).content.decode()


def test_a_newcomer_may_help_where_nobody_else_is_left_and_learns_no_place_of_before(client: Client) -> None:
    group = circle()
    olena = join(group, "Olena")
    walk(member(group, "Jana"))
    for name in ("Jana", "Sven"):
        leaving.leave(member(group, name), "Test")
    assert memberships.become_contact(olena) is True
    assert memberships.become_contact(olena) is False
    assert "Parkweg" not in client.get(page_of(group, "Olena")).content.decode()
