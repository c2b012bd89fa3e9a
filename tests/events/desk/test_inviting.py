"""Officers invite from the event: whom, a look, a test mail, sent once (M-14, M-15, M-18). Beate is invented."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from events import editing, invitations
from events.answering import answers
from events.models import Event, Reply
from kit.desk.editing import version
from mailings.desk import neutral_subject
from mailings.desk.preview import CSP
from mailings.models import Delivery, Mailing
from members import pauses
from members.audience import Audience
from members.models import Member
from tests.desk import logged, page, reading_forms
from tests.events.desk.test_event_forms import at, told
from tests.events.meetings import invite, meeting, party
from tests.members.newsletters.test_pages import figures
from tests.members.people import active
from tests.post import Post, text_of

pytestmark = pytest.mark.django_db

SEND = "einladen/verschicken"


def seen(event: Event) -> dict[str, str]:
    event.refresh_from_db()
    return {"seen": version(event)}


def test_the_page_says_whom_it_reaches_and_whom_not(beate: Client) -> None:
    event = meeting()
    year = timezone.localdate().year
    active("anna@example.org", municipality="siegen", children_years=[year - 4])
    pauses.pause(active("ben@example.org", municipality="siegen").address, 1)
    active("cem@example.org", municipality="netphen", children_years=[year - 12])
    shown = page(beate, at(event, "einladen"))
    assert "Für alle Mitglieder." in shown
    assert figures(shown)["bekommen sie"] == 2
    assert figures(shown)["macht gerade Pause"] == 1
    shown = page(beate, at(event, "einladen") + "?municipalities=siegen&youngest=3&oldest=5")
    assert "Für Mitglieder aus Siegen, mit Kindern von 3 bis 5 Jahren." in shown
    assert figures(shown)["bekommt sie"] == 1
    assert "anna@example.org" in shown
    assert "cem@example.org" not in shown
    invitations.invite(event, Audience(["siegen"]))
    shown = page(beate, at(event, "einladen"))
    assert figures(shown)["ist schon eingeladen"] == 1
    assert figures(shown)["bekommt sie"] == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("youngest=6&oldest=3", "Hier muss eine größere Zahl stehen"),
        ("youngest=x", "ganze Zahl"),
        ("municipalities=atlantis", "atlantis"),
        ("als=99999999999999999999&suche=%00", "Für alle Mitglieder."),
    ],
)
def test_a_choice_without_sense_is_named(beate: Client, query: str, sentence: str) -> None:
    event = meeting()
    assert sentence in page(beate, f"{at(event, 'einladen')}?{query}")
    assert beate.post(f"{at(event, SEND)}?{query}").status_code == 302


def test_a_look_at_what_somebody_gets(beate: Client) -> None:
    event = meeting(title="Trennung ohne Streit")
    active("anna@example.org", name="Frau Sommer")
    kim = active("kim@example.org", name="Kim")
    shown = page(beate, f"{at(event, 'einladen')}?als={kim.pk}")
    assert "Guten Tag Kim," in shown
    subject = re.search(r"<span>Betreff</span> <b>(.*?)</b>", shown)
    assert subject is not None
    assert neutral_subject.finds(subject[1]) == []
    assert "Guten Tag Frau Sommer," in page(beate, f"{at(event, 'einladen')}?suche=sommer")
    assert "heißt so: „Nobody“" in page(beate, f"{at(event, 'einladen')}?suche=Nobody")
    html = beate.get(f"{at(event, 'einladen/html')}?als={kim.pk}")
    assert html["Content-Security-Policy"] == CSP
    assert "Guten Tag Kim," in told(html)
    assert not Mailing.objects.exists()
    assert not Reply.objects.exists()


def test_a_test_mail_goes_to_the_officer_alone_and_counts_nowhere(beate: Client, post: Post) -> None:
    event = meeting()
    active("anna@example.org")
    wrong = beate.post(at(event, "einladen/testmail"), {"email": "beate(at)amt.example"})
    assert reading_forms(wrong.content.decode()) == [at(event, "einladen")] * 2
    answer = beate.post(at(event, "einladen/testmail") + "?municipalities=siegen", {"email": "beate@amt.example"})
    assert answer["Location"].endswith("einladen/?municipalities=siegen")
    assert [mail["To"] for mail in post.deliver()] == ["beate@amt.example"]
    assert not Reply.objects.exists()


def test_sent_once_to_everybody_and_a_second_call_reaches_only_those_missing(beate: Client, post: Post) -> None:
    event = meeting()
    active("anna@example.org", municipality="siegen", name="Anna")
    active("ben@example.org", municipality="netphen")
    shown = page(beate, f"{at(event, SEND)}?municipalities=siegen")
    assert "1 Person einladen" in shown
    answer = beate.post(f"{at(event, SEND)}?municipalities=siegen", seen(event), follow=True)
    assert "Die Einladung geht jetzt an 1 Person." in told(answer)
    assert "0 von 1 verschickt" in told(answer)
    assert [mail["To"] for mail in post.deliver()] == ["anna@example.org"]
    assert "1 von 1 verschickt" in page(beate, answer.redirect_chain[-1][0])
    beate.post(at(event, SEND), seen(event))
    [mail] = post.deliver()
    assert mail["To"] == "ben@example.org"
    assert "/antwort/" in text_of(mail)
    answer = beate.post(at(event, SEND), seen(event), follow=True)
    assert "Alle in dieser Auswahl sind schon eingeladen." in told(answer)
    assert post.deliver() == []
    assert logged() == [
        f"verschickt: Veranstaltung {event.pk}: Einladung, an 1 Person. Für Mitglieder aus Siegen.",
        f"verschickt: Veranstaltung {event.pk}: Einladung, an 1 Person. Für alle Mitglieder.",
    ]
    shown = page(beate, at(event, "ueberblick"))
    assert figures(shown)["eingeladen"] == 2
    assert shown.count("Einladung: ") == 2


def test_what_somebody_has_changed_meanwhile_is_looked_at_again(beate: Client) -> None:
    event = meeting()
    active("anna@example.org")
    before = seen(event)
    Event.objects.update(place="Kulturhaus", changed_at=timezone.now())
    answer = beate.post(at(event, SEND), before, follow=True)
    assert "Jemand anderes arbeitet gerade an diesem Treffen." in told(answer)
    assert not Mailing.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "draft"}, "Veröffentlichen Sie das Treffen zuerst."),
        ({"state": "cancelled"}, "Zum Einladen ist es zu spät."),
        ({"days": 1}, "Zum Einladen ist es zu spät."),
    ],
)
def test_nobody_is_asked_who_could_not_answer(beate: Client, fields: dict, sentence: str) -> None:
    event = meeting(**fields)
    active("anna@example.org")
    assert sentence in told(beate.get(at(event, "einladen"), follow=True))
    assert sentence in told(beate.get(at(event, SEND), follow=True))
    assert sentence in told(beate.post(at(event, SEND), seen(event), follow=True))
    assert not Mailing.objects.exists()


def test_a_run_is_held_goes_on_and_is_stopped(beate: Client, post: Post) -> None:
    event, other = meeting(), meeting()
    invite(event, "anna@example.org", "ben@example.org")
    run = f"mails/{event.mailings.get().pk}"
    assert "Angehalten." in told(beate.post(at(event, f"{run}/anhalten"), follow=True))
    assert post.deliver() == []
    assert "0 von 2 verschickt" in page(beate, at(event, f"{run}/zahlen"))
    assert "Es geht weiter." in told(beate.post(at(event, f"{run}/weiter"), follow=True))
    assert "Gestoppt." in told(beate.post(at(event, f"{run}/stoppen"), follow=True))
    assert post.deliver() == []
    assert "Da war nichts mehr zu tun." in told(beate.post(at(event, f"{run}/stoppen"), follow=True))
    assert beate.get(at(other, run)).status_code == 404
    Delivery.objects.filter(address__email="anna@example.org").update(state="failed", answer="550 5.2.2 full")
    assert "Das Postfach ist voll." in page(beate, at(event, run))
    assert len(logged()) == 3


def test_calling_off_stops_invitations_that_have_not_gone_out(beate: Client, post: Post) -> None:
    event = meeting()
    invite(event, "anna@example.org", "ben@example.org")
    answers.accept(Reply.objects.get(address__email="anna@example.org"), party(1))
    assert "bekommt eine Mail" in page(beate, at(event, "absagen"))
    beate.post(at(event, "absagen"))
    assert sorted(mail["Subject"].partition(":")[0] for mail in post.deliver()) == ["Abgesagt", "Zusage"]


def test_helpers_without_the_members_list_cannot_invite(client: Client, settings) -> None:
    settings.DEMO = True
    event = meeting()
    helper = User.objects.create_user("mika", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_event", "change_event", "view_reply"]))
    client.force_login(helper)
    assert "Einladen</a>" not in page(client, at(event, "ueberblick"))
    for action in ("einladen", "einladen/html", SEND):
        assert client.get(at(event, action)).status_code == 403


# at the same moment (M-18) -----------------------------------------------------------------------------------------


def _all_at_once(event: Event, people: int) -> list[int]:
    for number in range(people):
        active(f"p{number}@example.org")
    officers = [User.objects.create_superuser(name) for name in ("beate", "ruth")]
    windows = [Client() for _ in range(20)]
    for number, window in enumerate(windows):
        window.force_login(officers[number % 2])
    opened = seen(event)

    def click(window: Client) -> int:
        try:
            return window.post(at(event, SEND), opened).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(click, windows))


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_ask_everybody_once(settings) -> None:
    settings.DEMO = True
    event = meeting()
    assert _all_at_once(event, 5) == [302] * 20
    assert Mailing.objects.count() == 1
    emails = [f"p{number}@example.org" for number in range(5)]
    assert sorted(Delivery.objects.values_list("address__email", flat=True)) == emails
    assert sorted(Reply.objects.values_list("address__email", flat=True)) == emails
    assert len(logged()) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_and_the_one_statement_they_would_be_asked_twice(settings, monkeypatch) -> None:
    """The negative control: look who is missing, then write to them."""

    def careless(event: Event, chosen: Audience) -> Mailing:
        members = list(invitations.recipients(event, chosen).values_list("address_id", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        mailing = invitations.template_of(event).create_mailing()
        now = timezone.now()
        Delivery.objects.bulk_create(
            Delivery(mailing=mailing, address_id=pk, priority=1, values={}, links={}, queued_at=now, due_at=now)
            for pk in members
        )
        return mailing

    settings.DEMO = True
    monkeypatch.setattr(invitations, "invite", careless)
    monkeypatch.setattr(editing, "locked", lambda event, seen: event)
    event = meeting()
    assert _all_at_once(event, 2) == [302] * 20
    assert Mailing.objects.count() > 1
    assert Delivery.objects.count() > Member.objects.count()
