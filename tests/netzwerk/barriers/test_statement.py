"""The accessibility statement names what is missing, and is reviewed once a year (P-20)."""

from datetime import timedelta
from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.flatpages.models import FlatPage
from django.test import Client
from django.utils import timezone

from netzwerk import alerts
from netzwerk.models import Heartbeat
from tests.desk import change, page
from tests.netzwerk.barriers.test_reports import START

pytestmark = pytest.mark.django_db

PATH = "/barrierefreiheit/"
SOON = ("1 Erklärung zur Barrierefreiheit ist bald ein Jahr alt", False)
LATE = ("1 Erklärung zur Barrierefreiheit ist länger als ein Jahr nicht überprüft", True)


def test_it_names_what_is_missing_and_leads_to_the_form(client: Client) -> None:
    html = page(client, PATH)
    for missing in ("Gebärdensprache", "Leichte Sprache", "Menschen mit Behinderungen", "PDF", "Karten"):
        assert missing in html
    assert 'href="/barrierefreiheit/melden/"' in html.partition("<footer")[0]


def reminders() -> list[tuple[str, bool]]:
    Heartbeat.objects.filter(name="daily").update(at=timezone.now())
    return [(str(found), found.urgent) for found in alerts.now() if "Erklärung" in found.what]


@pytest.mark.parametrize("name", ["statement", "installed"])
def test_heute_asks_for_the_review_at_335_days_and_urgently_at_365(name: str, time_machine) -> None:
    """A portal whose statement nobody has reviewed counts from its first day."""
    time_machine.move_to(START, tick=False)
    start = timezone.now()
    Heartbeat.objects.update_or_create(name=name, defaults={"at": start})
    second = timedelta(seconds=1)
    for after, expected in [
        (timedelta(days=335) - second, []),
        (timedelta(days=335), [SOON]),
        (timedelta(days=365) - second, [SOON]),
        (timedelta(days=365), [LATE]),
    ]:
        time_machine.move_to(start + after, tick=False)
        assert reminders() == expected, after


def test_beate_reviews_it_and_the_page_says_when(beate: Client, time_machine) -> None:
    time_machine.move_to(START, tick=False)
    assert "Zuletzt überprüft am <mark>[Bitte ergänzen" in page(beate, PATH)
    Heartbeat.objects.filter(name="installed").update(at=timezone.now() - timedelta(days=340))
    [alert] = (found for found in alerts.now() if "Erklärung" in found.what)
    [row] = beate.get(alert.url).context["cl"].result_list
    assert row.url == PATH
    at = f"/verwaltung/flatpages/flatpage/{row.pk}/change/"
    assert "Ich habe diese Erklärung heute überprüft" in page(beate, at)
    unchanged = {"title": row.title, "content": row.content}
    change(beate, at, unchanged)
    assert reminders() == [SOON]
    change(beate, at, unchanged | {"reviewed": "on"})
    assert reminders() == []
    assert "Zuletzt überprüft am 2. November 2026." in page(beate, PATH)


def test_other_texts_have_no_such_tick(beate: Client) -> None:
    imprint = FlatPage.objects.get(url="/impressum/")
    at = f"/verwaltung/flatpages/flatpage/{imprint.pk}/change/"
    assert "heute überprüft" not in page(beate, at)
    change(beate, at, {"title": "Impressum", "content": "Neu", "reviewed": "on"})
    assert not Heartbeat.objects.filter(name="statement").exists()


def test_the_update_renews_the_first_text_and_leaves_the_officers_own(monkeypatch) -> None:
    update = import_module("netzwerk.migrations.0008_barriers")
    statement = FlatPage.objects.get(url=PATH)
    renewed = statement.content
    monkeypatch.setattr(update, "FIRST", sha256(b"Der erste Text").hexdigest())
    for before, after in [("Unser Text", "Unser Text"), ("Der erste Text", renewed)]:
        FlatPage.objects.filter(url=PATH).update(content=before)
        update.renew_statement(apps, None)
        statement.refresh_from_db()
        assert statement.content == after
