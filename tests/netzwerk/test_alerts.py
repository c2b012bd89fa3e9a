"""The list "Heute": what officers see first when they open the desk."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.flatpages.models import FlatPage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from events.answering import answers
from events.models import Event
from mailings import limits
from mailings.models import Address, Delivery
from mailings.sending import relay, run_control
from members.models import Member
from members.newsletters import writing
from netzwerk import alerts
from netzwerk.alert import Urgency
from netzwerk.models import Heartbeat
from tests.desk import page
from tests.events.meetings import invite, meeting, party
from tests.members.newsletters.test_pages import draft, figures
from tests.members.people import active, asked
from tests.wegweiser.offers import checked, offer, provider
from wegweiser.models import Hint, Submission

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
    assert alert.more == (
        "Sie gehen an neue Adressen, bis 23.11., 16:05 Uhr. Post an alle, die wir kennen, geht sofort hinaus."
    )


@pytest.mark.parametrize(("number", "what"), [(1, "1 Mail ist nicht angekommen"), (3, "3 Mails sind nicht angekommen")])
def test_failures_of_the_last_two_weeks(number: int, what: str, time_machine) -> None:
    for person in range(number):
        asked(f"p{person}@example.org")
    Delivery.objects.update(state="failed", reason="refused", finished_at=timezone.now())
    assert whats() == [what]
    Delivery.objects.update(finished_at=timezone.now() - timedelta(days=15))
    assert whats() == []


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
    with django_assert_max_num_queries(16):
        assert len(alerts.now()) == 10


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


def rows_behind(client: Client, url: str) -> int:
    """The rows of the list to which an alert leads; the page of one thing is one row."""
    context = client.get(url).context
    for rows in ("rows", "households", "waiting"):
        if isinstance(context.get(rows), list):
            return len(context[rows])
    return context["cl"].result_count if "cl" in context else 1


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
        letter = writing.send(draft(), by="beate")
    run_control.hold(letter.mailing)
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
    assert [app["name"] for app in apps][:3] == ["Veranstaltungen", "Mitglieder", "Wegweiser"]
    names = {model["name"] for app in apps for model in app["models"]}
    assert "Texte der Seiten" in names
    assert not {"axes", "django_otp_webauthn"} & {app["app_label"] for app in apps}
