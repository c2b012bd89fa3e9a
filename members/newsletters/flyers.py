"""The flyer of a newsletter: added to a draft, shown by a link in its mails until a day that an officer names."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kit.pdfs.cleaning import Cleaned
from mailings import planning
from mailings.models import Flyer
from members.models import Newsletter

# How long a flyer is shown if the officer does not say otherwise, and at most.
USUAL, LONGEST = timedelta(days=60), timedelta(days=365)


@transaction.atomic
def attach(newsletter: Newsletter, pdf: Cleaned, shown_until: date, seen: str | None = None) -> None:
    """Gives the draft this flyer; one that it had is deleted. Raises as `planning.draft`."""
    locked = planning.draft(newsletter, seen)
    flyer = Flyer.objects.create(pdf=pdf.content, pages=pdf.pages, size=len(pdf.content), shown_until=shown_until)
    _replace(locked, flyer)


@transaction.atomic
def remove(newsletter: Newsletter, seen: str | None = None) -> None:
    """Deletes the flyer of the draft. Raises as `planning.draft`."""
    _replace(planning.draft(newsletter, seen), None)


@transaction.atomic
def withdraw(newsletter: Newsletter) -> bool:
    """Deletes the flyer of a sent newsletter: the links in its mails show nothing any more. False if there is none."""
    sent = Newsletter.objects.select_for_update(of=("self",)).exclude(flyer=None).exclude(mailing=None)
    locked = sent.filter(pk=newsletter.pk).first()
    if locked:
        _replace(locked, None)
    return locked is not None


def expire(now: datetime) -> None:
    """Deletes the flyers of sent newsletters that are shown no more. Those of drafts go with their drafts."""
    old = Flyer.objects.filter(shown_until__lt=timezone.localdate(now))
    old.filter(Q(newsletter=None) | Q(newsletter__mailing__isnull=False)).delete()


def _replace(locked: Newsletter, flyer: Flyer | None) -> None:
    before, locked.flyer = locked.flyer, flyer
    locked.save(update_fields=["flyer", "changed_at"])
    if before:
        before.delete()
