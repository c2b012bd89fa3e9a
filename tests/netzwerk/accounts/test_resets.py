"""Mika has lost his phone: Rita has his second step reset, and nobody can do that behind his back (R-04)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from kit.desk.audit import Action
from mailings.models import Delivery
from netzwerk import upkeep
from netzwerk.accounts import colleagues, resets, roles
from netzwerk.models import FactorReset
from netzwerk.signing_in import factors
from tests import FULL
from tests.desk import page
from tests.netzwerk.accounts.officers import PASSWORD, desk_of, officer, rita, said, signs_in, sinan, with_phone
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, link_in, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db
KONTEN, OBJECTION, RESET = "/verwaltung/konten/", "/verwaltung/widerspruch/", "/verwaltung/zweiter-schritt/"
MIKA, RITA = "mika@amt.example", "rita@amt.example"
SECOND = timedelta(seconds=1)


@pytest.fixture
def mika() -> User:
    return with_phone(with_phone(officer("Mika Winter", roles.EVENTS)))


@pytest.fixture
def start(time_machine):
    moment = timezone.now().replace(microsecond=0)
    time_machine.move_to(moment, tick=False)
    return moment


def asked(mika: User, post: Post) -> str:
    """Rita has asked for it; Mika's link to object."""
    resets.ask(mika, by=User.objects.filter(first_name="Rita").first() or rita())
    post.deliver()
    return link_in(post.to(MIKA), OBJECTION)


def test_from_the_colleagues_page_to_the_end_of_all_factors(mika: User, post: Post, log, start, time_machine) -> None:
    """24 hours to the second; only he gets the links; both are told; each step is on record."""
    desk, window = desk_of(rita()), desk_of(mika)
    account = page(desk, f"{KONTEN}{mika.pk}/")
    assert "Zweiten Schritt zurücksetzen" in account
    shown = press(desk, page(desk, f"{KONTEN}{mika.pk}/zuruecksetzen/"), "Zurücksetzen beginnen")
    assert "Mika Winter bekommt jetzt eine Mail und morgen den Link." in said(shown)
    assert "Der zweite Schritt wird zurückgesetzt." in said(shown)
    [first] = post.deliver()
    assert first["To"] == MIKA
    assert "Rita Sommer möchte Ihren zweiten Schritt beim Anmelden zurücksetzen" in text_of(first)
    time_machine.move_to(start + timedelta(hours=24) - SECOND, tick=False)
    assert post.deliver() == []
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    [second] = post.deliver()
    assert second["To"] == MIKA
    time_machine.shift(1)  # mails are told apart by their seconds
    visitor = Client()
    done = press(visitor, page(visitor, link_in(second, RESET)), "Jetzt zurücksetzen")
    assert "Melden Sie sich jetzt mit Ihrem Passwort an" in said(done)
    assert not factors.has_any(mika)
    assert window.get("/verwaltung/").status_code == 302
    assert signs_in(mika, PASSWORD)  # the password stays
    told = post.deliver()
    assert {(mail["To"], mail["Subject"]) for mail in told} == {
        (MIKA, "Ihr zweiter Schritt ist zurückgesetzt"),
        (RITA, "Zweiter Schritt zurückgesetzt"),
    }
    assert log == [
        ("Rita", Action.RESET_ASKED, "Konto Mika Winter"),
        ("Mika", Action.RESET_DONE, "verlangt von Rita Sommer"),
    ]
    assert Client().get(link_in(second, RESET)).status_code == 404


def test_nobody_carries_it_out_a_second_too_early_whatever_link_they_have(
    mika: User, post: Post, start, time_machine
) -> None:
    asked(mika, post)
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    post.deliver()
    link = link_in(post.to(MIKA), RESET)
    time_machine.move_to(start + timedelta(hours=24) - SECOND, tick=False)
    assert Client().get(link).status_code == Client().post(link).status_code == 404
    assert not resets.carry_out(FactorReset.objects.get())
    assert factors.has_any(mika)


def test_it_lapses_after_eight_days_to_the_second(mika: User, post: Post, start, time_machine) -> None:
    asked(mika, post)
    time_machine.move_to(start + timedelta(days=8) - SECOND, tick=False)
    post.deliver()
    link = link_in(post.to(MIKA), RESET)
    page(Client(), link)
    upkeep.end_open_matters(timezone.now())
    assert FactorReset.objects.count() == 1
    time_machine.move_to(start + timedelta(days=8), tick=False)
    assert Client().get(link).status_code == 404
    asked(mika, post)  # Rita may begin anew without waiting for the night
    assert FactorReset.objects.get().asked_at == start + timedelta(days=8)
    time_machine.move_to(start + timedelta(days=16), tick=False)
    upkeep.end_open_matters(timezone.now())
    assert FactorReset.objects.count() == 0


def test_mika_objects_from_the_mail_with_one_button(mika: User, post: Post, log, start, time_machine) -> None:
    """The colleague is told, and the mail that was to come never goes out."""
    link = asked(mika, post)
    time_machine.shift(1)  # mails are told apart by their seconds
    visitor = Client()
    done = press(visitor, page(visitor, link), "Widersprechen")
    assert "Ihr Widerspruch gilt." in said(done)
    assert Client().get(link).status_code == 404
    [told] = post.deliver()
    assert told["To"] == RITA
    assert "Mika Winter hat widersprochen" in text_of(told)
    time_machine.move_to(start + timedelta(hours=25), tick=False)
    assert post.deliver() == []
    assert Delivery.objects.filter(mailing__template="netzwerk/reset_ready").get().state == Delivery.State.CANCELLED
    assert factors.has_any(mika)
    assert log[-1] == ("Mika", Action.RESET_OBJECTED, "widersprochen")


