"""One action on many offers: it asks first, says how many, and can be taken back. Beate is an invented officer."""

import re
from datetime import date

import pytest
from django.test import Client

from kit.tallies import What
from tests.desk import change, logged, page
from tests.pressing import press
from tests.tallies import counted
from tests.wegweiser.offers import checked, offer
from tests.wegweiser.test_admin import OFFERS, act, fields
from wegweiser import bulk
from wegweiser.models import Check, Offer

pytestmark = pytest.mark.django_db


def test_many_at_once_are_asked_about_counted_and_given_back(beate: Client) -> None:
    kiste, boerse, cafe = (
        offer(slug=slug, title=title) for slug, title in (("a", "Kiste"), ("b", "Börse"), ("c", "Café"))
    )
    before = dict(Offer.objects.values_list("pk", "checked_on"))
    asked = act(beate, "archive", kiste, boerse, cafe)
    assert "3 Angebote nicht mehr zeigen?" in asked
    assert Offer.objects.published().count() == 3
    sent = re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', asked[asked.index("Das betrifft") :])
    form = {name: [value for other, value in sent if other == name] for name, _ in sent}
    shown = beate.post(OFFERS, form, follow=True).content.decode()
    assert "3 Angebote: Aus dem Wegweiser genommen." in shown
    assert Offer.objects.published().count() == 0
    change(beate, f"{OFFERS}{cafe.pk}/change/", fields(title="Café", state="archived", description="Neu."))
    shown = press(beate, page(beate, OFFERS), "Rückgängig machen")
    assert "Rückgängig gemacht: 2 Angebote." in shown
    assert "1 Angebot hat sich inzwischen geändert und bleibt so." in shown
    assert "Rückgängig machen" not in page(beate, OFFERS)
    assert set(Offer.objects.published().values_list("slug", flat=True)) == {"a", "b"}
    assert {pk: before[pk] for pk in (kiste.pk, boerse.pk)} == dict(
        Offer.objects.published().values_list("pk", "checked_on")
    )
    assert "schon rückgängig" in beate.post(f"{OFFERS}rueckgaengig/", follow=True).content.decode()


def test_a_check_by_mistake_is_given_back_with_its_day(beate: Client) -> None:
    kiste = offer(example=True, checked_on=None)
    act(beate, "check_today", kiste)
    press(beate, page(beate, OFFERS), "Rückgängig machen")
    kiste.refresh_from_db()
    assert (kiste.example, kiste.checked_on) == (True, None)
    assert [line.rpartition(": ")[2] for line in logged()] == ["Heute geprüft.", "Rückgängig gemacht."]


def test_if_more_are_chosen_meanwhile_it_is_asked_again(beate: Client) -> None:
    kiste, boerse = offer(slug="a"), offer(slug="b")
    chosen = {"action": "archive", "_selected_action": [kiste.pk], "select_across": "1", "seen": "1"}
    assert "2 Angebote nicht mehr zeigen?" in beate.post(OFFERS, chosen).content.decode()
    assert Offer.objects.published().count() == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "MOST", 1)
        assert "höchstens 1 auf einmal" in act(beate, "archive", kiste, boerse)


def test_a_check_given_back_counts_no_more_and_its_round_goes_on(beate: Client) -> None:
    kiste = checked(date(2020, 1, 1), "kiste")
    asked = Check.objects.create(provider=kiste.provider)
    act(beate, "check_today", kiste)
    asked.refresh_from_db()
    assert (asked.closed_at is None, counted(What.CHECKED)) == (False, 1)
    press(beate, page(beate, OFFERS), "Rückgängig machen")
    asked.refresh_from_db()
    assert (asked.closed_at, counted(What.CHECKED)) == (None, 0)
