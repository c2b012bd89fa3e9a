"""The demo's officer and invented members."""

import io
import threading

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings.models import Address, Delivery
from members.models import Consent, Member
from netzwerk.demo import account, people
from tests.post import Post


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True


def made() -> str:
    out = io.StringIO()
    call_command("demo_data", stdout=out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_has_an_officer_and_members_in_every_state() -> None:
    year = timezone.localdate().year
    assert made() == (
        "Benutzer demo, Passwort netzwerk-demo\n"
        "Benutzer helferin, Passwort netzwerk-demo\n"
        "33 Mitglieder sind dabei\n"
        "3 Mitglieder haben noch nicht bestätigt\n"
        "3 Mitglieder haben sich abgemeldet\n"
        "eine Rundmail als Entwurf\n"
        "5 vergangene Veranstaltungen, 3 kommende mit 38 Einladungen, ein Entwurf\n"
        "120 Angebote im Wegweiser als Beispiele, 5 erfundene dazu\n"
        "2 Meldungen, 1 Hinweis\n"
        "4 Gruppen, eine wartet auf ein Ja\n"
        f"Zahlen der Jahre {year - 3} bis {year - 1}\n"
    )
    officer = User.objects.get(username=account.USER, groups__name="Koordination", is_superuser=False)
    assert officer.check_password(account.PASSWORD)
    assert User.objects.filter(username="helferin", groups__name="Tür", is_superuser=False).exists()
    assert Address.objects.filter(discreet=True).count() == 3
    assert Address.objects.exclude(paused_until=None).count() == 2
    assert Address.objects.exclude(bounced_at=None).count() == 2
    assert all(email.endswith(".example") and email.isascii() for email in emails())
    assert Consent.objects.filter(act="recorded").count() == 32


def emails() -> list[str]:
    return list(Address.objects.values_list("email", flat=True))


@pytest.mark.slow
@pytest.mark.django_db
def test_the_second_run_makes_nothing_and_is_quick() -> None:
    made()
    deliveries = Delivery.objects.count()
    User.objects.filter(username="demo").update(first_name="Beate")
    Member.objects.filter(name="Kim Althaus").update(name="Kim A.")
    with CaptureQueriesContext(connection) as captured:
        assert made() == "Beispieldaten sind da.\n"
    assert len(captured) <= 11
    assert Delivery.objects.count() == deliveries
    assert Member.objects.filter(name="Kim A.").exists()
    assert User.objects.get(username="demo").first_name == "Beate"


@pytest.mark.slow
@pytest.mark.django_db
def test_the_mails_of_the_demo_are_a_handful_and_different(post: Post) -> None:
    made()
    subjects = [mail["Subject"] for mail in post.deliver()]
    about_members = ["Bitte bestätigen Sie Ihre Adresse"] * 4 + ["Nachricht für Sie"] * 2 + ["Willkommen"]
    about_events = [subject for subject in subjects if subject not in about_members]
    about_groups = ["Jemand fragt an", "Nachricht von Olena"]
    assert len(subjects) == len(about_members) + len(about_groups) + 6
    assert set(about_groups) < set(about_events)
    assert len(set(about_events)) == 7 < len(about_events)


@pytest.mark.django_db
def test_nobody_is_invented_among_real_people(settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="Beispieldaten gibt es nur im Beispielportal"):
        made()
    assert not User.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_everything_once() -> None:
    lines: list[str] = []

    def run() -> None:
        try:
            lines.extend(people.make())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(lines) == 11
    assert Member.objects.count() == 39
