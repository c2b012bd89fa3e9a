"""A colleague is invited by mail and chooses her own password (R-04). Olga is invited, Rita invites."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from kit.desk.audit import Action
from mailings.models import Address
from netzwerk import upkeep
from netzwerk.accounts import colleagues, invitations, roles
from netzwerk.models import AccountInvitation
from netzwerk.privacy import register
from tests.desk import page
from tests.netzwerk.accounts.officers import NEW, desk_of, officer, rita, said, signs_in
from tests.netzwerk.privacy.test_my_data import dump
from tests.post import Post, link_in, text_of
from tests.pressing import press

pytestmark = pytest.mark.django_db
KONTEN, LINK, OLGA = "/verwaltung/konten/", "/verwaltung/einladung/", "olga.winter@amt.example"
DAYS = timedelta(days=7)


def fill(desk: Client, **changes: object) -> str:
    """Fills the form as Rita sees it, and presses its button."""
    typed = {"first_name": "Olga", "last_name": "Winter", "email": OLGA, "roles": [roles.EVENTS, roles.DOOR]} | changes
    return press(desk, page(desk, f"{KONTEN}einladen/"), "Einladung schicken", **typed)  # type: ignore[arg-type]


def invited(post: Post) -> str:
    """Rita has invited Olga; the link in the mail."""
    invitations.invite(OLGA, "Olga", "Winter", [roles.EVENTS, roles.DOOR], by=User.objects.get(first_name="Rita"))
    post.deliver()
    return link_in(post.to(OLGA), LINK)


def choose(link: str, password: str = NEW, again: str = "") -> str:
    visitor = Client()
    return press(
        visitor, page(visitor, link), "Zugang einrichten", new_password1=password, new_password2=again or password
    )


def test_from_the_form_to_the_first_sign_in(post: Post, log) -> None:
    assert "Sie gilt sieben Tage." in said(fill(desk_of(rita())))
    post.deliver()
    mail = post.to(OLGA)
    assert mail["Subject"] == "Ihr Zugang"
    assert "Rita Sommer hat für Sie einen Zugang" in text_of(mail)
    link = link_in(mail, LINK)
    shown = page(Client(), link)
    assert "Guten Tag, Olga Winter." in said(shown)
    assert OLGA in shown
    done = choose(link)
    assert "Melden Sie sich jetzt mit Ihrer E-Mail-Adresse und Ihrem Passwort an." in said(done)
    assert 'href="/verwaltung/login/?next=%2Fverwaltung%2F' in done
    olga = User.objects.get(username=OLGA)
    assert (olga.email, olga.get_full_name(), olga.is_staff, olga.is_superuser) == (OLGA, "Olga Winter", True, False)
    assert colleagues.roles_of(olga) == [roles.EVENTS, roles.DOOR]
    assert signs_in(olga, NEW)
    assert log == [
        ("Rita", Action.INVITED, "Olga Winter: Veranstaltungen, Tür"),
        ("Olga", Action.ADDED, "Konto Olga Winter, eingeladen von Rita Sommer"),
    ]


def test_the_link_works_once(post: Post) -> None:
    rita()
    link = invited(post)
    choose(link)
    again = Client().get(link)
    assert again.status_code == 404
    assert "Dieser Link gilt nicht mehr" in again.content.decode()
    data = {"new_password1": "ganz andere Wörter", "new_password2": "ganz andere Wörter"}
    assert Client().post(link, data).status_code == 404
    assert signs_in(User.objects.get(username=OLGA), NEW)


def test_a_page_that_was_open_meanwhile_opens_no_second_account(post: Post) -> None:
    rita()
    link = invited(post)
    first, second = Client(), Client()
    pages = page(first, link), page(second, link)
    press(first, pages[0], "Zugang einrichten", new_password1=NEW, new_password2=NEW)
    data = {"new_password1": "ganz andere Wörter", "new_password2": "ganz andere Wörter"}
    assert second.post(link, data).status_code == 404
    assert signs_in(User.objects.get(username=OLGA), NEW)


def test_it_ends_after_seven_days_to_the_second(post: Post, time_machine) -> None:
    """The page says what to do; the officer sees that it has expired, and sends it again."""
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    desk = desk_of(rita())
    old = invited(post)
    time_machine.move_to(start + DAYS - timedelta(seconds=1), tick=False)
    page(Client(), old)
    time_machine.move_to(start + DAYS, tick=False)
    gone = Client().get(old)
    assert gone.status_code == 404
    assert "die Sie eingeladen hat, den Link noch einmal zu schicken." in said(gone.content.decode())
    desk = desk_of(User.objects.get(first_name="Rita"))
    shown = page(desk, f"{KONTEN}einladung/{AccountInvitation.objects.get().pk}/")
    assert "Uhr nicht mehr." in said(shown)
    assert f"Ein neuer Link geht an {OLGA}. Der alte gilt nicht mehr." in said(
        press(desk, shown, "Noch einmal schicken")
    )
    post.deliver()
    assert Client().get(old).status_code == 404
    page(Client(), link_in(post.to(OLGA), LINK))


def test_nobody_keeps_it_longer_than_thirty_days(post: Post, time_machine) -> None:
    start = timezone.now().replace(microsecond=0)
    time_machine.move_to(start, tick=False)
    rita()
    invited(post)
    time_machine.move_to(start + timedelta(days=30), tick=False)
    upkeep.end_open_matters(timezone.now())
    register.expire(timezone.now())
    assert AccountInvitation.objects.count() == 1
    assert Address.objects.filter(email=OLGA).exists()  # kept for the mail to her
    time_machine.move_to(start + timedelta(days=30, seconds=1), tick=False)
    upkeep.end_open_matters(timezone.now())
    register.expire(timezone.now())
    assert AccountInvitation.objects.count() == 0
    assert not Address.objects.filter(email=OLGA).exists()


def test_every_night_does_it() -> None:
    assert upkeep.end_open_matters in upkeep.STEPS


def test_a_withdrawn_one_opens_nothing(post: Post, log) -> None:
    desk = desk_of(rita())
    link = invited(post)
    shown = page(desk, f"{KONTEN}einladung/{AccountInvitation.objects.get().pk}/")
    assert "Die Einladung an Olga Winter gilt nicht mehr." in said(press(desk, shown, "Einladung zurückziehen"))
    assert Client().get(link).status_code == 404
    assert log[-1] == ("Rita", Action.INVITED, "Olga Winter: zurückgezogen")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"first_name": " "}, "Hier fehlt der Vorname."),
        ({"last_name": ""}, "Hier fehlt der Nachname."),
        ({"last_name": "W" * 10_000}, "So lang kann ein Name hier nicht sein."),
        ({"first_name": "Ol\0ga"}, "Darin steckt ein Zeichen, das es nicht gibt."),
        ({"email": ""}, "Hier fehlt die Adresse."),
        ({"email": "olga"}, "Das @ fehlt"),
        ({"email": "o@" + "w" * 10_000}, "Das ist zu lang für eine E-Mail-Adresse."),
        ({"email": f"{'o' * 60}@{'w' * 60}.{'w' * 40}.example"}, "Hier gehen nur Adressen bis 150 Zeichen."),
        ({"email": "olga@gmial.com"}, "Meinen Sie olga@gmail.com?"),
        ({"email": "RITA@amt.example"}, "Mit dieser Adresse gibt es schon ein Konto."),
        ({"email": "mika@amt.example"}, "Diese Adresse ist schon eingeladen."),
        ({"roles": []}, "Kreuzen Sie mindestens eine Rolle an."),
    ],
    ids=lambda it: it if isinstance(it, str) else next(iter(it)),
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed: dict[str, object], sentence: str) -> None:
    boss = rita()
    invitations.invite("mika@amt.example", "Mika", "Lang", [roles.DOOR], by=boss)
    shown = fill(desk_of(boss), **typed)
    assert sentence in said(shown)
    assert 'value="Winter"' in shown or "last_name" in typed
    assert AccountInvitation.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("", "", "Hier fehlt das Passwort."),
        ("elf Zeichen", "elf Zeichen", "mindestens 12 Zeichen"),
        ("passwort1234", "passwort1235", "Die beiden Passwörter sind nicht gleich."),
        ("olga.winter@amt.example", "olga.winter@amt.example", "zu ähnlich"),
        ("q" * 201, "q" * 201, "Höchstens 200 Zeichen."),
        ("q" * 10_000, "q" * 10_000, "Höchstens 200 Zeichen."),
        ("vier kleine\0Wörter", "vier kleine\0Wörter", "Darin steckt ein Zeichen, das es nicht gibt."),
    ],
    ids=["none", "short", "differ", "like her name", "long", "very long", "NUL"],
)
def test_a_bad_password_is_refused_in_german(post: Post, password: str, again: str, sentence: str) -> None:
    rita()
    link = invited(post)
    visitor = Client()
    shown = press(visitor, page(visitor, link), "Zugang einrichten", new_password1=password, new_password2=again)
    assert sentence in said(shown)
    assert not User.objects.filter(username=OLGA).exists()
    choose(link, "q" * 200)
    assert signs_in(User.objects.get(username=OLGA), "q" * 200)


def test_scanners_change_nothing_and_no_table_opens_it(post: Post) -> None:
    rita()
    link = invited(post)
    before = dump(None)
    for _ in range(3):
        answer = Client().get(link)
        Client().head(link)
        assert "no-store" in answer["Cache-Control"]
    assert dump(None) == before
    assert link.split("/")[3].partition("-")[2] not in before
    for wrong in (f"{link[:-3]}x/", f"{LINK}1-abc/", f"{LINK}99999999999999999999-abc/", f"{LINK}abc/", f"{LINK}ü/"):
        assert Client().get(wrong).status_code == 404


def test_without_the_role_nobody_invites() -> None:
    for name in (roles.EVENTS, roles.GUIDE, roles.REPORT, roles.DOOR):
        desk = desk_of(officer(f"{name} Lang", name))
        assert desk.get(f"{KONTEN}einladen/").status_code == 403
        assert desk.post(f"{KONTEN}einladen/", {"email": OLGA}).status_code == 403
    assert not AccountInvitation.objects.exists()
