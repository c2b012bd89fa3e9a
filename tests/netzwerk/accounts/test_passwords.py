"""A forgotten password (R-04, P-04): a link by mail that tells no stranger who has an account. Rita forgot hers."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp import devices_for_user

from kit.desk.audit import Action
from mailings.models import Address, Delivery
from netzwerk.accounts import colleagues, passwords
from tests.desk import page
from tests.netzwerk.accounts.officers import NEW, PASSWORD, desk_of, officer, rita, said, signs_in, sinan, with_phone
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, link_in, text_of
from tests.pressing import press
from tests.statements import recorded, undone

pytestmark = pytest.mark.django_db
ASK, LINK = "/verwaltung/passwort-vergessen/", "/verwaltung/passwort/"
RITA = "rita@amt.example"
SENT = "Gehört die Adresse zu einem Konto, dann ist unsere Mail unterwegs."


def ask(email: str, ip: str = "192.0.2.7") -> str:
    visitor = Client(REMOTE_ADDR=ip)
    return press(visitor, page(visitor, ASK), "Link schicken", email=email)


def link_for(post: Post, email: str = RITA) -> str:
    ask(email)
    post.deliver()
    return link_in(post.to(email), LINK)


def choose(link: str, password: str = NEW) -> str:
    visitor = Client()
    return press(visitor, page(visitor, link), "Passwort speichern", new_password1=password, new_password2=password)


def test_from_the_sign_in_page_to_a_new_password(post: Post, log, settings) -> None:
    """Her phone stays; every window is shut; a mail tells her."""
    settings.DEMO = False
    owner = with_phone(rita())
    [phone] = devices_for_user(owner)
    window = desk_of(owner)
    assert f'href="{ASK}"' in page(Client(), "/verwaltung/login/")
    assert SENT in said(ask("Rita@AMT.example"))
    [mail] = post.deliver()
    assert (mail["To"], mail["Subject"]) == (RITA, "Ihr Link")
    done = choose(link_in(mail, LINK))
    assert "Melden Sie sich jetzt mit dem neuen Passwort an. Ihr zweiter Schritt bleibt, wie er ist." in said(done)
    assert signs_in(owner, NEW)
    assert not signs_in(owner, PASSWORD)
    assert window.session.is_empty() or "_auth_user_id" not in window.session
    assert list(devices_for_user(owner)) == [phone]
    [told] = post.deliver()
    assert (told["To"], told["Subject"]) == (RITA, "Ihr Passwort ist neu")
    assert f"rufen Sie bitte gleich an: {settings.CONTACT_PHONE}." in text_of(told)
    assert log == [("Rita", Action.PASSWORD, "über den Link per Mail")]


@pytest.mark.parametrize("who", ["unknown", "switched off", "no officer"])
def test_others_get_the_same_page_and_no_mail(post: Post, who: str) -> None:
    if who == "switched off":
        colleagues.switch_off(rita(), by=sinan(), reason="In Rente")
    if who == "no officer":
        User.objects.create_user("rita", RITA, PASSWORD)
    assert SENT in said(ask(RITA))
    assert post.deliver() == []
    assert not Address.objects.filter(email=RITA).exists()


@pytest.mark.django_db
def test_known_and_unknown_addresses_are_told_apart_by_nothing() -> None:
    """The same page, byte for byte, and the same statements behind it."""
    rita()
    officer("Olga Winter")

    def asked(email: str) -> tuple[str, list[str]]:
        with undone(), recorded() as statements:
            html = ask(email)
        return re.sub(r'(csrfmiddlewaretoken|seen)" value="[^"]*"', "", html), [
            re.sub(r"'[^']*'|\d+", "", statement) for statement in statements
        ]

    asked(RITA)
    known, unknown = asked(RITA), asked("anna@amt.example")
    assert known == unknown
    assert len(known[1]) > 8


def test_the_link_works_for_an_hour_to_the_second_and_once(post: Post, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    owner = rita()
    first = link_for(post)
    time_machine.move_to(start + timedelta(hours=1), tick=False)
    page(Client(), first)
    time_machine.move_to(start + timedelta(hours=1, seconds=1), tick=False)
    gone = Client().get(first)
    assert gone.status_code == 404
    assert "Dann lassen Sie sich einen neuen Link schicken." in said(gone.content.decode())
    second = link_for(post)
    choose(second)
    data = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert Client().get(second).status_code == Client().post(second, data).status_code == 404
    assert signs_in(owner, NEW)


def test_a_used_link_ends_the_others_that_were_asked_for(post: Post, time_machine) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    rita()
    first = link_for(post)
    time_machine.move_to(start + timedelta(minutes=11), tick=False)
    second = link_for(post)
    assert first != second
    choose(second)
    assert Client().get(first).status_code == 404


def test_three_mails_a_day_are_enough_for_a_mailbox(post: Post, time_machine) -> None:
    start = timezone.now()
    rita()
    for minutes in range(0, 66, 11):
        time_machine.move_to(start + timedelta(minutes=minutes), tick=False)
        assert SENT in said(ask(RITA, f"192.0.2.{minutes}"))
    assert len(post.deliver()) == 3


def test_officers_do_not_wait_behind_strangers(post: Post) -> None:
    rita()
    passwords.send_link(RITA, "192.0.2.1")
    assert Delivery.objects.get().due_at <= timezone.now()


@pytest.mark.parametrize("email", ["", "rita", "r\0ita@amt.example", "r" * 10_000])
def test_what_is_no_address_is_refused_in_german(email: str, post: Post) -> None:
    rita()
    shown = ask(email)
    assert SENT not in shown
    assert 'class="errorlist"' in shown
    assert post.deliver() == []


def test_scanners_change_nothing_and_mangled_links_are_friendly(post: Post) -> None:
    rita()
    link = link_for(post)
    before = dump(None)
    answer = Client().get(link)
    assert "no-store" in answer["Cache-Control"]
    Client().head(link)
    assert dump(None) == before
    assert link.split("/")[3].partition("-")[2] not in before
    for wrong in (f"{link[:-3]}x/", f"{LINK}1-abc/", f"{LINK}abc/"):
        assert "Dieser Link gilt nicht mehr" in Client().get(wrong).content.decode()


def test_a_link_that_is_under_way_opens_nothing_once_the_account_is_off(post: Post) -> None:
    owner, other = rita(), sinan()
    link = link_for(post)
    colleagues.switch_off(owner, by=other, reason="In Rente")
    assert Client().get(link).status_code == 404


def test_on_the_desk_the_old_password_is_asked_for(post: Post, log) -> None:
    """This window stays open, all others are shut."""
    owner = rita()
    desk, other = desk_of(owner), desk_of(owner)
    form = page(desk, "/verwaltung/password_change/")
    assert "Please" not in form
    typed = {"new_password1": NEW, "new_password2": NEW}
    wrong = said(press(desk, form, "Passwort ändern", old_password="falsch", **typed))
    assert "Das ist nicht Ihr bisheriges Passwort." in wrong
    assert signs_in(owner, PASSWORD)
    done = press(desk, form, "Passwort ändern", old_password=PASSWORD, **typed)
    assert "Ihr neues Passwort gilt ab jetzt." in said(done)
    assert signs_in(owner, NEW)
    assert desk.get("/verwaltung/").status_code == 200
    assert other.get("/verwaltung/").status_code == 302
    assert [mail["Subject"] for mail in post.deliver()] == ["Ihr Passwort ist neu"]
    assert log == [("Rita", Action.PASSWORD, "in der Verwaltung")]


@pytest.mark.parametrize("old", ["", "x" * 10_000, "a\0b"])
def test_nonsense_on_the_desk_is_refused_in_german(old: str) -> None:
    desk = desk_of(rita())
    form = page(desk, "/verwaltung/password_change/")
    shown = press(desk, form, "Passwort ändern", old_password=old, new_password1="kurz", new_password2="kurz")
    assert "mindestens 12 Zeichen" in shown


def test_an_old_account_without_an_address_gets_one_from_its_owner_only(post: Post, log) -> None:
    owner = User.objects.create_user("beate", password=PASSWORD, first_name="Beate", is_staff=True)
    desk, path = desk_of(owner), "/verwaltung/meine-adresse/"
    assert f'href="{path}"' in page(desk, "/verwaltung/password_change/")
    rita()
    for typed, sentence in (
        ({"password": "falsch"}, "Das ist nicht Ihr Passwort."),
        ({"password": "x" * 10_000}, "Das ist nicht Ihr Passwort."),
        ({"email": RITA}, "Mit dieser Adresse gibt es schon ein Konto."),
        ({"email": "bea\0te@amt.example"}, "das es nicht gibt"),
    ):
        data = {"email": "beate@amt.example", "password": PASSWORD} | typed
        assert sentence in said(press(desk, page(desk, path), "Adresse speichern", **data))
    press(desk, page(desk, path), "Adresse speichern", email="beate@amt.example", password=PASSWORD)
    assert path not in page(desk, "/verwaltung/password_change/")
    assert desk.post(path, {"email": "andere@amt.example", "password": PASSWORD}).status_code == 302
    assert User.objects.get(username="beate").email == "beate@amt.example"
    assert log == [("Beate", Action.CHANGED, "die eigene E-Mail-Adresse eingetragen")]
    choose(link_for(post, "beate@amt.example"))
    assert signs_in(owner, NEW)
