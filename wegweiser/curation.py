"""How an offer changes: by whomever, its former version is kept, and what is said of it stays true."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from kit import months
from mailings import tokens
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address
from wegweiser.models import Check, Hint, Offer, OfferQuerySet, Provider, Topic, Version
from wegweiser.search import index as search_index


def snapshot(offer: Offer) -> dict[str, Any]:
    """What a version keeps: all that is public of the offer, and how it stood."""
    return offer.contents() | {
        "state": offer.state,
        "example": offer.example,
        "checked_on": offer.checked_on.isoformat() if offer.checked_on else None,
        "source": offer.source,
        "source_month": offer.source_month,
    }


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
    """Gives the offer these fields, and keeps what it said before; False if it says all that already.

    The search follows, unless it is left to the caller: `index`.
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
    """Everybody can read it from now on; False if they can already."""
    row = locked(offer)
    if row.state == Offer.State.PUBLISHED:
        return False
    return change(row, by, state=Offer.State.PUBLISHED, published_on=months.today())


@transaction.atomic
def archive(offer: Offer, by: str) -> bool:
    """Nobody can read it any more, and nothing is lost; False if it is so already."""
    row = locked(offer)
    if row.state == Offer.State.ARCHIVED:
        return False
    return change(row, by, state=Offer.State.ARCHIVED)


@transaction.atomic
def set_state(offer: Offer, state: str, by: str) -> bool:
    """Into this state, whichever; False if it is in it already."""
    if state == Offer.State.PUBLISHED:
        return publish(offer, by)
    row = locked(offer)
    return row.state != state and change(row, by, state=state)


def set_check_address(provider: Provider, address: Address | None) -> bool:
    """The yearly mail goes there from now on: links that went elsewhere die, and what is due is asked anew."""
    other = Provider.objects.filter(pk=provider.pk).exclude(address=address)
    if not other.update(address=address, nonce=tokens.new_nonce()):
        return False
    Check.objects.open().filter(provider=provider).update(closed_at=timezone.now())
    return True


@transaction.atomic
def checked_today(offer: Offer, by: str) -> bool:
    """Somebody vouches for it: an example no longer, and where its provider has no address, asked at this one."""
    row = locked(offer)
    done = change(row, by, checked_on=months.today(), example=False)
    _give_address(row)
    close_checks([row.provider_id])
    return done


def close_checks(providers: list[int]) -> None:
    """Ends the rounds of those of the providers that have nothing due any more."""
    due = Offer.objects.due(months.today()).filter(provider__in=providers).values("provider")
    Check.objects.open().filter(provider__in=providers).exclude(provider__in=due).update(closed_at=timezone.now())


def mark_changed(offers: OfferQuerySet) -> None:
    """What is said beside them has changed, the name of a provider or topic: the search and the brochure look anew."""
    offers.update(changed_at=timezone.now())


def done(hint: Hint, by: str) -> bool:
    """The officers have seen to it; False if somebody did before."""
    return bool(Hint.objects.filter(pk=hint.pk, done_at=None).update(done_at=timezone.now(), done_by=by))


def locked(offer: Offer) -> Offer:
    """The offer as it is now; nobody else changes it until the transaction ends, which must have begun."""
    return Offer.objects.select_for_update(of=("self",)).select_related("provider").get(pk=offer.pk)


def _keep(offer: Offer, contents: dict[str, Any], by: str) -> None:
    Version.objects.create(offer=offer, contents=contents, by=by)


def _give_address(offer: Offer) -> None:
    """A provider without an address gets the one that the offer names, if it names one we can write to."""
    if offer.provider.address_id or not offer.email:
        return
    try:
        email = normalise(offer.email)
    except InvalidAddress:
        return
    address, _ = Address.objects.get_or_create(email=email)
    Provider.objects.filter(pk=offer.provider_id, address=None).update(address=address)
