"""Each number on "Heute" equals the list to which it leads (R-01)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from events.answering import answers
from events.models import Event, Reply
from mailings.models import Delivery
from mailings.sending import run_control
from members.groups import reports
from members.models import GroupReport
from members.newsletters import writing
from netzwerk import alerts
from netzwerk.models import Heartbeat
from tests.desk import page
from tests.events.meetings import address, invite, meeting, party, reply_of
from tests.members.groups.circle import circle, member, ready
from tests.members.newsletters.test_pages import draft
from tests.members.people import asked
from tests.wegweiser.offers import checked, offer, provider
from wegweiser.models import Hint, Submission

pytestmark = pytest.mark.django_db


# Pages of one thing: the alert that leads there says "1".
OF_ONE = {"admin:newsletter_progress", "admin:event_choose"}


def rows_behind(client: Client, url: str) -> int:
    """The rows of the list to which an alert leads. A page that is neither a list known here nor of one thing fails."""
    context = client.get(url).context
    for rows in ("rows", "households", "waiting"):
        if isinstance(context.get(rows), list):
            return len(context[rows])
    if "cl" in context:
        return int(context["cl"].result_count)
    assert resolve(url).view_name in OF_ONE, url
    return 1


def failures_of_the_post(now: datetime) -> None:
    """Three copies refused and two that came back, but two of the five long ago."""
    states = [("failed", 1), ("failed", 13), ("failed", 15), ("bounced", 2), ("bounced", 20)]
    for number, (state, days) in enumerate(states):
        asked(f"p{number}@example.org")
        copy = Delivery.objects.filter(address__email=f"p{number}@example.org")
        copy.update(state=state, finished_at=now - timedelta(days=days))


def things_in_the_guide(now: datetime) -> None:
    """Two open hints, one report, four offers to call about."""
    for slug in ("eins", "zwei", "drei", "vier"):
        checked(date(2020, 1, 1), slug, provider=provider("Ohne Adresse", email=""))
    fresh = offer("fuenf")
    for done_at in (None, None, now):
        Hint.objects.create(offer=fresh, text="Stimmt nicht.", at=now, done_at=done_at)
    for state in (Submission.State.WAITING, Submission.State.UNCONFIRMED):
        Submission.objects.create(
            fields={}, confirm_until=now, state=state, confirmed_at=now if state == "waiting" else None
        )


def meetings_with_families(now: datetime) -> None:
    """One is full and two families wait; one is today and three families come; of one nobody knows."""
    full = meeting(title="Voll", days=9, seats=2)
    families = [f"{name}@example.org" for name in ("anna", "ben", "cem")]
    for reply in invite(full, *families):
        answers.accept(reply, party(2))
    today = meeting(title="Heute", days=3, seats=9)
    for reply in invite(today, *families):
        answers.accept(reply, party(1))
    Event.objects.filter(pk=today.pk).update(
        begins_at=now + timedelta(hours=2), ends_at=now + timedelta(hours=4), answer_by=now - timedelta(days=1)
    )
    meeting(title="Neu", days=15)


def held_and_old(now: datetime, settings) -> None:
    """A newsletter is held on its way; the last backup is three days old."""
    with transaction.atomic():
        run_control.hold(writing.send(draft(), by="beate"))
    settings.BACKUP_DIR = "/var/backups"
    Heartbeat.objects.update_or_create(name="backup", defaults={"at": now - timedelta(days=3)})


@pytest.mark.usefixtures("texts_are_complete")
def test_every_number_equals_the_list_behind_it(beate: Client, time_machine, settings) -> None:
    """R-01: one of each is made, each link followed. What is a state has no link, and what is one thing has a page."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    now = timezone.now()
    failures_of_the_post(now)
    things_in_the_guide(now)
    meetings_with_families(now)
    Delivery.objects.filter(state="queued").update(state="sent", finished_at=now)
    held_and_old(now, settings)
    found = alerts.now()
    assert [(str(alert), alert.urgency.value) for alert in found] == [
        ("3 Mails sind nicht angekommen", "Eilt"),
        ("3 Tage ohne Sicherung", "Eilt"),
        ("3 Familien kommen heute", "Eilt"),
        ("1 Rundmail ist angehalten", "Diese Woche"),
        ("2 Familien warten auf einen Platz", "Diese Woche"),
        ("1 Treffen ist noch ohne Einladungen", "Diese Woche"),
        ("1 Meldung zum Wegweiser wartet", "Diese Woche"),
        ("2 Hinweise auf falsche Angaben", "Diese Woche"),
        ("4 Angebote sind zu prüfen", "Wenn Sie Zeit haben"),
    ]
    for alert in found:
        assert not alert.url or rows_behind(beate, alert.url) == alert.number, alert
    shown = " ".join(page(beate, "/verwaltung/").split())
    for alert in found:
        assert f"<b>{alert.what}</b>" in shown


def behind(client: Client, words: str) -> tuple[str, int]:
    """The alert with these words, and how many rows stand behind it."""
    [found] = [alert for alert in alerts.now() if words in str(alert)]
    return str(found), rows_behind(client, found.url)


def test_the_families_that_wait_are_those_in_the_list_behind_the_number(beate: Client) -> None:
    """Two do not know a hidden place; two wait after the day for answers, and Anna's seats are free."""
    hidden = meeting(days=15, hide_place=True, place_for_others=Event.PlaceForOthers.APPROVED)
    for email in ("stine@example.org", "uta@example.org"):
        asked(email)
        Reply.objects.create(event=hidden, address=address(email), state="yes", adults=1, seats=1)
    full = meeting(days=4, seats=2)
    families = [f"{name}@example.org" for name in ("anna", "ben", "cem")]
    for reply in invite(full, *families):
        answers.accept(reply, party(2))
    Event.objects.filter(pk=full.pk).update(answer_by=timezone.now() - timedelta(hours=1))
    answers.decline(reply_of(full, "anna@example.org"), by="amt")
    assert behind(beate, "den Ort noch nicht") == ("2 Familien kennen den Ort noch nicht", 2)
    assert behind(beate, "Plätze sind frei") == ("2 Familien warten, und Plätze sind frei", 2)


def test_the_groups_and_reports_that_wait_are_those_in_the_list_behind_the_number(beate: Client) -> None:
    """Jana's group meets; from it come three reports, one of which is dealt with. Two more groups wait for a yes."""
    made = circle("Aylin")
    for text in ("Das war laut.", "Das war nicht schön.", "Das war gemein."):
        reports.report(member(made, "Aylin"), text)
    GroupReport.objects.filter(text="Das war laut.").update(done_at=timezone.now())
    ready(founder="Ida", second="Ralf")
    ready(founder="Noa", second="Uta")
    assert behind(beate, "warten auf Ihr Ja") == ("2 Gruppen warten auf Ihr Ja", 2)
    assert behind(beate, "aus Gruppen") == ("2 Meldungen aus Gruppen sind offen", 2)