def test_mika_finds_his_phone_signs_in_and_objects_there(mika: User, post: Post) -> None:
    desk = desk_of(mika)
    assert "zweiten Schritt" not in page(desk, "/verwaltung/")
    asked(mika, post)
    today = page(desk, "/verwaltung/")
    assert "Rita Sommer möchte Ihren zweiten Schritt zurücksetzen" in today
    assert "zweiten Schritt zurücksetzen" not in page(desk_of(User.objects.get(first_name="Rita")), "/verwaltung/")
    shown = press(desk, page(desk, "/verwaltung/mein-zweiter-schritt/widersprechen/"), "Widersprechen")
    assert "Widersprochen. Ihr zweiter Schritt bleibt, wie er ist." in said(shown)
    assert not FactorReset.objects.exists()
    assert "Niemand möchte" in page(desk, "/verwaltung/mein-zweiter-schritt/widersprechen/")


def test_rita_takes_it_back_and_mika_is_told(mika: User, post: Post, log) -> None:
    link = asked(mika, post)
    desk = desk_of(User.objects.get(first_name="Rita"))
    shown = press(desk, page(desk, f"{KONTEN}{mika.pk}/"), "Zurücknehmen")
    assert "Zurückgenommen. Der zweite Schritt bleibt, wie er ist." in said(shown)
    [told] = post.deliver()
    assert (told["To"], told["Subject"]) == (MIKA, "Ihr zweiter Schritt bleibt")
    assert Client().get(link).status_code == 404
    assert log[-1] == ("Rita", Action.RESET_OBJECTED, "Konto Mika Winter: zurückgenommen")


def test_what_hinders_is_said(mika: User, post: Post) -> None:
    boss, other = rita(), officer("Jana Klein", roles.GUIDE)
    mail = User.objects.create_user("alt", first_name="Alt", is_staff=True)
    desk = desk_of(boss)

    def told(account: User) -> str:
        return said(desk.post(f"{KONTEN}{account.pk}/zuruecksetzen/", follow=True).content.decode())

    assert "Den eigenen zweiten Schritt muss jemand anderes zurücksetzen." in told(boss)
    assert "Dieses Konto hat noch keinen zweiten Schritt." in told(other)
    assert "Zu diesem Konto gehört keine E-Mail-Adresse." in told(mail)
    assert "bekommt jetzt eine Mail" in told(mika)
    assert "Das Zurücksetzen läuft schon." in told(mika)
    assert FactorReset.objects.count() == 1
    colleagues.switch_off(mika, by=boss, reason="In Rente")
    assert "Das Konto ist abgeschaltet." in told(mika)
    assert FactorReset.objects.count() == 0


def test_what_somebody_has_begun_ends_with_the_own_account(mika: User, post: Post) -> None:
    """Somebody else sat at Rita's desk: once her account is off, the reset that she asked for is over."""
    link = asked(mika, post)
    colleagues.switch_off(User.objects.get(first_name="Rita"), by=sinan(), reason="War ein Betrug")
    assert Client().get(link).status_code == 404
    assert not FactorReset.objects.exists()


def test_one_link_does_not_do_what_the_other_is_for(mika: User, post: Post, start, time_machine) -> None:
    """Nor does a scanner that opens both."""
    objection = asked(mika, post)
    time_machine.move_to(start + timedelta(hours=24), tick=False)
    post.deliver()
    reset = link_in(post.to(MIKA), RESET)
    before = dump(None)
    for link, own, foreign in ((objection, OBJECTION, RESET), (reset, RESET, OBJECTION)):
        assert "no-store" in Client().get(link)["Cache-Control"]
        Client().head(link)
        assert Client().post(link.replace(own, foreign)).status_code == 404
        assert link.split("/")[3].partition("-")[2] not in before
    assert dump(None) == before


def race(*actions: Callable[[], bool]) -> list[bool]:
    ended, start = [], threading.Barrier(len(actions))

    def run(action: Callable[[], bool]) -> None:
        start.wait()
        try:
            ended.append(action())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def objection_and_reset_at_once(mika: User) -> list[bool]:
    reset = resets.ask(mika, by=User.objects.filter(first_name="Rita").first() or rita())
    FactorReset.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    return race(lambda: resets.object_to(reset), lambda: resets.carry_out(reset))


@pytest.mark.django_db(transaction=True)
def test_of_an_objection_and_the_reset_at_once_one_wins(mika: User) -> None:
    for _ in range(20 if FULL else 3):
        with_phone(mika)
        assert objection_and_reset_at_once(mika) == [False, True]
        assert not FactorReset.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_control_looking_first_and_deleting_later_lets_both_win(mika: User, monkeypatch) -> None:
    """The factors would be gone, and he and Rita would read that they are not."""
    both_looked = threading.Barrier(2)

    def looked(reset: FactorReset) -> bool:
        found = FactorReset.objects.filter(pk=reset.pk).exists()
        both_looked.wait()
        FactorReset.objects.filter(pk=reset.pk).delete()
        return found

    def carry_out(reset: FactorReset) -> bool:
        return looked(reset) and bool(factors.end_all(reset.account))

    monkeypatch.setattr(resets, "end", looked)
    monkeypatch.setattr(resets, "carry_out", carry_out)
    assert objection_and_reset_at_once(mika) == [True, True]
