"""What `wegweiser` holds about a person (see mailings.personal_data for the form of these modules)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from mailings import tokens
from mailings.models import Address, RandomHex
from mailings.personal_data import DUTY, NOT_PERSONAL, Use
from wegweiser.brochure import cache
from wegweiser.curation import ARCHIVED_DAYS
from wegweiser.models import (
    Advice,
    BrochureDay,
    Check,
    FailedSearch,
    Hint,
    Offer,
    Provider,
    SearchEntry,
    Situation,
    Submission,
    Synonym,
    Topic,
    Version,
    Word,
)

VERSION_YEARS = 3
CHECK_YEARS = 3
DECIDED_DAYS = 365
HINT_DAYS = 90
HINT_MOST_DAYS = 365
FAILED_SEARCH_DAYS = 90

_PUBLIC = Use(
    "Name, Telefon und E-Mail-Adresse der Ansprechpersonen von Angeboten, wie die Anbieter sie veröffentlichen",
    "Eltern zu sagen, an wen sie sich wenden können",
    DUTY,
    f"solange das Angebot im Wegweiser steht, und {ARCHIVED_DAYS} Tage danach",
)
_VERSION = Use(
    "frühere Fassungen eines Angebots, auch mit Ansprechpersonen",
    "nachzusehen, was sich geändert hat, und Fehler zurückzunehmen",
    DUTY,
    f"{VERSION_YEARS} Jahre",
)
_PROVIDER = Use(
    "E-Mail-Adresse eines Anbieters",
    "einmal im Jahr zu fragen, ob seine Angebote noch stimmen",
    DUTY,
    f"solange der Anbieter Angebote im Wegweiser hat, und {ARCHIVED_DAYS} Tage danach",
)
_CHECK = Use(
    "wann ein Anbieter gefragt und erinnert wurde",
    "niemanden zweimal zu fragen",
    DUTY,
    f"{CHECK_YEARS} Jahre",
)
_REPORT = Use(
    "was jemand als Angebot meldet, mit seiner E-Mail-Adresse",
    "das Angebot zu prüfen, zu veröffentlichen und Bescheid zu geben",
    DUTY,
    f"unbestätigt {settings.UNCONFIRMED_DAYS} Tage; sonst {DECIDED_DAYS} Tage nach der Entscheidung",
)
_HINT = Use(
    "Hinweise auf falsche Angaben, ohne Namen und Adresse",
    "falsche Angaben zu berichtigen",
    DUTY,
    f"{HINT_DAYS} Tage nach der Erledigung, längstens {HINT_MOST_DAYS} Tage",
)
_FAILED_SEARCH = Use(
    "Wörter, nach denen vergeblich gesucht wurde, je Tag gezählt, ohne Person",
    "zu sehen, was im Wegweiser fehlt",
    DUTY,
    f"{FAILED_SEARCH_DAYS} Tage",
)

FIELDS: dict[type, dict[str, Use | None]] = {
    Provider: {"id": NOT_PERSONAL, "name": NOT_PERSONAL, "nonce": NOT_PERSONAL, "address": _PROVIDER},
    Topic: dict.fromkeys([
            "id", "slug", "title", "text", "order", "icon", "emergency",
        ], NOT_PERSONAL),
    Offer.topics.through: dict.fromkeys(["id", "offer", "topic"], NOT_PERSONAL),
    Offer: {
        **dict.fromkeys([
            "id", "slug", "title", "provider", "description", "audience", "municipalities", "area", "street",
            "postcode", "town", "website", "hours", "languages", "cost", "cost_kind", "accessible", "search_words",
            "source", "source_month", "example", "emergency", "state", "checked_on", "published_on", "created_at",
            "changed_at",
        ], NOT_PERSONAL),
        **dict.fromkeys(["contact_person", "email", "phones"], _PUBLIC),
    },
    Version: {"id": NOT_PERSONAL, **dict.fromkeys(["offer", "contents", "until", "by"], _VERSION)},
    Submission: {
        **dict.fromkeys(["id", "nonce"], NOT_PERSONAL),
        **dict.fromkeys(["offer", "address", "fields", "message", "state", "asked_at", "confirm_until"], _REPORT),
        **dict.fromkeys(["confirmed_at", "decided_at", "decided_by"], _REPORT),
    },
    Hint: {"id": NOT_PERSONAL, **dict.fromkeys(["offer", "text", "by_provider", "at", "done_at", "done_by"], _HINT)},
    Check: {
        "id": NOT_PERSONAL,
        **dict.fromkeys(["provider", "asked_at", "reminded_at", "escalated_at", "closed_at"], _CHECK),
    },
    Situation: dict.fromkeys([
            "id", "slug", "title", "intro", "order", "published", "emergency", "search_words",
        ], NOT_PERSONAL),
    Advice: dict.fromkeys(["id", "situation", "offer", "order", "sentence"], NOT_PERSONAL),
    Synonym: dict.fromkeys(["id", "word", "means", "stems", "weight"], NOT_PERSONAL),
    Word: dict.fromkeys(["word", "stem", "phonetic_key", "weight"], NOT_PERSONAL),
    # A copy of public data; it names nobody that the offer does not name.
    SearchEntry: dict.fromkeys([
            "offer", "vector", "far", "title", "breadth", "towns", "area", "topics", "facets", "made_at",
        ], NOT_PERSONAL),
    FailedSearch: {"id": NOT_PERSONAL, **dict.fromkeys(["words", "day", "count", "counted"], _FAILED_SEARCH)},
    BrochureDay: dict.fromkeys(["day", "count", "counted"], NOT_PERSONAL),
}  # fmt: skip


def export(address: Address) -> dict[str, Any]:
    """Under headings that appear only if there is something, because nearly nobody is a provider."""
    held: dict[str, Any] = {}
    if providers := list(Provider.objects.filter(address=address).prefetch_related("checks")):
        held["Anbieter im Wegweiser"] = [_of_provider(provider) for provider in providers]
    if submissions := list(Submission.objects.filter(address=address)):
        held["Gemeldete Angebote"] = [_of_submission(submission) for submission in submissions]
    if offers := list(Offer.objects.filter(email=address.email)):
        held["Angebote mit Ihrer Adresse"] = [
            {"Angebot": offer.title, "Ansprechperson": offer.contact_person, "Telefon": offer.phones}
            for offer in offers
        ]
    return held


def erase(address: Address) -> None:
    """The provider stays without an address, and the officers call; where the address was public it is
    removed (P-08).
    """
    Provider.objects.filter(address=address).update(address=None, nonce=tokens.new_nonce())
    undecided = Q(state=Submission.State.UNCONFIRMED) | Q(state=Submission.State.WAITING)
    Submission.objects.filter(undecided, address=address).delete()
    Submission.objects.filter(address=address).update(address=None, message="")
    for submission in Submission.objects.annotate(_email=KeyTextTransform("email", "fields")).filter(
        _email__iexact=address.email
    ):
        submission.fields |= {"email": ""}
        submission.save(update_fields=["fields"])
    for version in Version.objects.annotate(_email=KeyTextTransform("email", "contents")).filter(
        _email__iexact=address.email
    ):
        version.contents |= {"email": ""}
        version.save(update_fields=["contents"])
    offers = Offer.objects.filter(email__iexact=address.email)
    Hint.objects.bulk_create(
        Hint(offer=offer, text="Die E-Mail-Adresse wurde auf Wunsch gelöscht. Bitte fragen Sie nach einer neuen.")
        for offer in offers
    )
    if offers.update(email="", changed_at=timezone.now()):
        transaction.on_commit(cache.clear, robust=True)


def expire(now: datetime) -> None:
    """Deletes unconfirmed reports after 7 days, decided ones after a year, hints, failed searches, versions and checks
    after their periods, and whom to ask about offers that have been gone for a year.
    """
    with transaction.atomic():
        reports = Submission.objects
        reports.filter(
            state=Submission.State.UNCONFIRMED, asked_at__lt=now - timedelta(days=settings.UNCONFIRMED_DAYS)
        ).delete()
        reports.filter(decided_at__lt=now - timedelta(days=DECIDED_DAYS)).delete()
        Hint.objects.filter(done_at__lt=now - timedelta(days=HINT_DAYS)).delete()
        Hint.objects.filter(at__lt=now - timedelta(days=HINT_MOST_DAYS)).delete()
        FailedSearch.objects.filter(day__lt=timezone.localdate(now) - timedelta(days=FAILED_SEARCH_DAYS)).delete()
        Version.objects.filter(until__lt=now - timedelta(days=VERSION_YEARS * 365)).delete()
        Check.objects.filter(closed_at__lt=now - timedelta(days=CHECK_YEARS * 365)).delete()
        _forget_archived(now - timedelta(days=ARCHIVED_DAYS))
    cache.prune()


def _forget_archived(before: datetime) -> None:
    """A provider that never had an offer keeps the address: officers may have entered it today."""
    gone = Offer.objects.filter(state=Offer.State.ARCHIVED, changed_at__lt=before)
    gone.exclude(contact_person="", email="", phones=[]).update(contact_person="", email="", phones=[])
    others = Offer.objects.filter(provider=OuterRef("pk")).exclude(pk__in=gone.values("pk"))
    left = Provider.objects.filter(Exists(gone.filter(provider=OuterRef("pk"))), ~Exists(others), address__isnull=False)
    left.update(address=None, nonce=RandomHex())


def keeps(address_ids: list[int]) -> set[int]:
    """The addresses that this app still needs."""
    providers = Provider.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    submissions = Submission.objects.filter(address__in=address_ids).values_list("address_id", flat=True)
    return {pk for pk in [*providers, *submissions] if pk}


def _of_provider(provider: Provider) -> dict[str, Any]:
    return {
        "Anbieter": provider.name,
        "gefragt": [check.asked_at for check in provider.checks.all()],
    }


def _of_submission(submission: Submission) -> dict[str, Any]:
    return {
        "Stand": submission.get_state_display(),
        "gemeldet": submission.asked_at,
        "bestätigt": submission.confirmed_at,
        "entschieden": submission.decided_at,
        "Angaben": submission.fields,
        "Nachricht": submission.message,
    }
