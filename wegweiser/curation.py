"""Changes an offer: the former version is kept, and search, brochure and checks follow every change."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kit import months, tallies
from kit.tallies import What
from mailings import tokens
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address
from wegweiser.models import Check, Hint, Offer, OfferQuerySet, Provider, Submission, Topic, Version
from wegweiser.search import index as search_index

# An archived offer may come back; after these days it does not say any more whom to ask (personal_data.py).
ARCHIVED_DAYS = 365


def snapshot(offer: Offer) -> dict[str, Any]:
    """The contents of a version: everything public of the offer, and its state."""
    held = offer.contents() | {name: getattr(offer, name) for name in Offer.CARE}
    return held | {"checked_on": offer.checked_on.isoformat() if offer.checked_on else None}


@transaction.atomic
def change(
    offer: Offer,
    by: str,
    *,
    topics: list[Topic] | None = None,
    provider: Provider | None = None,
    index: bool = True,
    **fields: Any,
) -> bool:
    """Sets these fields and keeps the former version; False if nothing differs.

    With `index` the search follows; without it the caller updates the index.
    """
    row = locked(offer)
    before = snapshot(row)
    wanted = {name: value for name, value in fields.items() if getattr(row, name) != value}
    new_topics = topics is not None and {topic.pk for topic in topics} != {topic.pk for topic in row.topics.all()}
    if provider is not None and provider.pk != row.provider_id:
        wanted["provider"] = provider
    if not wanted and not new_topics:
        return False
    _keep(row, before, by)
    Offer.objects.filter(pk=row.pk).update(**wanted, changed_at=timezone.now())
    if new_topics:
        row.topics.set(topics or [])
    offer.refresh_from_db()
    if index:
        search_index.put_later(offer)
    return True


@transaction.atomic
def publish(offer: Offer, by: str) -> bool:
    """Makes the offer public; False if it is already."""
    row = locked(offer)
    if row.state == Offer.State.PUBLISHED:
        return False
    return change(row, by, state=Offer.State.PUBLISHED, published_on=months.today())


@transaction.atomic
def archive(offer: Offer, by: str) -> bool:
    """Takes the offer from the public without deleting anything; False if it is archived already."""
    row = locked(offer)
    if row.state == Offer.State.ARCHIVED:
        return False
    return change(row, by, state=Offer.State.ARCHIVED)


@transaction.atomic
def set_state(offer: Offer, state: Offer.State, by: str) -> bool:
    """Sets the state; False if nothing changed."""
    if state == Offer.State.PUBLISHED:
        return publish(offer, by)
    row = locked(offer)
    return row.state != state and change(row, by, state=state)


def set_check_address(provider: Provider, address: Address | None) -> bool:
    """Sends the yearly mail to this address from now on: old links are revoked, and what is due is asked again."""
    other = Provider.objects.filter(pk=provider.pk).exclude(address=address)
    if not other.update(address=address, nonce=tokens.new_nonce()):
        return False
    Check.objects.open().filter(provider=provider).update(closed_at=timezone.now())
    return True


@transaction.atomic
def checked_today(offer: Offer, by: str) -> bool:
    """Marks the offer as checked: it is no example any more, and a provider without an address gets the offer's."""
    row = locked(offer)
    done = change(row, by, checked_on=months.today(), example=False)
    if done:
        tallies.count(What.CHECKED)
    _give_address(row)
    close_checks([row.provider_id])
    return done


@transaction.atomic
def give_back(offer: Offer, version: Version, by: str) -> bool:
    """Gives the offer the state and the check of the version back; False if nothing differs.

    A check that is taken back so counts no more, and the round that it closed goes on.
    """
    held, checked_on = version.contents, locked(offer).checked_on
    before = date.fromisoformat(held["checked_on"]) if held["checked_on"] else None
    if not change(offer, by, state=held["state"], example=held["example"], checked_on=before):
        return False
    if checked_on and checked_on != before:
        tallies.count(What.CHECKED, -1, on=checked_on)
        _reopen_check(offer.provider_id, version.until)
    return True


def _reopen_check(provider: int, since: datetime) -> None:
    """Opens the round that was closed since then, if the provider has something due again."""
    rounds = Check.objects.filter(provider=provider)
    due = Offer.objects.due(months.today()).filter(provider=provider)
    if due.exists() and not rounds.filter(closed_at=None).exists():
        last = rounds.filter(closed_at__gte=since).order_by("-pk")[:1]
        Check.objects.filter(pk__in=last.values("pk")).update(closed_at=None)


def close_checks(providers: list[int]) -> None:
    """Closes the rounds of those of the providers that have nothing due any more."""
    due = Offer.objects.due(months.today()).filter(provider__in=providers).values("provider")
    Check.objects.open().filter(provider__in=providers).exclude(provider__in=due).update(closed_at=timezone.now())


def mark_changed(offers: OfferQuerySet) -> None:
    """Tells search and brochure that the name of a provider or topic has changed."""
    offers.update(changed_at=timezone.now())


def done(hint: Hint, by: str) -> bool:
    """Marks the hint as done; False if somebody did before."""
    return bool(Hint.objects.filter(pk=hint.pk, done_at=None).update(done_at=timezone.now(), done_by=by))


def reopen(hint: Hint, by: str = "") -> bool:
    """The hint is a task again, whoever says so; False if it is one already."""
    return bool(Hint.objects.filter(pk=hint.pk, done_at__isnull=False).update(done_at=None, done_by=""))


def known() -> Q:
    """Whether the address is the one at which a provider is asked every year, or has confirmed a report.

    For settings.KNOWN_ADDRESSES.
    """
    checked = Provider.objects.filter(address=OuterRef("pk"))
    confirmed = Submission.objects.filter(address=OuterRef("pk"), confirmed_at__isnull=False)
    return Q(Exists(checked)) | Q(Exists(confirmed))


def locked(offer: Offer) -> Offer:
    """The offer as it is now, locked until the transaction ends, which must have begun."""
    return Offer.objects.select_for_update(of=("self",)).select_related("provider").get(pk=offer.pk)


def _keep(offer: Offer, contents: dict[str, Any], by: str) -> None:
    Version.objects.create(offer=offer, contents=contents, by=by)


def _give_address(offer: Offer) -> None:
    """Gives a provider without an address the one that the offer names, if we can write to it."""
    if offer.provider.address_id or not offer.email:
        return
    try:
        email = normalise(offer.email)
    except InvalidAddress:
        return
    address = Address.objects.ensure(email)
    Provider.objects.filter(pk=offer.provider_id, address=None).update(address=address)
