"""Counts the Wegweiser for the report: offers, and what visitors did without writing anything but a counter."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kit import months, tallies
from kit.tallies import What
from wegweiser.models import BrochureDay, FailedSearch, Offer
from wegweiser.search import failed_searches

# Fetching the brochure all day long must not falsify the report.
MOST_BROCHURES_A_DAY = 1000


def daily(now: datetime) -> None:
    """Counts how many offers there are, how many of them were checked within a year, and what has been fetched and
    searched since it was last counted. A missed day loses nothing.
    """
    with transaction.atomic():
        tallies.bring_to(What.OFFERS, Offer.objects.published().count())
        tallies.bring_to(What.FRESH_OFFERS, Offer.objects.fresh(timezone.localdate(now)).count())
        failed_searches.tally(FailedSearch.objects.all())
        _brochures()


def brochure_fetched() -> None:
    """Adds one to today's counter: no row for each visitor, and nothing of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO wegweiser_brochureday AS known (day, count) VALUES (%s, 1)"
            " ON CONFLICT (day) DO UPDATE SET count = least(known.count + 1, %s)",
            [months.today(), MOST_BROCHURES_A_DAY],
        )


def _brochures() -> None:
    for row in BrochureDay.objects.filter(counted__lt=F("count")).select_for_update():
        tallies.count(What.BROCHURE, row.count - row.counted, on=row.day)
        BrochureDay.objects.filter(pk=row.pk).update(counted=row.count)
    BrochureDay.objects.filter(day__lt=months.today()).delete()
