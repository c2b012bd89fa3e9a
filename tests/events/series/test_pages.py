"""A monthly meeting for half a year in one step; afterwards each is on its own. Beate is an invented officer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from events.models import Event
from events.series import drafts
from mailings.models import Delivery
from tests.desk import logged, page
from tests.events.desk.test_event_forms import at
from tests.events.meetings import berlin, meeting
from tests.pressing import form_of, press, send

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-29T12:00:00+01:00")


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


def breakfast(begins: str = "2026-12-05 10:00", **fields: object) -> Event:
    begins_at = berlin(begins)
    times = {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=2)}
    return meeting(seats=20, care=6, summary="Mit Kaffee", slug="2026-12-05-treffen", **times | fields)


def days(shown: str) -> list[str]:
    return re.findall(r'name="form-\d+-day" value="([\d-]+)"', shown)


def test_six_first_saturdays_become_six_drafts_with_their_own_days(beate: Client) -> None:
    event = breakfast(answer_by=berlin("2026-12-02 12:00"), last_call_on=date(2026, 11, 30))
    shown = page(beate, at(event, "reihe"))
    assert "jeden Monat am ersten Samstag" in shown
    assert days(shown) == []
    query = f"{at(event, 'reihe')}?wie=wochentag&anzahl=6"
    shown = page(beate, query)
    assert days(shown) == ["2027-01-02", "2027-02-06", "2027-03-06", "2027-04-03", "2027-05-01", "2027-06-05"]
    assert "Samstag, 3. April 2027, 10 bis 12 Uhr" in shown
    assert "Antwort bis Mittwoch, 31. März, 12 Uhr" in shown
    # the second is in the holidays, the fifth moves from the holiday to the day after
    path, data = form_of(shown, "Entwürfe anlegen", query, **{"form-4-day": "2027-05-02"})
    del data["form-1-take"]
    done = beate.post(path, data, follow=True).content.decode()
    assert "5 Entwürfe sind angelegt" in done
    made = list(Event.objects.exclude(pk=event.pk).order_by("begins_at").select_related("capacity"))
    assert [each.slug for each in made] == [
        "2027-01-02-treffen", "2027-03-06-treffen", "2027-04-03-treffen", "2027-05-02-treffen", "2027-06-05-treffen",
    ]  # fmt: skip
    # the clock, not the hours between: summer time begins on 28 March
    assert [timezone.localtime(each.begins_at).hour for each in made] == [10] * 5
    assert [timezone.localtime(each.answer_by).hour for each in made] == [12] * 5
    assert {each.state for each in made} == {"draft"}
    april = made[2]
    assert (april.ends_at, april.answer_by) == (berlin("2027-04-03 12:00"), berlin("2027-03-31 12:00"))
    assert april.last_call_on == date(2027, 3, 29)
    assert (april.summary, april.capacity.total, april.capacity.childcare_total) == ("Mit Kaffee", 20, 6)
    assert len({each.uid for each in made} | {event.uid}) == 6
    assert len(logged()) == 5


def test_the_drafts_are_published_together_by_one_more_press_and_nobody_gets_a_mail(beate: Client) -> None:
    event = breakfast()
    query = f"{at(event, 'reihe')}?wie=woche&anzahl=2"
    done = press(beate, page(beate, query), "Entwürfe anlegen", query)
    assert Event.objects.filter(state="draft").count() == 2
    answer = send(beate, done, "Beide veröffentlichen", f"{at(event, 'reihe')}entwuerfe/")
    assert "2 Treffen sind veröffentlicht." in answer.content.decode()
    assert not Event.objects.filter(state="draft").exists()
    assert all(each.announced for each in Event.objects.all())
    assert not Delivery.objects.exists()
    again = send(beate, done, "Beide veröffentlichen", f"{at(event, 'reihe')}entwuerfe/")
    assert "schon veröffentlicht" in again.content.decode()
    for odd in ("", "?nr=x", "?nr=" + "9" * 30, f"?nr={event.pk}"):
        assert beate.get(f"{at(event, 'reihe')}entwuerfe/{odd}").status_code == 302


def test_what_is_changed_afterwards_at_one_stays_with_it(beate: Client) -> None:
    event = breakfast()
    query = f"{at(event, 'reihe')}?wie=woche&anzahl=2"
    press(beate, page(beate, query), "Entwürfe anlegen", query)
    Event.objects.filter(slug="2026-12-12-treffen").update(title="Waffeln")
    assert sorted(Event.objects.values_list("title", flat=True)) == ["Adventsfrühstück", "Adventsfrühstück", "Waffeln"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"form-0-day": "2026-11-28"}, "Dieser Tag ist schon vorbei."),
        ({"form-1-day": "2026-12-12"}, "Dieser Tag steht schon da."),
        ({"form-0-day": ""}, "Wählen Sie einen Tag, oder nehmen Sie das Häkchen heraus."),
        ({"form-0-day": "bald"}, "Schreiben Sie den Tag so: 5.12.2026."),
        ({"form-0-day": "0001-01-01"}, "Prüfen Sie das Jahr."),
        ({"form-TOTAL_FORMS": "99999"}, ""),
        ({"form-TOTAL_FORMS": "x"}, ""),
        ({"key": "x"}, "Diese Seite war zu lange offen."),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_created(beate: Client, changes: dict[str, str], sentence: str) -> None:
    event = breakfast()
    query = f"{at(event, 'reihe')}?wie=woche&anzahl=3"
    answer = send(beate, page(beate, query), "Entwürfe anlegen", query, **changes)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Event.objects.count() == 1


def test_without_a_day_nothing_is_created(beate: Client) -> None:
    event = breakfast()
    query = f"{at(event, 'reihe')}?wie=woche&anzahl=2"
    path, data = form_of(page(beate, query), "Entwürfe anlegen", query)
    del data["form-0-take"], data["form-1-take"]
    assert "Wählen Sie mindestens einen Tag." in beate.post(path, data).content.decode()
    assert Event.objects.count() == 1


@pytest.mark.parametrize("query", ["wie=taeglich&anzahl=3", "wie=woche&anzahl=1", "wie=woche&anzahl=13", "anzahl=x"])
def test_a_rhythm_that_is_none_is_asked_again(beate: Client, query: str) -> None:
    event = breakfast()
    path = f"{at(event, 'reihe')}?{query}"
    shown = page(beate, path)
    assert "Bitte eine Zahl von 2 bis 12." in shown or "Wählen Sie, wie oft." in shown
    assert beate.post(path, {"key": "x"}).status_code == 200
    assert Event.objects.count() == 1


def test_months_that_fall_out_are_said_plainly(beate: Client) -> None:
    event = breakfast("2027-01-30 10:00")
    shown = page(beate, f"{at(event, 'reihe')}?wie=wochentag&anzahl=2")
    assert "Einen fünften Samstag gibt es nicht im Februar 2027, März 2027, April 2027, Juni 2027." in shown


def test_an_hour_that_the_clock_leaves_out_is_named(beate: Client) -> None:
    """A night in March without half past two: Saturday's meeting goes past midnight."""
    event = breakfast("2027-02-28 02:30")
    query = f"{at(event, 'reihe')}?wie=datum&anzahl=2"
    told = press(beate, page(beate, query), "Entwürfe anlegen", query)
    assert "2.30 Uhr gibt es am 28.3.2027 nicht" in told
    assert Event.objects.count() == 1
    with pytest.raises(drafts.NoSuchTime):
        drafts.copy_for(event, date(2027, 3, 28))


