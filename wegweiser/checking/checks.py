"""The yearly question to every provider whether its offers are still right: asked once, reminded once, then a task for
the officers.

Everything is due by range, so a missed day loses nothing; a second run finds it done (D-13).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kit import months, tallies
from kit.tallies import What
from mailings import suppression, templates, tokens
from mailings.models import Mailing
from mailings.outbox import Recipient, queue
from mailings.templates import MailTemplate
from wegweiser import curation
from wegweiser.links import CHECK, to_check
from wegweiser.models import Check, Hint, Offer, OfferQuerySet, Provider, Submission, Version

REMIND_AFTER = timedelta(weeks=3)
ESCALATE_AFTER = timedelta(weeks=6)
AHEAD_MONTHS = 3  # what is due so soon is asked along: one mail a year, not several
LINK_AFTER = timedelta(days=30)  # how long a link lives when all is answered, and an offer can be taken back
PROVIDER, PORTAL = "Anbieter", "Portal"
_BATCH = 500


class TooLate(Exception):
    """The offer is not this provider's, or not any more."""


def daily(now: datetime) -> None:
    """Closes answered rounds, asks providers who are due, reminds, escalates to the officers, takes unchecked offers
    down.
    """
    curation.close_checks(list(Check.objects.open().values_list("provider", flat=True)))
    ask(now)
    remind(now)
    Check.objects.to_escalate(now - ESCALATE_AFTER).update(escalated_at=now)
    take_down(now)


def ask(now: datetime) -> int:
    """One mail to every address whose providers have something due; returns the number of mails."""
    keys = list(unasked(now).order_by("address", "pk").values_list("pk", flat=True))
    return sum(_ask(keys[start : start + _BATCH], now) for start in range(0, len(keys), _BATCH))


def remind(now: datetime) -> int:
    """Reminds once, three weeks after the question, unless all is answered or waits for the officers; returns the
    number of mails.
    """
    keys = list(Check.objects.to_remind(now - REMIND_AFTER).order_by("pk").values_list("pk", flat=True))
    return sum(_remind(keys[start : start + _BATCH], now) for start in range(0, len(keys), _BATCH))


def take_down(now: datetime) -> int:
    """Archives offers that have been unchecked for too long to stay public; the officers get a task."""
    count = 0
    for offer in Offer.objects.expired(timezone.localdate(now)):
        with transaction.atomic():
            still = Offer.objects.expired(timezone.localdate(now)).filter(pk=curation.locked(offer).pk).exists()
            if still and curation.archive(offer, PORTAL):
                text = "Zu lange hat niemand geprüft, ob alles noch stimmt. Das Angebot ist nicht mehr sichtbar."
                Hint.objects.create(offer=offer, text=text)
                count += 1
    return count


def reachable() -> QuerySet[Provider]:
    """Providers that can be mailed: with an address that neither bounces nor has refused our mail."""
    return Provider.objects.filter(address__bounced_at=None, address__complained_at=None).exclude(address=None)


def for_officers(now: datetime) -> OfferQuerySet:
    """Due offers that only the officers can check: the provider cannot be asked, or has not answered for six weeks."""
    given_up = Check.objects.open().exclude(escalated_at=None)
    given_up = given_up.filter(provider__address=OuterRef("provider__address"))
    unreachable = Q(provider__address=None) | Q(provider__address__bounced_at__isnull=False)
    unreachable |= Q(provider__address__complained_at__isnull=False)
    return Offer.objects.due(timezone.localdate(now)).filter(unreachable | Exists(given_up))


def find(token: str) -> Provider | None:
    """The provider whose link this is, while its round is open, and for a month afterwards."""
    provider = tokens.find(CHECK, token, Provider.objects.select_related("address"))
    if provider is None or provider.address is None:
        return None
    rounds = Check.objects.filter(provider__address=provider.address)
    live = rounds.filter(Q(closed_at=None) | Q(closed_at__gt=timezone.now() - LINK_AFTER))
    return provider if live.exists() else None


def offers_of(provider: Provider) -> OfferQuerySet:
    """The offers that the link shows: all at this address, and those withdrawn in answer to this question."""
    newest = Version.objects.filter(offer=OuterRef("pk")).order_by("-until", "-pk")
    archived = (
        Offer.objects.curated()
        .filter(state=Offer.State.ARCHIVED)
        .annotate(_by=Subquery(newest.values("by")[:1]), _until=Subquery(newest.values("until")[:1]))
    )
    archived = archived.filter(changed_at__gte=timezone.now() - timedelta(days=curation.ARCHIVED_DAYS))
    fallen = archived.filter(Q(_by=PORTAL) | Q(_by=PROVIDER, _until__gt=timezone.now() - LINK_AFTER))
    found = Offer.objects.filter(Q(pk__in=Offer.objects.curated_public().values("pk")) | Q(pk__in=fallen.values("pk")))
    theirs = found.filter(provider__address=provider.address_id)
    return theirs.select_related("provider").prefetch_related("topics").order_by("title", "pk")


