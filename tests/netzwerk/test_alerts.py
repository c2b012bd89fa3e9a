"""The list "Heute": what officers see first when they open the desk."""

from datetime import date, timedelta

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
from netzwerk.models import Heartbeat
from tests.desk import page
from tests.events.meetings import invite, meeting, party
from tests.members.newsletters.test_pages import figures
from tests.members.people import active, asked
from tests.wegweiser.offers import checked, offer, provider
from wegweiser.models import Hint, Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts_are_complete")]


def whats() -> list[str]:
    return [alert.what for alert in alerts.now()]


def test_nothing_is_wrong_with_a_new_portal(client: Client, settings) -> None:
    settings.DEMO = True
    client.force_login(get_user_model().objects.create_superuser("amt"))
    assert "Alles läuft. Nichts wartet auf Sie." in client.get("/verwaltung/").content.decode()


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
    assert whats() == ["Mails warten länger als eine Viertelstunde"]


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
    assert alert.what == "Ungewöhnlich viele Anfragen: Mitmachen"
    assert alert.more == (
        "3 Mails an neue Adressen warten, bis 23.11., 16:05 Uhr. Post an alle, die wir kennen, geht sofort hinaus. "
        "Die wartenden können Sie verwerfen."
    )


@pytest.mark.parametrize(
    ("number", "what"), [(1, "Eine Mail ist nicht angekommen"), (3, "3 Mails sind nicht angekommen")]
)
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
        ({"days": 6, "state": "draft"}, "„Adventsfrühstück“ ist in 6 Tagen und noch ein Entwurf"),
        ({"days": 22, "state": "draft"}, None),
        ({"days": 20}, "Zu „Adventsfrühstück“ in 20 Tagen ist noch niemand eingeladen"),
        ({"days": 1, "place": "", "address": ""}, "„Adventsfrühstück“ ist morgen, und es steht kein Ort da"),
        ({"days": 1, "place": "", "address": "", "online_link": "https://video.example/x"}, None),
        ({"days": 1, "place": ""}, None),
        ({"days": 3, "state": "cancelled"}, None),
        ({"days": 0.25}, "„Adventsfrühstück“ ist heute um 18:00 Uhr"),
        ({"days": -0.05}, "„Adventsfrühstück“ ist heute um 10:48 Uhr"),
        ({"days": 0.75}, None),
        ({"days": 0.25, "place": "", "address": "", "online_link": "https://video.example/x"}, None),
        ({"days": -0.05, "state": "draft"}, None),
        ({"days": -1}, "„Adventsfrühstück“ ist vorbei: Wie viele kamen?"),
        ({"days": -1, "came_adults": 12}, None),
        ({"days": -31}, None),
        ({"days": -1, "state": "draft"}, None),
    ],
)
def test_what_is_to_do_about_an_event(fields: dict, what: str | None, time_machine) -> None:
    time_machine.move_to("2026-11-23T12:00:00+01:00", tick=False)
    event = meeting(**fields)
    found = [alert for alert in alerts.now() if alert.url.startswith(f"/verwaltung/events/event/{event.pk}/")]
    assert [alert.what for alert in found] == ([what] if what else [])


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
    assert whats() == ["„Adventsfrühstück“ ist morgen: Plätze sind frei, und Familien warten"]


def test_the_queries_stay_the_same_however_much_there_is(django_assert_max_num_queries) -> None:
    for _ in range(15):
        meeting(days=-1)
    with django_assert_max_num_queries(16):
        assert len(alerts.now()) == 10


def test_what_a_new_portal_has_to_fill_in(beate: Client) -> None:
    FlatPage.objects.filter(url="/impressum/").update(content="[Bitte ergänzen: Anschrift]")
    [alert] = alerts.now()
    assert alert.what == "In einem Text der Seiten steht noch „Bitte ergänzen“"
    FlatPage.objects.filter(url="/datenschutz/").update(content="Amt [Bitte ergänzen: wer], [Bitte ergänzen: wo]")
    [alert] = alerts.now()
    assert (alert.what, rows_behind(beate, alert.url)) == ("In 2 Texten der Seiten steht noch „Bitte ergänzen“", 2)


def test_whom_we_have_asked_and_who_has_not_answered(beate: Client) -> None:
    """Kim and Lea stand in Beate's list; Noa has filled in the form and may take her time; Ida has confirmed."""
    asked("noa@example.org")
    for name, state in (("kim", "pending"), ("lea", "pending"), ("ida", "active")):
        active(f"{name}@example.org")
        Member.objects.filter(address__email=f"{name}@example.org").update(state=state, origin="import")
    [alert] = alerts.now()
    assert (alert.what, rows_behind(beate, alert.url)) == ("2 Menschen haben noch nicht bestätigt", 2)


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
    assert alert.what == "Ein neues Mitglied hat noch keine Einladung zu „Waldtag“"
    assert alert.more == "Zusammen 2 Menschen auf der Liste sind dazu nicht eingeladen."
    assert figures(page(beate, alert.url))["bekommen sie"] == 2


def rows_behind(client: Client, url: str) -> int:
    """The rows of the list to which an alert leads."""
    return client.get(url).context["cl"].result_count


def test_every_number_equals_the_list_behind_it(beate: Client, time_machine) -> None:
    """Three copies refused and two that came back, but two of the five long ago; two hints, one report, four offers."""
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    for number, (state, days) in enumerate(
        [("failed", 1), ("failed", 13), ("failed", 15), ("bounced", 2), ("bounced", 20)]
    ):
        asked(f"p{number}@example.org")
        copy = Delivery.objects.filter(address__email=f"p{number}@example.org")
        copy.update(state=state, finished_at=now - timedelta(days=days))
    for slug in ("eins", "zwei", "drei", "vier"):
        checked(date(2020, 1, 1), slug, provider=provider("Ohne Adresse", email=""))
    fresh = offer("fuenf")
    for done_at in (None, None, now):
        Hint.objects.create(offer=fresh, text="Stimmt nicht.", at=now, done_at=done_at)
    for state in (Submission.State.WAITING, Submission.State.UNCONFIRMED):
        Submission.objects.create(
            fields={}, confirm_until=now, state=state, confirmed_at=now if state == "waiting" else None
        )
    found = {alert.what: rows_behind(beate, alert.url) for alert in alerts.now()}
    assert found == {
        "3 Mails sind nicht angekommen": 3,
        "Eine Meldung zum Wegweiser wartet": 1,
        "2 Hinweise auf falsche Angaben": 2,
        "4 Angebote sind zu prüfen": 4,
    }


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
    assert alert.what == "Mails warten länger als eine Viertelstunde"
    assert rows_behind(beate, alert.url) == 2


def test_the_urgent_comes_first(monkeypatch) -> None:
    hundreds_sign_up(monkeypatch)
    relay.mark_down("no route to host", 30)
    assert [alert.urgent for alert in alerts.now()] == [True, False]


def test_the_desk_is_german_and_begins_with_what_is_done_most(client: Client, settings) -> None:
    settings.DEMO = True
    client.force_login(get_user_model().objects.create_superuser("amt"))
    apps = client.get("/verwaltung/").context["app_list"]
    assert [app["name"] for app in apps][:3] == ["Veranstaltungen", "Mitglieder", "Wegweiser"]
    names = {model["name"] for app in apps for model in app["models"]}
    assert "Texte der Seiten" in names
    assert not {"axes", "django_otp_webauthn"} & {app["app_label"] for app in apps}
