"""A stamp is new, belongs to the form that it was shown in, and is used once (S-14)."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from mailings import antispam
from mailings.models import Delivery, RateHit
from members.forms import JoinForm
from members.models import JoinRequest
from tests import FULL
from tests.events.answering.test_seats_races import at_once
from tests.events.meetings import meeting
from tests.members.people import form
from tests.wegweiser.offers import form as report_form
from tests.wegweiser.offers import hint_form, offer
from wegweiser.models import Hint, Submission

JOIN = "/mitmachen/"
CLICKS = 20 if FULL else 8
BOTS, PEOPLE = (1000, 50) if FULL else (20, 5)
ONCE_MORE = "schicken Sie das Formular noch einmal ab"


def shown(client: Client, path: str = JOIN) -> str:
    """The stamp on the page, as a browser sends it back."""
    return stamp_on(client.get(path).content.decode())


def stamp_on(page: str) -> str:
    [field] = re.findall(r'<input type="hidden" name="seen"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', field)
    assert value is not None
    return value[1]


@pytest.mark.django_db
class TestOneAfterTheOther:
    """What people do with one page, and what programs do."""

    def test_a_double_click_acts_once_and_looks_as_if_it_were_one(self, client: Client) -> None:
        typed = form("kim@example.org", name="Kim")
        answers = [client.post(JOIN, typed) for _ in range(3)]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, f"{JOIN}unterwegs/")] * 3
        assert JoinRequest.objects.count() == Delivery.objects.count() == 1

    def test_kim_goes_back_mends_the_address_and_sends_again(self, client: Client, time_machine) -> None:
        """One sentence, everything still there, and the next tap works."""
        time_machine.move_to(timezone.now(), tick=False)
        typed = form("kin@example.org", name="Kim", municipality="siegen", children_years="2017", discreet="on")
        client.post(JOIN, typed)
        page = client.post(JOIN, typed | {"email": "kim@example.org"}).content.decode()
        assert "Dieses Formular haben Sie schon abgeschickt." in page
        for kept in ('value="kim@example.org"', 'value="Kim"', '<option value="siegen" selected>', 'value="2017"'):
            assert kept in page, kept
        assert page.count(" checked") == 2
        time_machine.move_to(timezone.now() + timedelta(seconds=3), tick=False)
        again = typed | {"email": "kim@example.org", "seen": stamp_on(page)}
        assert client.post(JOIN, again).status_code == 302
        asked = JoinRequest.objects.order_by("pk").values_list("member__address__email", flat=True)
        assert list(asked) == ["kin@example.org", "kim@example.org"]

    def test_a_typo_does_not_use_the_stamp_up(self, client: Client) -> None:
        typed = form("kim@example")
        page = client.post(JOIN, typed).content.decode()
        assert stamp_on(page) == typed["seen"]
        assert client.post(JOIN, typed | {"email": "kim@example.org"}).status_code == 302

    def test_several_ticks_survive_a_page_that_was_open_for_long(self, client: Client) -> None:
        typed = report_form(municipalities=["kreuztal", "siegen"], seen="")
        page = client.post("/wegweiser/angebot-melden/", typed).content.decode()
        assert "Diese Seite war lange offen." in page
        assert page.count('name="municipalities"') > 2
        for town in ("kreuztal", "siegen"):
            assert re.search(rf'value="{town}"[^>]* checked', page), town

    @pytest.mark.parametrize("stamp", ["", "gefälscht", "1764371234.5:1vPq:abc"])
    def test_a_page_without_a_good_stamp_gets_one_that_must_age_first(
        self, stamp: str, client: Client, time_machine
    ) -> None:
        """And it does age while a person who is too quick is asked to wait: nobody is trapped."""
        time_machine.move_to(timezone.now(), tick=False)
        typed = form("kim@example.org", seen=stamp)
        page = client.post(JOIN, typed).content.decode()
        assert "Diese Seite war lange offen." in page
        typed["seen"] = stamp_on(page)
        for wait, accepted in ((2, False), (0.9, False), (0.1, True)):
            time_machine.move_to(timezone.now() + timedelta(seconds=wait), tick=False)
            answer = client.post(JOIN, typed)
            assert (answer.status_code == 302) == accepted, wait
            if not accepted:
                assert "Das ging sehr schnell." in answer.content.decode()
                assert stamp_on(answer.content.decode()) == typed["seen"]

    @pytest.mark.parametrize("of", ["/meine-daten/", "/wegweiser/angebot-melden/", "event", "hint"])
    def test_a_stamp_of_another_form_is_none(self, of: str, client: Client, time_machine) -> None:
        path = {"event": lambda: f"/termine/{meeting().slug}/anmelden/", "hint": _hint_path}.get(of, lambda: of)()
        stamp = shown(client, path)
        time_machine.move_to(timezone.now() + timedelta(seconds=10))
        assert "Diese Seite war lange offen." in client.post(JOIN, form("kim@example.org", seen=stamp)).content.decode()

    def test_no_two_pages_show_the_same_stamp(self, client: Client, time_machine) -> None:
        time_machine.move_to(timezone.now(), tick=False)
        assert len({shown(client) for _ in range(5)}) == 5

    def test_one_stamp_serves_one_submission_whatever_a_program_types(self, client: Client) -> None:
        """The fault: one stamp sent mails to hundreds."""
        stamp = form("")["seen"]
        for number in range(100 if FULL else 10):
            client.post(JOIN, form(f"k{number}@example.org", seen=stamp), REMOTE_ADDR=f"192.0.2.{number}")
        assert Delivery.objects.count() == 1

    def test_a_stamp_cannot_be_used_again_before_it_is_too_old(self, client: Client, time_machine) -> None:
        start = timezone.now()
        time_machine.move_to(start, tick=False)
        typed = form("kim@example.org")
        for hours in (0, 12, 23.99):
            time_machine.move_to(start + timedelta(hours=hours), tick=False)
            client.post(JOIN, typed)
            client.post(JOIN, typed | {"email": "nora@example.org"})
        assert JoinRequest.objects.count() == 1

    def test_a_hint_that_comes_back_says_why_as_often_as_it_is_sent(self, client: Client) -> None:
        path = _hint_path()
        for number in range(3):
            client.post(path, hint_form(f"Hinweis {number}"))
        fourth = hint_form("Die Straße heißt anders.")
        for _ in range(2):
            page = client.post(path, fourth).content.decode()
            assert "Aus Ihrem Netz kommen gerade sehr viele Anfragen." in page
            assert stamp_on(page) == fourth["seen"]
        RateHit.objects.all().delete()
        assert client.post(path, fourth).status_code == 302
        assert Hint.objects.count() == 4

    def test_what_is_stored_tells_nothing(self, client: Client) -> None:
        stamp = form("")["seen"]
        client.post(JOIN, form("kim@example.org", seen=stamp))
        for key in RateHit.objects.values_list("key", flat=True):
            assert re.fullmatch("[0-9a-f]{64}|lane join", key)

    def test_programs_are_refused_and_people_are_not(self, client: Client, time_machine) -> None:
        """S-14: programs send at once, without a stamp, with one that they found, or the same one again."""
        start = timezone.now()
        time_machine.move_to(start, tick=False)
        found = shown(client, "/meine-daten/")
        once = shown(client)
        time_machine.move_to(start + timedelta(seconds=4), tick=False)
        for number in range(BOTS):
            stamp = ["", found, once, shown(client)][number % 4]
            typed = {"email": f"b{number}@example.org", "consent": "on", "name": "Gewinn", "seen": stamp}
            client.post(JOIN, typed, REMOTE_ADDR=f"198.51.100.{number % 250}")
        assert JoinRequest.objects.count() == 1, "of all programs the first that had read the page and waited"
        for number in range(PEOPLE):
            stamp = shown(client)
            time_machine.move_to(timezone.now() + timedelta(minutes=2), tick=False)
            typed = form(f"p{number}@example.org", name="Kim", seen=stamp)
            assert client.post(JOIN, typed, REMOTE_ADDR=f"203.0.113.{number}").status_code == 302
        assert JoinRequest.objects.count() == 1 + PEOPLE

    @pytest.mark.parametrize("again", ["the same", "something else"])
    def test_every_form_is_sent_once(self, again: str, client: Client) -> None:
        path = _hint_path()
        for page, typed, other in (
            (path, hint_form(), {"text": "Anders."}),
            ("/wegweiser/angebot-melden/", report_form(), {"title": "Strickcafé"}),
        ):
            assert client.post(page, typed).status_code == 302
            answer = client.post(page, typed | (other if again == "something else" else {}))
            assert answer.status_code == (200 if again == "something else" else 302)
        assert (Hint.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_many_clicks_on_one_page_act_once(self) -> None:
        stamp = form("")["seen"]
        answers = at_once([_sends(number, stamp) for number in range(CLICKS)])
        assert sorted(map(str, answers)) == ["200"] * (CLICKS - 1) + ["302"]
        assert JoinRequest.objects.count() == Delivery.objects.count() == 1

    def test_many_clicks_that_send_the_same_are_one_and_no_error(self) -> None:
        stamp = form("")["seen"]
        answers = at_once([_sends(0, stamp) for _ in range(CLICKS)])
        assert answers == [302] * CLICKS
        assert JoinRequest.objects.count() == Delivery.objects.count() == 1

    def test_control_without_the_lock_each_of_them_acts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Looking first and storing then."""
        done: list[int] = []
        looked = Barrier(CLICKS)
        store = RateHit.objects.bulk_create

        def store_when_all_have_looked(rows: Any) -> Any:
            looked.wait()
            return store(rows)

        monkeypatch.setattr(antispam.locks, "take", lambda *args: None)
        monkeypatch.setattr(RateHit.objects, "bulk_create", store_when_all_have_looked)
        stamp = form("")["seen"]
        at_once([_clicks(number, stamp, lambda: done.append(1)) for number in range(CLICKS)])
        assert len(done) == CLICKS

    def test_an_action_that_fails_leaves_the_stamp_to_be_used(self) -> None:
        def fails() -> None:
            raise RuntimeError("The database is away.")

        stamp, done = form("")["seen"], list[int]()
        with pytest.raises(RuntimeError):
            _clicks(0, stamp, fails)()
        assert _clicks(0, stamp, lambda: done.append(1))()
        assert _clicks(0, stamp, lambda: done.append(1))()
        assert done == [1]


def _hint_path() -> str:
    return f"/wegweiser/{offer().slug}/hinweis/"


def _sends(number: int, stamp: object) -> Callable[[], int]:
    typed = form(f"k{number}@example.org", seen=stamp)
    return lambda: Client().post(JOIN, typed, REMOTE_ADDR=f"192.0.2.{number}").status_code


def _clicks(number: int, stamp: object, action: Callable[[], Any]) -> Callable[[], bool]:
    """One submission, without the page around it."""

    def click() -> bool:
        data = QueryDict(mutable=True)
        data.update({name: str(value) for name, value in form(f"k{number}@example.org", seen=stamp).items()})
        sent = JoinForm(data)
        assert sent.is_valid()
        return sent.once(action)

    return click
