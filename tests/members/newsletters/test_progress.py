"""A Rundmail on its way, as officers follow it: numbers, buttons, failures; and the list. All people are invented."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings.desk import failures
from mailings.models import Address, BounceGroup, Delivery, Feedback, RelayStatus
from mailings.sending import run_control
from members import leaving
from members.models import Newsletter
from members.newsletters import writing
from tests.desk import logged, page
from tests.members.newsletters.test_pages import LIST, at, draft, figures, told
from tests.members.people import active
from tests.post import Post

pytestmark = pytest.mark.django_db


def sent(readers: int = 3, **fields: object) -> Newsletter:
    for number in range(readers):
        active(f"p{number}@example.org", name=f"Person {number}")
    newsletter = draft(**fields)
    writing.send(newsletter, by="beate")
    newsletter.refresh_from_db()
    return newsletter


def became(email: str, state: str, reason: str = "", answer: str = "") -> Delivery:
    """What the worker or a report of the provider leaves behind."""
    delivery = Delivery.objects.get(address__email=email)
    delivery.state, delivery.reason, delivery.answer = state, reason, answer
    delivery.finished_at, delivery.leased_until = timezone.now(), None
    delivery.save()
    return delivery


def test_the_numbers_move_until_all_is_done(beate: Client, post: Post) -> None:
    newsletter = sent()
    shown = page(beate, at(newsletter, "verlauf"))
    assert "0 von 3 verschickt" in shown
    assert figures(shown) == {"warten": 3}
    assert "progress.js" in shown
    post.deliver()
    moved = page(beate, at(newsletter, "verlauf/zahlen"))
    assert "3 von 3 verschickt" in moved
    assert "data-finished" in moved
    assert "<html" not in moved
    leaving.leave(Delivery.objects.get(address__email="p0@example.org").address, "Test")
    shown = page(beate, at(newsletter, "verlauf"))
    assert 'viewBox="0 0 3 1"' in shown
    assert '<rect class="taken" width="3"' in shown
    assert figures(shown) == {
        "sind zurückgekommen": 0,
        "wurden nicht angenommen": 0,
        "als unerwünscht gemeldet": 0,
        "nicht gesendet: abgemeldet, pausiert oder gestoppt": 0,
        "haben sich danach abgemeldet": 1,
    }
    for gone in ["progress.js", "Anhalten", "Stoppen"]:
        assert gone not in shown


def test_a_copy_in_any_state_is_counted_in_a_row(beate: Client) -> None:
    newsletter = sent(readers=len(Delivery.State))
    for copy, state in zip(Delivery.objects.order_by("pk"), Delivery.State, strict=True):
        finished_at = None if state in Delivery.OPEN else timezone.now()
        leased_until = timezone.now() if state == Delivery.State.SENDING else None
        Delivery.objects.filter(pk=copy.pk).update(state=state, finished_at=finished_at, leased_until=leased_until)
    rows = figures(page(beate, at(newsletter, "verlauf")))
    assert list(rows.values()) == [1] * (len(Delivery.State) - 1)  # what was sent stands above them


def test_hold_go_on_and_stop_are_buttons_and_are_noted(beate: Client, post: Post) -> None:
    newsletter = sent()

    def press(action: str) -> str:
        return told(beate.post(at(newsletter, action), follow=True))

    shown = press("anhalten")
    assert "Angehalten. Was gerade gesendet wird, kommt noch an." in shown
    assert ">angehalten<" in shown
    assert "Fortsetzen" in shown
    assert ">Anhalten<" not in shown
    assert post.deliver() == []
    assert "Da war nichts mehr zu tun." in press("anhalten")
    assert "Es geht weiter." in press("weiter")
    assert "Jetzt stoppen" in press("anhalten")  # asked behind "Stoppen", done only then
    assert "Gestoppt." in press("stoppen")
    assert "Da war nichts mehr zu tun." in press("weiter")
    assert post.deliver() == []
    shown = page(beate, at(newsletter, "verlauf"))
    assert figures(shown)["nicht gesendet: abgemeldet, pausiert oder gestoppt"] == 3
    assert logged() == [
        f"geändert: Rundmail {newsletter.pk}: {word}, 3 Personen."
        for word in ("Angehalten", "Fortgesetzt", "Angehalten", "Gestoppt")
    ]
    for action in ["anhalten", "weiter", "stoppen"]:
        assert beate.get(at(newsletter, action)).status_code == 405


def test_it_is_finished_only_when_nothing_is_open(beate: Client) -> None:
    """M-19: what is held, in hand or to be tried again is not finished."""
    newsletter = sent()
    became("p0@example.org", "sent")
    for state in ["queued", "held", "sending"]:
        until = timezone.now() if state == "sending" else None
        Delivery.objects.filter(address__email="p1@example.org").update(state=state, leased_until=until)
        became("p2@example.org", "cancelled", "left")
        shown = page(beate, at(newsletter, "verlauf/zahlen"))
        assert "data-finished" not in shown
        assert ">fertig<" not in shown
    became("p1@example.org", "sent")
    assert ">fertig<" in page(beate, at(newsletter, "verlauf/zahlen"))


@pytest.mark.parametrize(
    ("state", "reason", "answer", "kind", "expected"),
    [
        ("failed", "refused", "550 5.1.1 <…>: User unknown", "", failures.GONE),
        ("failed", "refused", "552 5.2.2 Mailbox full", "", failures.FULL),
        ("failed", "given-up", "452 4.2.2 Postfach voll", "", failures.FULL),
        ("failed", "given-up", "451 4.7.1 Greylisted", "", failures.GIVEN_UP),
        ("failed", "given-up", "", "", failures.GIVEN_UP),
        ("failed", "refused", "554 5.7.1 Blocked, see our policy", "", failures.BLOCKED),
        ("failed", "refused", "", "", failures.REFUSED),
        ("failed", "poison", "", "", failures.POISON),
        ("bounced", "", "", "hard", failures.GONE),
        ("bounced", "", "", "soft", failures.NOT_NOW),
        ("complained", "", "", "complaint", failures.UNWANTED),
    ],
)
def test_why_it_did_not_arrive_is_said_in_plain_words(
    beate: Client, state: str, reason: str, answer: str, kind: str, expected: failures.Failure
) -> None:
    newsletter = sent()
    delivery = became("p1@example.org", state, reason, answer)
    if kind:
        facts = {"kind": kind, "address": delivery.address, "delivery": delivery, "at": timezone.now()}
        Feedback.objects.create(event="x", **facts)
    shown = page(beate, at(newsletter, "verlauf"))
    for sentence in [*expected, "Fehler (1)", f"/verwaltung/mitglied/{delivery.address.member.pk}/"]:
        assert sentence in shown
    assert "p0@example.org" not in shown
    assert ("Der Mailserver schrieb" in shown) == bool(answer)


@pytest.mark.parametrize(
    ("state", "expected", "retry"),
    [("counts", failures.GONE, True), ("held", failures.MANY, False), ("dropped", failures.OUR_FAULT, False)],
)
def test_a_bounce_is_explained_by_the_servers_words_and_by_what_an_officer_decided(
    beate: Client, state: str, expected: failures.Failure, retry: bool
) -> None:
    newsletter = sent()
    delivery = became("p1@example.org", "bounced")
    assert delivery.address
    bounces = BounceGroup.objects.create(domain="example.org", day="2026-12-03", state=state)
    facts = {"kind": "hard", "address": delivery.address, "delivery": delivery, "at": timezone.now()}
    Feedback.objects.create(event="x", **facts, group=bounces, words="550 5.1.1 Unknown user")
    if retry:
        Address.objects.filter(pk=delivery.address.pk).update(bounced_at=timezone.now())
    shown = page(beate, at(newsletter, "verlauf"))
    for sentence in [*expected, "Der Mailserver schrieb: 550 5.1.1 Unknown user"]:
        assert sentence in shown
    assert (f"/verwaltung/mailings/delivery/{delivery.pk}/wieder-versuchen/" in shown) == retry


def test_the_copy_of_somebody_whose_data_are_erased_is_still_counted(beate: Client) -> None:
    newsletter = sent()
    became("p1@example.org", "failed", "refused", "550 5.1.1 User unknown")
    Delivery.objects.filter(address__email="p1@example.org").update(address=None)
    shown = page(beate, at(newsletter, "verlauf"))
    assert "gelöscht" in shown
    assert "Fehler (1)" in shown


def test_a_mail_that_is_complained_about_has_arrived(beate: Client) -> None:
    newsletter = sent()
    became("p0@example.org", "complained")
    became("p1@example.org", "bounced")
    became("p2@example.org", "failed", "refused")
    assert "Fehler (3)" in page(beate, at(newsletter, "verlauf"))
    assert ">2 nicht angekommen, 1 als unerwünscht gemeldet<" in page(beate, LIST)
    assert Delivery.objects.not_arrived(timezone.now() - timedelta(days=1)).count() == 2


def test_new_failures_are_announced_where_numbers_move(beate: Client) -> None:
    newsletter = sent()
    assert "dazugekommen" not in page(beate, f"{at(newsletter, 'verlauf/zahlen')}?fehler=0")
    became("p1@example.org", "failed", "refused")
    assert "dazugekommen" in page(beate, f"{at(newsletter, 'verlauf/zahlen')}?fehler=0")
    assert "dazugekommen" not in page(beate, f"{at(newsletter, 'verlauf/zahlen')}?fehler=1")
    for odd in ["fehler=x", "fehler=²", ""]:
        page(beate, f"{at(newsletter, 'verlauf/zahlen')}?{odd}")


def test_sixty_failures_need_no_more_queries_than_five_and_have_two_pages(beate: Client) -> None:
    newsletter = sent(61)
    path = at(newsletter, "verlauf")

    def queries(failures: int) -> int:
        for number in range(failures):
            became(f"p{number}@example.org", "bounced")
        with CaptureQueriesContext(connection) as captured:
            page(beate, path)
        return len(captured)

    few = queries(5)
    assert queries(60) == few
    assert few <= 9
    assert page(beate, path).count('data-label="An"') == 50
    assert page(beate, f"{path}?seite=2").count('data-label="An"') == 10
    assert "Seite 2 von 2" in page(beate, f"{path}?seite=99")


def test_what_is_forgotten_after_ninety_days_is_still_counted(beate: Client, post: Post) -> None:
    newsletter = sent()
    post.deliver()
    leaving.leave(became("p1@example.org", "bounced").address, "Test")
    leaving.leave(Delivery.objects.get(address__email="p0@example.org").address, "Test")
    run_control.freeze_counts(timezone.now() + timedelta(days=1))
    shown = page(beate, at(newsletter, "verlauf"))
    assert "3 von 3 verschickt" in shown
    assert figures(shown)["sind zurückgekommen"] == 1
    assert "Das wird nach 90 Tagen gelöscht." in shown
    assert "3 Personen" in page(beate, LIST)


def test_an_interrupted_line_is_said_and_that_nobody_need_do_anything(beate: Client, post: Post) -> None:
    newsletter = sent()
    RelayStatus.objects.update_or_create(
        pk=RelayStatus.THE_ONE, defaults={"down_since": timezone.now(), "answer": "no route"}
    )
    assert "Sobald er wieder antwortet, geht es von selbst weiter." in page(beate, at(newsletter, "verlauf"))


def test_a_draft_has_no_progress(beate: Client) -> None:
    newsletter = draft()
    for path in ["verlauf", "verlauf/zahlen"]:
        assert beate.get(at(newsletter, path)).status_code == 404
    for action in ["anhalten", "weiter", "stoppen"]:
        assert beate.post(at(newsletter, action)).status_code == 404


def test_fifty_rundmails_need_no_more_queries_than_five(beate: Client) -> None:
    active("kim@example.org")

    def queries(number: int) -> int:
        for _ in range(number):
            writing.send(draft(), by="beate")
            draft()
        with CaptureQueriesContext(connection) as captured:
            page(beate, LIST)
        return len(captured)

    few = queries(2)
    assert queries(23) == few
    assert few <= 6


def test_drafts_come_first_then_the_latest(beate: Client) -> None:
    active("kim@example.org")
    for number, subject in enumerate(["Alt", "Neu"]):
        newsletter = draft(subject=subject)
        writing.send(newsletter, by="ruth")
        Newsletter.objects.filter(pk=newsletter.pk).update(sent_at=timezone.now() + timedelta(hours=number))
    draft(subject="Entwurf eins", written_by="beate")
    Delivery.objects.filter(mailing__newsletter__subject="Alt").update(state="bounced", finished_at=timezone.now())
    shown = page(beate, LIST)
    places = [shown.index(words) for words in ("Entwurf eins", ">Neu<", ">Alt<")]
    assert places == sorted(places)
    for sentence in ["geschrieben von beate", " von ruth", "1 Person", "1 nicht angekommen", ">unterwegs<", ">fertig<"]:
        assert sentence in shown


def test_who_may_only_look_at_members_sees_no_rundmail(client: Client, settings) -> None:
    settings.DEMO = True
    newsletter = draft()
    client.force_login(User.objects.create_user("gast", is_staff=True))
    gets = ["change", "vorschau", "vorschau/html", "verschicken", "loeschen", "verlauf", "verlauf/zahlen", "history"]
    assert {path: client.get(at(newsletter, path)).status_code for path in gets} == dict.fromkeys(gets, 403)
    posts = ["verschicken", "testmail", "vorlage", "loeschen", "anhalten", "weiter", "stoppen"]
    assert {path: client.post(at(newsletter, path)).status_code for path in posts} == dict.fromkeys(posts, 403)
    client.logout()
    for path in gets + posts:
        assert client.post(at(newsletter, path))["Location"].startswith("/verwaltung/login/"), path
