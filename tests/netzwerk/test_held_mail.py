"""The officers throw away what a flood of requests has left waiting: "Wartende verwerfen"."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from events.answering.form import LinkForm
from mailings import limits
from mailings.models import Delivery
from members.groups import joining
from netzwerk import alerts
from tests.desk import logged
from tests.events.meetings import meeting
from tests.members.groups.circle import circle
from tests.members.people import active, asked, form
from tests.netzwerk.privacy.test_my_data import dump

pytestmark = pytest.mark.django_db

PAGE = "/verwaltung/wartende/join/"


@pytest.fixture(autouse=True)
def _flood(monkeypatch, time_machine, client: Client) -> None:
    """Two an hour may: of five who sign up three wait, the last until 16:05; Kim, a member, asks too, and somebody
    signs up for a meeting.
    """
    time_machine.move_to("2026-11-23T14:05:00+01:00", tick=False)
    monkeypatch.setattr(limits, "PER_KIND_HOUR", 2)
    for number in range(5):
        asked(f"p{number}@example.org")
    active("kim@example.org")
    path = f"/termine/{meeting().slug}/anmelden/"
    for email in ("kim@example.org", "q1@example.org", "q2@example.org"):
        client.post(path, form(email, LinkForm))


def states(*emails: str) -> list[str]:
    return list(Delivery.objects.filter(address__email__in=emails).order_by("pk").values_list("state", flat=True))


def test_the_page_says_how_many_wait_until_when_and_discards_them(client: Client, beate: Client) -> None:
    [join, event] = [alert for alert in alerts.now() if "Anfragen" in alert.what]
    assert (join.url, event.url) == (PAGE, "/verwaltung/wartende/event/")
    before = dump(None)
    page = beate.get(join.url).content.decode()
    assert dump(None) == before
    assert "3 Mails an neue Adressen" in " ".join(page.split())
    assert "Bis 23.11., 16:05 Uhr" in " ".join(page.split())
    told = beate.post(PAGE, follow=True).content.decode()
    assert "3 Mails verworfen." in told
    assert states(*(f"p{number}@example.org" for number in range(5))) == ["queued"] * 2 + ["cancelled"] * 3
    assert logged() == ["gelöscht: Wartende Mails: 3 Mails verworfen (Mitmachen)."]
    assert [alert.url for alert in alerts.now() if "Anfragen" in alert.what] == [event.url]


def test_requests_to_a_group_wait_and_are_discarded_too(beate: Client) -> None:
    group = circle()
    for number in range(3):
        joining.ask(group, f"r{number}@example.org", "Rea", "Meine Tochter ist 5.", f"198.51.100.{number}")
    [alert] = [alert for alert in alerts.now() if "Gruppen" in alert.what]
    assert str(alert) == "1 Mail wartet: ungewöhnlich viele Anfragen (Gruppen)"
    beate.post(alert.url)
    assert states(*(f"r{number}@example.org" for number in range(3))) == ["queued", "queued", "cancelled"]


def test_nobody_known_and_no_other_kind_is_touched(beate: Client) -> None:
    others = {email: states(email) for email in ("kim@example.org", "q1@example.org", "q2@example.org")}
    beate.post(PAGE)
    assert {email: states(email) for email in others} == others
    beate.post("/verwaltung/wartende/event/")
    assert [states(email)[-1] for email in others] == ["queued", "queued", "cancelled"]


def test_a_mail_that_was_tried_already_waits_for_its_next_try(beate: Client) -> None:
    Delivery.objects.filter(address__email="p4@example.org").update(attempts=1)
    beate.post(PAGE)
    assert states("p3@example.org", "p4@example.org") == ["cancelled", "queued"]


def test_the_next_in_the_queue_takes_the_first_free_place(beate: Client) -> None:
    beate.post(PAGE)
    member = asked("new@example.org")
    due = Delivery.objects.get(address=member.address_id).due_at
    assert due == timezone.now() + timedelta(hours=1), "this hour's two have gone out"


def test_later_nobody_waits_and_the_page_says_so(beate: Client, time_machine) -> None:
    time_machine.move_to("2026-11-23T17:05:00+01:00", tick=False)
    assert "Niemand wartet mehr." in beate.get(PAGE).content.decode()
    assert "Keine Mail verworfen." in beate.post(PAGE, follow=True).content.decode()


@pytest.mark.parametrize("rights", [[], ["view_member", "view_delivery"], ["change_member"]])
def test_who_only_reads_discards_nothing(rights: list[str], settings) -> None:
    settings.DEMO = True
    reader = User.objects.create_user("mika", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=rights))
    mika = Client()
    mika.force_login(reader)
    assert [mika.get(PAGE).status_code, mika.post(PAGE).status_code] == [403, 403]
    assert not [alert for alert in alerts.of(reader) if alert.url == PAGE]
    assert states("p4@example.org") == ["queued"]


def test_there_is_no_page_for_a_kind_that_nobody_knows(beate: Client) -> None:
    assert beate.get("/verwaltung/wartende/hint/").status_code == 404
