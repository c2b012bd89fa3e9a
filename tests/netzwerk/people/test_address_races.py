"""Two taps, two members and two clicks at the same moment: one new address. All people are invented."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from mailings import suppression
from mailings.models import Address, Delivery
from members.models import AddressChange, Consent, Member
from netzwerk.people import address_change
from tests.desk import page
from tests.members.people import active
from tests.netzwerk.people.test_address_change import NEW, OLD, at
from tests.pressing import form_of

pytestmark = pytest.mark.django_db(transaction=True)


def changes_to(email: str, *members: Member) -> list[AddressChange]:
    return [
        AddressChange.objects.create(
            member=member,
            address=Address.objects.ensure(email),
            nonce=f"{member.pk:064}",
            confirm_until=timezone.now() + timedelta(hours=1),
            asked_by="beate",
        )
        for member in members
    ]


def at_once(changes: list[AddressChange]) -> list[bool]:
    def press_button(change: AddressChange) -> bool:
        try:
            return address_change.confirm(change)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as pool:
        return sorted(pool.map(press_button, changes))


def test_of_two_members_who_confirm_one_address_at_once_one_gets_it() -> None:
    changes = changes_to(NEW, active(OLD), active("olena@example.org"))
    assert at_once(changes) == [False, True]
    assert Member.objects.filter(address__email=NEW).count() == 1
    assert Member.objects.count() == 2


def test_two_taps_at_once_are_one_change() -> None:
    changes = changes_to(NEW, active(OLD))
    assert at_once(changes * 2) == [True, True]
    assert Consent.objects.filter(act="moved").count() == 1
    assert Delivery.objects.filter(address__email=OLD).count() == 1


def test_control_without_the_lock_two_taps_are_two_changes(monkeypatch) -> None:
    both, asked_for = Barrier(2, timeout=20), suppression.is_suppressed

    def both_have_looked(email: str) -> bool:
        both.wait()
        return asked_for(email)

    monkeypatch.setattr("django.db.models.QuerySet.select_for_update", lambda rows, *_, **__: rows.all())
    monkeypatch.setattr(suppression, "is_suppressed", both_have_looked)
    assert at_once(changes_to(NEW, active(OLD)) * 2) == [True, True]
    assert Consent.objects.filter(act="moved").count() == 2


def test_a_double_click_of_the_officer_sends_one_mail(beate: Client) -> None:
    kim = active(OLD)
    windows = [beate, Client()]
    windows[1].force_login(User.objects.get(username="beate"))
    path, data = form_of(page(windows[0], at(kim)), "Adresse ändern", at(kim), email=NEW)

    def click(window: Client) -> int:
        try:
            return window.post(path, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, windows)) == [302, 302]
    assert Delivery.objects.filter(mailing__template=address_change.ASKING).count() == 1
    assert AddressChange.objects.count() == 1
