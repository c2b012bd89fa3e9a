"""The list "Heute": what officers see first when they open the desk."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.flatpages.models import FlatPage
from django.test import Client
from django.utils import timezone

from events.answering import answers
from mailings import limits
from mailings.models import Address, Delivery
from mailings.sending import relay
from members.models import Member
from netzwerk import alerts
from netzwerk.alert import Urgency
from netzwerk.models import Heartbeat
from tests.desk import logged, page
from tests.events.meetings import invite, meeting, party
from tests.members.newsletters.test_pages import figures
from tests.members.people import active, asked
from tests.netzwerk.desk.test_numbers import rows_behind
from tests.pressing import press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]


def whats() -> list[str]:
    return [str(alert) for alert in alerts.now()]


def test_nothing_is_wrong_with_a_new_portal(client: Client, settings) -> None:
    settings.DEMO = True
    client.force_login(get_user_model().objects.create_superuser("amt"))
    shown = client.get("/verwaltung/").content.decode()
    assert "Nichts wartet auf Sie" in shown
    assert "Alle Mails sind angekommen, und alle Familien haben Bescheid." in shown


def test_no_mail_gets_out(client: Client, settings, time_machine) -> None:
    time_machine.move_to("2026-11-23T14:05:00+01:00", tick=False)
    relay.mark_down("535 5.7.8 authentication failed", 900)
    [alert] = alerts.now()
    assert (alert.what, alert.urgent) == ("Seit 23.11., 14:05 Uhr geht keine Mail hinaus", True)
    assert "535 5.7.8 authentication failed" in alert.more
    settings.DEMO = True
    client.force_login(get_user_model().objects.create_superuser("amt"))
    assert "authentication failed" in client.get("/verwaltung/").content.decode()
    relay.mark_up()
    assert whats() == []


def test_mails_wait(time_machine) -> None:
    now = timezone.now()
    asked("kim@example.org")
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert whats() == ["1 Mail wartet länger als eine Viertelstunde"]


def test_a_held_run_does_not_alarm(time_machine) -> None:
    now = timezone.now()
    asked("kim@example.org")
    Delivery.objects.update(state="held")
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    assert whats() == []


def test_the_daily_work_did_not_run(time_machine) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=37))
    assert whats() == ["Die tägliche Arbeit ist ausgefallen"]


def hundreds_sign_up(monkeypatch) -> None:
    """Two an hour may: the last of five waits for two hours."""
    monkeypatch.setattr(limits, "PER_KIND_HOUR", 2)
    for number in range(5):
        asked(f"p{number}@example.org")


def test_somebody_signs_up_hundreds(monkeypatch, time_machine) -> None:
    time_machine.move_to("2026-11-23T14:05:00+01:00", tick=False)
    hundreds_sign_up(monkeypatch)
    [alert] = alerts.now()
    assert str(alert) == "3 Mails warten: ungewöhnlich viele Anfragen (Mitmachen)"
    assert alert.more == "Bis 23.11., 16:05 Uhr sind alle verschickt. Es warten nur Mails an neue Adressen."


@pytest.mark.parametrize(("number", "what"), [(1, "1 Mail ist nicht angekommen"), (3, "3 Mails sind nicht angekommen")])
def test_failures_of_the_last_two_weeks(number: int, what: str, time_machine) -> None:
    for person in range(number):
        asked(f"p{person}@example.org")
    Delivery.objects.update(state="failed", reason="refused", finished_at=timezone.now())
    assert whats() == [what]
    Delivery.objects.update(finished_at=timezone.now() - timedelta(days=15))
    assert whats() == []


def test_what_has_not_arrived_is_ticked_off_as_far_as_it_was_shown(beate: Client, time_machine) -> None:
    """Beate sees two; the third comes back while she reads, and stays."""
    now, list_of = timezone.now(), "/verwaltung/mailings/delivery/?heute=nicht-angekommen"
    for person in range(3):
        asked(f"p{person}@example.org")
    copies = list(Delivery.objects.order_by("pk"))
    Delivery.objects.filter(pk__in=[copies[0].pk, copies[1].pk]).update(
        state="failed", reason="refused", finished_at=now
    )
    time_machine.move_to(now + timedelta(minutes=1), tick=False)
    shown = page(beate, list_of)
    time_machine.move_to(now + timedelta(minutes=2), tick=False)
    Delivery.objects.filter(pk=copies[2].pk).update(state="bounced", finished_at=timezone.now())
    assert whats() == ["3 Mails sind nicht angekommen"]
    told = press(beate, shown, "Alle gesehen: von „Heute“ nehmen", list_of)
    assert "Abgehakt. Unter „Mails“ stehen sie weiterhin." in told
    assert whats() == ["1 Mail ist nicht angekommen"]
    assert "p2@example.org" in page(beate, list_of)
    assert "p0@example.org" not in page(beate, list_of)
    assert "p0@example.org" in page(beate, "/verwaltung/mailings/delivery/")
    assert logged() == ["geändert: Nicht angekommene Mails abgehakt: 2"]
    assert "Das war schon abgehakt." in press(beate, shown, "Alle gesehen: von „Heute“ nehmen", list_of)


@pytest.mark.parametrize(
    "until", ["", "gestern", "\0", "2999-01-01T00:00:00+00:00", "2026-02-31T00:00:00+00:00", "2026-01-01T00:00:00"]
)
def test_what_was_not_shown_cannot_be_ticked_off(until: str, beate: Client) -> None:
    assert beate.post("/verwaltung/mailings/delivery/gesehen/", {"until": until}).status_code == 400


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"days": 6, "state": "draft"}, "1 Treffen ist noch ein Entwurf"),
        ({"days": 22, "state": "draft"}, None),
        ({"days": 20}, "1 Treffen ist noch ohne Einladungen"),
        ({"days": 1, "place": "", "address": ""}, "1 Treffen hat noch keinen Ort"),
        ({"days": 1, "place": "", "address": "", "online_link": "https://video.example/x"}, None),
        ({"days": 1, "place": ""}, None),
        ({"days": 3, "state": "cancelled"}, None),
        ({"days": 0.25}, "0 Familien kommen heute"),
        ({"days": -0.05}, "0 Familien kommen heute"),
        ({"days": 0.75}, None),
        ({"days": 0.25, "place": "", "address": "", "online_link": "https://video.example/x"}, None),
        ({"days": -0.05, "state": "draft"}, None),
        ({"days": -1}, "1 Treffen ist vorbei: Wie viele kamen?"),
        ({"days": -1, "came_adults": 12}, None),
        ({"days": -31}, None),
        ({"days": -1, "state": "draft"}, None),
    ],
)
def test_what_is_to_do_about_an_event(fields: dict, what: str | None, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    event = meeting(**fields)
    found = [alert for alert in alerts.now() if alert.url.startswith(f"/verwaltung/events/event/{event.pk}/")]
    assert [str(alert) for alert in found] == ([what] if what else [])


def test_families_wait_although_places_are_free_after_the_deadline(time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    event = meeting(days=4, seats=2)
    anna, ben = invite(event, "anna@example.org", "ben@example.org")
    answers.accept(anna, party(2))
    answers.accept(ben, party(2))
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    time_machine.move_to("2026-11-26T12:00:00+01:00", tick=False)
    Heartbeat.objects.update(at=timezone.now())
    assert whats() == []
    answers.decline(anna, by="amt")
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    [alert] = alerts.now()
    assert (str(alert), alert.urgency) == ("1 Familie wartet, und Plätze sind frei", Urgency.NOW)
    assert alert.more == "„Adventsfrühstück“ ist morgen. Nach dem Antwortschluss rückt niemand von selbst nach."


def test_the_queries_stay_the_same_however_much_there_is(django_assert_max_num_queries) -> None:
    for _ in range(15):
        meeting(days=-1)
    with django_assert_max_num_queries(19):
        assert len(alerts.now()) == 15


def test_what_a_new_portal_has_to_fill_in(beate: Client) -> None:
    FlatPage.objects.filter(url="/impressum/").update(content="[Bitte ergänzen: Anschrift]")
    [alert] = alerts.now()
    assert str(alert) == "1 Text hat noch Lücken"
    FlatPage.objects.filter(url="/datenschutz/").update(content="Amt [Bitte ergänzen: wer], [Bitte ergänzen: wo]")
    [alert] = alerts.now()
    assert (str(alert), rows_behind(beate, alert.url)) == ("2 Texte haben noch Lücken", 2)


def test_whom_we_have_asked_and_who_has_not_answered(beate: Client) -> None:
    """Kim and Lea stand in Beate's list; Noa has filled in the form and may take her time; Ida has confirmed."""
    asked("noa@example.org")
    for name, state in (("kim", "pending"), ("lea", "pending"), ("ida", "active")):
        active(f"{name}@example.org")
        Member.objects.filter(address__email=f"{name}@example.org").update(state=state, origin="import")
    [alert] = alerts.now()
    assert (str(alert), rows_behind(beate, alert.url)) == ("2 Menschen haben noch nicht bestätigt", 2)


