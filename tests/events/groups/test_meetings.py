"""A group's own meetings: suggested, answered in two taps, reminded of, cancelled, never public (G-04)."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import programme, reminders
from events.groups import meetings
from events.models import Event, Reply
from members.groups import memberships
from netzwerk import upkeep
from tests.desk import page
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import circle, join, member, page_of
from tests.post import Post, text_of
from tests.pressing import press
from tests.tallies import counted

pytestmark = pytest.mark.django_db


PUBLIC = ["/", "/termine/", "/termine/kalender.ics", "/termine/feed/", "/sitemap.xml", "/gruppen/"]


def test_aylin_suggests_and_olena_answers_with_two_taps(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    post.deliver()
    day = timezone.localdate() + timedelta(days=9)
    at = page_of(group, "Aylin") + "treffen/"
    typed = {
        "what": "Spielplatz",
        "day": f"{day:%Y-%m-%d}",
        "begin": "15:00",
        "end": "17:00",
        "place": "Am Bach, hinten",
    }
    html = press(client, client.get(at).content.decode(), "Treffen vorschlagen", at, **typed)
    assert "Das Treffen steht." in html
    assert "<b>Aylin</b>" in html[html.index("Es kommen") :]

    told = post.deliver()
    assert sorted(mail["To"] for mail in told) == ["jana@example.org", "olena@example.org", "sven@example.org"]
    mail = post.to("olena@example.org")
    assert re.fullmatch(r"Treffen: \w+, \d+\. \w+", mail["Subject"])
    assert "Bach" not in mail.as_string()  # the place stands on the page only
    tap = re.findall(r"(/gruppe/\S+antwort=ja)", text_of(mail))[0]
    shown = client.get(tap).content.decode()
    assert re.search(r'value="ja"[^>]*checked', shown)
    said = press(client, shown, "Antwort speichern", tap.partition("?")[0], kinder="2")
    assert "Gespeichert: Sie kommen." in said
    assert re.search(r"<b>Olena</b>\s*mit zwei Kindern", said)
    entry = client.get(page_of(group, "Olena") + "termin.ics")
    assert b"SUMMARY:Termin\r\n" in entry.content
    assert b"LOCATION:Am Bach\\, hinten" in entry.content
    assert entry["Content-Disposition"] == 'attachment; filename="termin.ics"'


def test_nothing_public_and_nothing_on_the_desk_knows_of_it(client: Client, beate: Client) -> None:
    """G-04"""
    group = circle("Aylin")
    event = walk(member(group, "Aylin"))
    for path in (
        "/",
        "/termine/",
        "/termine/kalender.ics",
        "/termine/feed/",
        "/sitemap.xml",
        "/gruppen/",
        f"/gruppen/{group.slug}/",
    ):
        shown = client.get(path).content.decode()
        assert "Spaziergang" not in shown, path
        assert event.slug not in shown, path
    for path in (f"/termine/{event.slug}/", f"/termine/{event.slug}/termin.ics", f"/termine/{event.slug}/anmelden/"):
        assert client.get(path).status_code == 404, path
    for name in ("overview", "door", "replies", "choose", "tell", "cancel"):
        assert beate.get(reverse(f"admin:event_{name}", args=[event.pk])).status_code == 404, name
    assert beate.get(f"/verwaltung/events/event/{event.pk}/change/").status_code in {302, 404}
    for path in ("/verwaltung/", "/verwaltung/events/event/", f"/verwaltung/members/group/{group.pk}/change/"):
        assert "Spaziergang" not in page(beate, path)
    assert programme.public_urls() == []


def test_officers_see_that_it_was_and_not_who(beate: Client) -> None:
    group = circle("Aylin")
    event = walk(member(group, "Aylin"), days=1)
    earlier = event.begins_at - timedelta(days=3)
    Event.of_all.update(begins_at=earlier, answer_by=earlier, ends_at=earlier + timedelta(hours=2))
    html = page(beate, f"/verwaltung/members/group/{group.pk}/change/")
    assert f"{timezone.localtime(earlier):%d.%m.}" in html
    assert "Parkweg" not in html


def test_the_report_counts_no_answer_of_a_group_as_one_to_us() -> None:
    group = circle("Aylin", "Olena")
    event = walk(member(group, "Aylin"))
    meetings.answer(member(group, "Olena"), event, comes=True)
    meetings.answer(member(group, "Sven"), event, comes=False)
    assert counted("answered", "link") == 0


def test_a_contact_shows_the_meetings_and_they_are_asked_then(client: Client, post: Post) -> None:
    group = circle("Aylin")
    walk(member(group, "Aylin"))
    olena = join(group, "Olena")
    post.deliver()
    assert "sieht keine Treffen" in client.get(page_of(group, "Jana")).content.decode()
    assert "Parkweg" not in client.get(page_of(group, "Olena")).content.decode()
    path = page_of(group, "Jana")
    said = press(client, client.get(path).content.decode(), "Treffen zeigen", path)
    assert "erfährt jetzt, wann und wo" in said
    [mail] = post.deliver()
    assert mail["To"] == "olena@example.org"
    assert "Parkweg" in client.get(page_of(group, "Olena")).content.decode()
    assert meetings.release(member(group, "Sven"), olena) is False  # once


def test_those_who_come_are_reminded_once(post: Post, time_machine) -> None:
    group = circle("Aylin", "Olena")
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    event = walk(member(group, "Aylin"))
    meetings.answer(member(group, "Olena"), event, comes=True)
    meetings.answer(member(group, "Sven"), event, comes=False)
    post.deliver()
    time_machine.move_to(event.begins_at - reminders.REMIND_BEFORE - timedelta(seconds=1), tick=False)
    reminders.send(timezone.now())
    assert post.deliver() == []
    time_machine.move_to(event.begins_at - reminders.REMIND_BEFORE, tick=False)
    for _ in range(2):
        reminders.send(timezone.now())
    mails = post.deliver()
    assert sorted(mail["To"] for mail in mails) == ["aylin@example.org", "olena@example.org"]
    assert all("Parkweg" not in mail.as_string() for mail in mails)


def test_a_cancelled_meeting_is_told_to_all_who_come_also_in_a_pause(client: Client, post: Post) -> None:
    group = circle("Aylin", "Olena")
    event = walk(member(group, "Aylin"))
    meetings.answer(member(group, "Olena"), event, comes=True)
    memberships.pause(member(group, "Olena"))
    post.deliver()
    path = page_of(group, "Aylin")
    said = press(client, client.get(path).content.decode(), "Treffen absagen", path)
    assert "Das Treffen ist abgesagt." in said
    [mail] = post.deliver()
    assert mail["To"] == "olena@example.org"
    [entry] = mail.iter_attachments()
    assert "METHOD:CANCEL" in entry.get_content()
    assert "Parkweg" not in mail.as_string()
    assert meetings.cancel(member(group, "Aylin"), event) is False


def test_only_who_suggested_it_or_a_contact_cancels(client: Client) -> None:
    group, other = circle("Aylin", "Olena"), circle()
    event = walk(member(group, "Aylin"))
    for who in (member(group, "Olena"), member(other, "Jana")):
        assert meetings.cancel(who, event) is False
    assert meetings.cancel(member(group, "Sven"), event) is True


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": "2020-01-01"}, "schon vorbei"),
        ({"day": "2099-01-01"}, "ein halbes Jahr"),
        ({"end": "14:00"}, "hört auf, bevor es anfängt"),
        ({"day": "morgen"}, "kein Tag"),
        ({"place": ""}, "wo Sie sich treffen"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, changes: dict[str, str], said: str) -> None:
    group = circle()
    day = timezone.localdate() + timedelta(days=9)
    typed = {"what": "Tee", "day": f"{day:%Y-%m-%d}", "begin": "15:00", "end": "17:00", "place": "Parkweg 3"} | changes
    html = client.post(page_of(group, "Jana") + "treffen/", typed).content.decode()
    assert said in html
    assert "Tee" in html
    assert not Event.of_all.exists()


def test_an_answer_after_the_beginning_changes_nothing(client: Client, time_machine) -> None:
    group = circle("Aylin")
    event = walk(member(group, "Aylin"))
    time_machine.move_to(event.begins_at + timedelta(seconds=1), tick=False)
    path = page_of(group, "Jana")
    answer = client.post(path, {"tun": "antworten", "treffen": event.pk, "antwort": "ja"})
    assert answer["Location"].endswith("?zu-spaet")
    assert Reply.objects.get(event=event, name="Jana").state == "open"


def test_meetings_are_deleted_thirty_days_after(time_machine) -> None:
    group = circle("Aylin")
    event = walk(member(group, "Aylin"))
    time_machine.move_to(event.ends_at + timedelta(days=30) - timedelta(seconds=1), tick=False)
    upkeep.run()
    assert Event.of_all.exists()
    time_machine.move_to(event.ends_at + timedelta(days=30), tick=False)
    upkeep.run()
    assert (Event.of_all.count(), Reply.objects.count()) == (0, 0)
