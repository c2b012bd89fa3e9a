"""Officers who press at the same moment (D-15): one is saved, the others are asked."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from kit.desk.conflicts import NothingOverwritten
from tests.desk import page
from tests.pressing import form_of
from tests.wegweiser.offers import provider

pytestmark = pytest.mark.django_db(transaction=True)


def press_at_once(settings, windows: int) -> list[int]:
    """The statuses of so many windows that show the same and send something else: 302 is saved, 200 is asked."""
    settings.DEMO = True
    at = f"/verwaltung/wegweiser/provider/{provider().pk}/change/"
    officer = User.objects.create_superuser("beate")
    clients = [Client() for _ in range(windows)]
    for client in clients:
        client.force_login(officer)
    html = page(clients[0], at)

    def save(number: int) -> int:
        try:
            path, data = form_of(html, "Speichern", at, name=f"Haus {number}")
            return int(clients[number].post(path, data).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(windows) as pool:
        return sorted(pool.map(save, range(windows)))


def test_of_four_that_press_at_once_one_is_saved_and_three_are_asked(settings) -> None:
    assert press_at_once(settings, 4) == [200, 200, 200, 302]


def test_control_without_the_lock_both_are_saved(settings, monkeypatch) -> None:
    compared, ask = Barrier(2), NothingOverwritten.ask

    def both_have_compared(*args):
        asked = ask(*args)
        compared.wait(30)
        return asked

    monkeypatch.setattr(NothingOverwritten, "locked_row", NothingOverwritten.get_object)
    monkeypatch.setattr(NothingOverwritten, "ask", both_have_compared)
    assert press_at_once(settings, 2) == [302, 302]