def is_asked(offer: Offer) -> bool:
    """Whether the offer is due, or will be soon."""
    soon = months.before(months.after(months.today(), AHEAD_MONTHS), settings.OFFER_CHECK_MONTHS)
    return offer.is_public and (offer.checked_on is None or offer.checked_on <= soon)


def proposed(offers: Iterable[Offer]) -> set[int]:
    """The offers for which a proposed change waits for the officers."""
    return set(Submission.objects.waiting().filter(offer__in=list(offers)).values_list("offer", flat=True))


@transaction.atomic
def confirm(provider: Provider, offer: Offer) -> None:
    """Marks the offer as checked today, and publishes it again if it was withdrawn. Raises TooLate."""
    row = _theirs(provider, offer)
    if row.state == Offer.State.ARCHIVED:
        curation.publish(row, PROVIDER)
    curation.checked_today(row, PROVIDER)


@transaction.atomic
def withdraw(provider: Provider, offer: Offer) -> None:
    """Takes the offer down at once, and tells the officers. Raises TooLate."""
    row = _theirs(provider, offer)
    curation.archive(row, PROVIDER)
    if not Hint.objects.filter(offer=row, by_provider=True, done_at=None).exists():
        text = "Der Anbieter sagt: Dieses Angebot gibt es nicht mehr. Es ist nicht mehr sichtbar."
        Hint.objects.create(offer=row, text=text, by_provider=True)
        tallies.count(What.HINTED)
    curation.close_checks([row.provider_id])


def load_question() -> MailTemplate:
    return templates.load("wegweiser/check", kind=Mailing.Kind.PERSONAL, main_link="pruefen")


def load_reminder() -> MailTemplate:
    return templates.load("wegweiser/check_again", kind=Mailing.Kind.PERSONAL, main_link="pruefen")


def _unanswered(now: datetime) -> OfferQuerySet:
    """Due offers without an answer that waits for the officers."""
    waiting = Submission.objects.waiting().filter(offer=OuterRef("pk"))
    return Offer.objects.due(timezone.localdate(now)).exclude(Exists(waiting))


def unasked(now: datetime) -> QuerySet[Provider]:
    """Providers with something due and no open round at their address."""
    due = _unanswered(now).filter(provider=OuterRef("pk"))
    asked = Check.objects.open().filter(provider__address=OuterRef("address"))
    return reachable().filter(Exists(due)).exclude(Exists(asked))


def _theirs(provider: Provider, offer: Offer) -> Offer:
    row = curation.locked(offer)
    if not offers_of(provider).filter(pk=row.pk).exists():
        raise TooLate
    return row


@transaction.atomic
def _ask(keys: list[int], now: datetime) -> int:
    """Locks the providers, then checks again which are unasked: a concurrent run sees what this one did."""
    locked = Provider.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    providers = [provider.pk for provider in locked]
    chosen = list(unasked(now).filter(pk__in=providers).select_related("address").order_by("pk"))
    refusing = suppression.suppressed_among([provider.address.email for provider in chosen if provider.address])
    Check.objects.bulk_create(Check(provider=provider, asked_at=now) for provider in chosen)
    for provider in chosen:
        provider.nonce = tokens.new_nonce()
    Provider.objects.bulk_update(chosen, ["nonce"])
    silent = [provider.pk for provider in chosen if provider.address and provider.address.email in refusing]
    Check.objects.open().filter(provider__in=silent).update(escalated_at=now)
    return _write(load_question(), [provider for provider in chosen if provider.pk not in silent])


@transaction.atomic
def _remind(keys: list[int], now: datetime) -> int:
    rows = Check.objects.to_remind(now - REMIND_AFTER).filter(pk__in=keys).order_by("pk")
    checks = list(rows.select_for_update(of=("self",)))
    Check.objects.filter(pk__in=[check.pk for check in checks]).update(reminded_at=now)
    silent = Exists(_unanswered(now).filter(provider=OuterRef("pk")))
    asked = Check.objects.filter(pk__in=[check.pk for check in checks], escalated_at=None).values("provider")
    waiting = reachable().filter(silent, pk__in=asked).select_related("address").order_by("pk")
    return _write(load_reminder(), list(waiting))


def _write(template: MailTemplate, providers: list[Provider]) -> int:
    """One copy for each address, with the link of its first provider; the page shows the offers of all of them."""
    first: dict[int, Provider] = {}
    for provider in providers:
        assert provider.address is not None
        first.setdefault(provider.address.pk, provider)
    recipients = [
        Recipient(provider.address, {"anbieter": templates.one_line(provider.name)}, {"pruefen": to_check(provider)})
        for provider in first.values()
        if provider.address
    ]
    if recipients:
        queue(template, recipients)
    return len(recipients)