def test_where_the_day_for_answers_would_be_over_they_come_until_it_begins() -> None:
    event = breakfast("2026-10-03 10:00", answer_by=berlin("2026-09-20 12:00"), last_call_on=date(2026, 9, 10))
    near, far = (drafts.copy_for(event, day) for day in (date(2026, 12, 5), date(2027, 1, 2)))
    assert (near.answer_by, near.last_call_on) == (berlin("2026-12-05 10:00"), None)
    assert (far.answer_by, far.last_call_on) == (berlin("2026-12-20 12:00"), date(2026, 12, 10))


@pytest.mark.django_db(transaction=True)
def test_a_double_click_creates_one_series(settings) -> None:
    settings.DEMO = True
    event, officer = breakfast(), User.objects.create_superuser("beate")
    windows = [Client() for _ in range(4)]
    for window in windows:
        window.force_login(officer)
    query = f"{at(event, 'reihe')}?wie=woche&anzahl=3"
    path, data = form_of(page(windows[0], query), "Entwürfe anlegen", query)

    def click(window: Client) -> int:
        try:
            return window.post(path, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(click, windows)) == [302] * 4
    assert Event.objects.count() == 4
    # control: the page opened anew is another series, with slugs of its own
    press(windows[0], page(windows[0], query), "Entwürfe anlegen", query)
    assert Event.objects.count() == 7
    assert Event.objects.filter(slug="2026-12-12-treffen-2").exists()
