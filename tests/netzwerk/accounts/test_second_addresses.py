"""When the office's mail is gone, an officer is reached at a second address (O-03). Rita and Sinan coordinate."""

import pytest

from mailings.models import Address, Delivery
from netzwerk.accounts import colleagues, passwords, resets, second_addresses
from netzwerk.accounts.second_addresses import TakenMeanwhile
from netzwerk.models import SecondAddress
from netzwerk.signing_in import factors
from tests.desk import logged, page
from tests.netzwerk.accounts.officers import NEW, desk_of, rita, said, sinan, with_phone
from tests.post import Post, link_in, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db
PAGE = "/verwaltung/meine-zweite-adresse/"
HOME = "rita@daheim.example"


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # signed in without a second factor


def to(post: Post) -> list[str]:
    return sorted(f"{mail['To']}: {mail['Subject']}" for mail in post.deliver())


def test_rita_enters_one_and_both_mailboxes_hear_of_it(post: Post) -> None:
    desk = desk_of(rita())
    assert "Zweite Adresse eintragen" in page(desk, "/verwaltung/meine-anmeldung/")
    shown = press(desk, page(desk, PAGE), "Speichern", PAGE, email=" Rita@Daheim.example ")
    assert "Eine Mail an Ihre Adressen ist unterwegs." in said(shown)
    assert to(post) == [
        f"{email}: Ihre zweite Adresse ist neu" for email in ("rita@amt.example", "rita@daheim.example")
    ]
    assert HOME in text_of(post.mails[0])
    assert logged() == ["geändert: die eigene zweite Adresse eingetragen"]
    press(desk, page(desk, PAGE), "Speichern", PAGE)  # nothing has changed
    assert to(post) == []


def test_removing_it_tells_the_mailbox_that_loses_it(post: Post) -> None:
    desk = desk_of(rita_with_one())
    press(desk, page(desk, PAGE), "Speichern", PAGE, email="")
    assert to(post) == [
        f"{email}: Ihre zweite Adresse ist neu" for email in ("rita@amt.example", "rita@daheim.example")
    ]
    assert not SecondAddress.objects.exists()


def rita_with_one():
    account = rita()
    SecondAddress.objects.create(account=account, email=HOME)
    return account


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("rita@amt.example", "Das ist schon Ihre erste Adresse."),
        ("sinan@amt.example", "Mit dieser Adresse gibt es schon ein Konto."),
        ("sinan@daheim.example", "Mit dieser Adresse gibt es schon ein Konto."),
        ("rita", "fehlt"),
    ],
)
def test_what_cannot_be_one_is_said_and_stays_typed(typed: str, told: str) -> None:
    SecondAddress.objects.create(account=sinan(), email="sinan@daheim.example")
    desk = desk_of(rita())
    shown = press(desk, page(desk, PAGE), "Speichern", PAGE, email=typed)
    assert told in said(shown)
    assert f'value="{typed}"' in shown
    assert not SecondAddress.objects.filter(account__username="rita@amt.example").exists()


def test_two_officers_cannot_have_the_same_at_once() -> None:
    second_addresses.enter(sinan(), "gemeinsam@daheim.example")
    with pytest.raises(TakenMeanwhile):
        second_addresses.enter(rita(), "gemeinsam@daheim.example")


def test_a_forgotten_password_is_set_by_the_link_that_comes_there(post: Post) -> None:
    account = rita_with_one()
    passwords.send_link(HOME, "203.0.113.7")
    post.deliver()
    path = link_in(post.to(HOME), "/verwaltung/passwort/")
    assert passwords.reset(path.split("/")[-2], NEW) == account
    assert to(post) == [f"{email}: Ihr Passwort ist neu" for email in ("rita@amt.example", "rita@daheim.example")]
    assert passwords.find(path.split("/")[-2]) is None  # once


def test_notices_about_the_sign_in_go_to_both(post: Post) -> None:
    account = with_phone(rita_with_one())
    resets.ask(account, by=sinan())
    factors.tell(account, "Neu ist: Passkey.")
    sent = to(post)
    assert [line.partition(":")[0] for line in sent] == ["rita@amt.example"] * 2 + ["rita@daheim.example"] * 2
    assert Delivery.objects.filter(state="queued", address__email=HOME).count() == 1  # tomorrow's link


def test_the_address_is_kept_as_long_as_it_is_one() -> None:
    rita_with_one()
    Address.objects.create(email=HOME)
    assert Address.objects.filter(colleagues.owned(), email=HOME).exists()
    SecondAddress.objects.all().delete()
    assert not Address.objects.filter(colleagues.owned(), email=HOME).exists()
