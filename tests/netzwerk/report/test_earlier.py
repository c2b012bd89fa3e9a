"""A portal that is older than its tallies: the update counts what is still there, and says since when all is."""

from datetime import date

import pytest
from django.apps import apps

from kit import tallies
from kit.tallies import What
from netzwerk.migrations.data import earlier_tallies
from netzwerk.models import CountedSince
from netzwerk.report import tallying
from tests.netzwerk.report.year import live, on
from tests.post import Post
from tests.tallies import counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def uncounted(post: Post, client) -> None:
    """A year of which only who joined and left was counted, as by the version before."""
    known = (What.JOINED, What.LEFT, What.RETURNED)
    tallies.keep_with(lambda *row: tallying.write(*row) if row[0] in known else None, lambda what: 0)
    try:
        live(post)
    finally:
        tallies.keep_with(tallying.write, tallying.total)


def test_the_update_counts_what_is_still_there(uncounted: None) -> None:
    with on("2026-01-11"):
        earlier_tallies.count(apps, date(2025, 1, 11))
    assert counts() == {
        "joined": 10, "left": 2, "returned": 1, "confirmed": 1, "invited": 9, "held treffen": 1,
        "children 0-2": 1, "children 3-5": 1, "children 6-9": 1, "childcare 0-2": 1, "childcare 3-5": 1,
        "turned away": 1, "door counted": 1, "came adults": 3, "came children": 4, "answered link": 3,
        "answered phone": 1, "moved up": 1, "mail sent": 11, "mail bounced": 1, "offers": 3, "fresh offers": 2,
        "checked": 2, "hinted": 1,
    }  # fmt: skip
    assert CountedSince.objects.get(what="confirmed").on == date(2026, 1, 11)
    assert CountedSince.objects.get(what="answered").on == date(2025, 12, 12)
    assert not CountedSince.objects.filter(what__in=["joined", "invited", "held", "came adults"]).exists()
    assert {what for what in What.values if what.startswith("group")}.isdisjoint(
        CountedSince.objects.values_list("what", flat=True)
    )


def test_a_new_portal_counts_from_its_first_day() -> None:
    earlier_tallies.count(apps, date(2025, 1, 11))
    assert (counts(), CountedSince.objects.count()) == ({}, 0)