def test_newcomers_without_an_invitation(beate: Client, time_machine) -> None:
    """Anna was invited and Ben left out; then Cem and Dua join, and Dua pauses. Ben is missing, but not new."""
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    event = meeting(title="Waldtag")
    invite(event, "anna@example.org")
    active("ben@example.org")
    assert whats() == []
    time_machine.move_to("2026-11-24T12:00:00+01:00", tick=False)
    Heartbeat.objects.update(at=timezone.now())
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    for name in ("cem", "dua"):
        active(f"{name}@example.org")
    Address.objects.filter(email="dua@example.org").update(paused_until=timezone.now() + timedelta(days=9))
    [alert] = alerts.now()
    assert str(alert) == "2 Menschen haben noch keine Einladung"
    assert alert.more == "Seit der letzten Einladung zu „Waldtag“ ist eine Person neu auf der Liste."
    assert figures(page(beate, alert.url))["bekommen sie"] == 2


def test_late_mails_are_those_in_the_list_behind_the_alert(beate: Client, time_machine) -> None:
    """Kim's waits too long, Lea's is being sent for too long, Noa's is held on purpose, Ida's is not due yet."""
    now = timezone.now()
    for name, fields in {
        "kim": {},
        "lea": {"state": "sending", "lease": "x", "leased_until": now + timedelta(hours=1)},
        "noa": {"state": "held"},
        "ida": {"due_at": now + timedelta(hours=1)},
    }.items():
        asked(f"{name}@example.org")
        Delivery.objects.filter(address__email=f"{name}@example.org").update(**fields)
    time_machine.move_to(now + timedelta(minutes=16), tick=False)
    [alert] = alerts.now()
    assert str(alert) == "2 Mails warten länger als eine Viertelstunde"
    assert rows_behind(beate, alert.url) == 2


def test_the_urgent_comes_first(monkeypatch) -> None:
    hundreds_sign_up(monkeypatch)
    relay.mark_down("no route to host", 30)
    assert [alert.urgent for alert in alerts.now()] == [True, False]


def test_the_desk_is_german_and_begins_with_what_is_done_most(client: Client, settings) -> None:
    settings.DEMO = True
    client.force_login(get_user_model().objects.create_superuser("amt"))
    apps = client.get("/verwaltung/alles/").context["app_list"]
    assert [app["name"] for app in apps][:3] == ["Treffen", "Mitglieder", "Wegweiser"]
    names = {model["name"] for app in apps for model in app["models"]}
    assert "Texte der Seiten" in names
    assert not {"axes", "django_otp_webauthn"} & {app["app_label"] for app in apps}
