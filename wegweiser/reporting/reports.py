"""Providers report an offer or a change without an account: confirmed by mail, published by an officer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kit import tallies
from kit.desk import editing
from kit.desk.editing import EditConflict
from kit.tallies import What
from mailings import strangers, templates, tokens
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from mailings.strangers import Verdict
from mailings.templates import MailTemplate
from wegweiser import curation, differences
from wegweiser.imports.columns import RESERVED
from wegweiser.links import REPORT, to_report
from wegweiser.models import Offer, Provider, Submission, Topic
from wegweiser.topics import slug as slug_of

KIND = "offer-report"
CONFIRM_HOURS = 24
MOST_UNCONFIRMED = 10  # of one address


class AlreadyDecided(Exception):
    """Somebody else was quicker; nothing is published or mailed twice."""


def changes(offer: Offer, contents: dict[str, Any]) -> dict[str, Any]:
    """The contents that differ from the offer."""
    now = offer.contents()
    different = {name: value for name, value in contents.items() if now.get(name) != value}
    if "cost" not in different:  # the kind follows from it, unless an officer has chosen better
        different.pop("cost_kind", None)
    return different


def report(
    email: str, contents: dict[str, Any], ip: str, proof: str = "", *, offer: Offer | None = None, message: str = ""
) -> None:
    """Stores the report until its address is confirmed, and writes there. Of a change only the differences are stored.

    The same statements run whatever the state of the address (P-04). One link confirms all reports of an address:
    beyond the limits no further mail is sent, and a report is stored only while an earlier link can still confirm it.
    Raises NotNow.
    """
    with strangers.admitted(KIND, email, ip, proof) as verdict, transaction.atomic():
        with transaction.atomic():
            address = Address.objects.ensure(email)
            submission = Submission(offer=offer, address=address, fields=contents, message=message)
            if not _stored(submission, address, verdict):
                transaction.set_rollback(True)
        strangers.mark(KIND, address, verdict)


def find(token: str) -> Submission | None:
    """The report whose link this is, while the link is valid."""
    submission = tokens.find(REPORT, token, Submission.objects.select_related("address"))
    if submission is None or submission.address is None or submission.confirm_until is None:
        return None
    return submission if timezone.now() <= submission.confirm_until else None


def unconfirmed(submission: Submission) -> list[Submission]:
    """All reports that its link confirms: every open report of the address."""
    rows = Submission.objects.filter(address=submission.address_id, state=Submission.State.UNCONFIRMED)
    return list(rows.select_related("offer").order_by("pk"))


@transaction.atomic
def confirm(submission: Submission, *, foreign: list[int] | None = None, last: int | None = None) -> int:
    """Passes the reports on to the officers; returns their number.

    The `foreign` ones, which somebody else has typed, are deleted. Those after the `last` one that the page has shown
    stay as they are.
    """
    theirs = Submission.objects.filter(address=submission.address_id, state=Submission.State.UNCONFIRMED)
    theirs.filter(pk__in=foreign or []).delete()
    shown = theirs.filter(pk__lte=last) if last else theirs
    number = shown.update(state=Submission.State.WAITING, confirmed_at=timezone.now())
    tallies.count(What.REPORTED, number)
    return number


def discard(submission: Submission) -> None:
    """Deletes all reports that the link would confirm."""
    Submission.objects.filter(address=submission.address_id, state=Submission.State.UNCONFIRMED).delete()


def in_words(submissions: list[Submission]) -> list[tuple[Submission, list[tuple[str, str]]]]:
    """The reports, each with what was typed, under the names of the fields; one query."""
    titles = dict(Topic.objects.values_list("slug", "title"))
    return [(submission, list(_typed(submission, titles))) for submission in submissions]


def proposed(offer: Offer, address: Address) -> tuple[dict[str, Any], str]:
    """What this provider has proposed and nobody has decided, and the message with it; both are empty if nothing."""
    fields: dict[str, Any] = {}
    message = ""
    for each in Submission.objects.waiting().filter(offer=offer, address=address).order_by("pk"):
        fields |= each.fields
        message = each.message or message
    return fields, message


def propose(offer: Offer, contents: dict[str, Any], address: Address, *, message: str = "") -> Submission:
    """A change by a provider whose link proves the address: it waits for the officers at once.

    It replaces what the provider proposed before and nobody has decided.
    """
    with transaction.atomic():
        replaced = take_back(offer, address)
        if not replaced:
            tallies.count(What.REPORTED)
        return Submission.objects.create(
            offer=offer,
            address=address,
            fields=contents,
            message=message,
            state=Submission.State.WAITING,
            confirmed_at=timezone.now(),
        )


def take_back(offer: Offer, address: Address) -> bool:
    """Deletes what the provider has proposed and nobody has decided; False if there is nothing."""
    deleted, _ = Submission.objects.waiting().filter(offer=offer, address=address).delete()
    return deleted > 0


@transaction.atomic
def publish(
    submission: Submission,
    by: str,
    *,
    ask_yearly: bool,
    corrected: dict[str, Any] | None = None,
    seen: str | None = None,
) -> Offer:
    """Publishes the report as it is now, checked today, and tells the person who reported it.

    With `corrected` contents these are published, and the report stays as it came: then `seen` is the version of the
    offer that the officer has seen (see `version`). `ask_yearly`: the provider's yearly mail goes to that address from
    now on. Raises AlreadyDecided, or EditConflict if the offer has changed since.
    """
    row = _undecided(submission)
    offer = row.offer
    if offer is not None:
        offer = curation.locked(offer)
    if seen is not None and version(offer) != seen:
        raise EditConflict
    fields = {name: value for name, value in (corrected or row.fields).items() if name in Offer.CONTENTS}
    topics = list(Topic.objects.filter(slug__in=fields.pop("topics"))) if "topics" in fields else None
    provider = _provider(fields.pop("provider")) if "provider" in fields else None
    if offer is None:
        assert provider is not None
        slug = _free_slug(fields["title"])
        offer = Offer.objects.create(slug=slug, provider=provider, **fields)
        offer.topics.set(topics or [])
    else:
        curation.change(offer, by, topics=topics, provider=provider, **fields)
    if ask_yearly and row.address:
        curation.set_check_address(offer.provider, row.address)
    curation.publish(offer, by)
    curation.checked_today(offer, by)
    _decide(row, Submission.State.PUBLISHED, by, offer)
    _tell(row, load_published(), {"titel": offer.title, "angebot": settings.SITE_URL + offer.get_absolute_url()})
    offer.refresh_from_db()
    return offer


def version(offer: Offer | None) -> str:
    """Differs after every change of the offer that a report is about; the same for all new offers."""
    return editing.version(offer) if offer else "new"


@transaction.atomic
def decline(submission: Submission, by: str, reason: str = "") -> None:
    """Declines the report; the person who reported it is told why. Raises AlreadyDecided."""
    row = _undecided(submission)
    _decide(row, Submission.State.DECLINED, by, row.offer)
    _tell(row, load_declined(), {"titel": str(row), "grund": reason.strip()})


def load_confirm() -> MailTemplate:
    """The mail that asks for confirmation; it holds nothing from the form (M-14)."""
    return templates.load("wegweiser/confirm", kind=Mailing.Kind.PERSONAL, main_link="bestaetigen")


def load_published() -> MailTemplate:
    return templates.load("wegweiser/published", kind=Mailing.Kind.PERSONAL)


def load_declined() -> MailTemplate:
    return templates.load("wegweiser/declined", kind=Mailing.Kind.PERSONAL)


def _stored(submission: Submission, address: Address, verdict: Verdict) -> bool:
    """Writes the report and its mail; False if the caller must roll the report back. The mail goes only if allowed."""
    # After a bounce, reporting again gets one more try; not at a member's address (members.signup.ask).
    Address.objects.filter(pk=address.pk, list_mail=False).lift_bounces()
    theirs = Submission.objects.filter(address=address)
    earlier = theirs.filter(state=Submission.State.UNCONFIRMED).count()
    linked = theirs.filter(confirm_until__gt=timezone.now()).exists()
    submission.save(force_insert=True)
    submission.refresh_from_db()
    with transaction.atomic():
        until = verdict.due_at + timedelta(hours=CONFIRM_HOURS)
        Submission.objects.filter(pk=submission.pk).update(confirm_until=until)
        queue(load_confirm(), [Recipient(address, {}, {"bestaetigen": to_report(submission)})], verdict.due_at)
        if not verdict.allowed:
            transaction.set_rollback(True)
    return earlier < MOST_UNCONFIRMED and (verdict.allowed or linked)


def _typed(submission: Submission, titles: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fields that are filled in, without the title of a new offer; of a change also those emptied."""
    for name in Offer.CONTENTS:
        if name not in submission.fields or name == "cost_kind" or (name == "title" and not submission.offer_id):
            continue
        text = differences.words(name, submission.fields[name], titles)
        if text or submission.offer_id:
            yield differences.label(name), text or "–"


def _undecided(submission: Submission) -> Submission:
    row = Submission.objects.select_for_update(of=("self",)).select_related("offer", "address").get(pk=submission.pk)
    if row.state != Submission.State.WAITING:
        raise AlreadyDecided
    return row


def _decide(row: Submission, state: Submission.State, by: str, offer: Offer | None) -> None:
    Submission.objects.filter(pk=row.pk).update(state=state, decided_at=timezone.now(), decided_by=by, offer=offer)


def _tell(row: Submission, template: MailTemplate, values: dict[str, str]) -> None:
    if row.address and not row.address.stops(Mailing.Kind.PERSONAL, timezone.now()):
        queue(template, [Recipient(row.address, {name: templates.one_line(text) for name, text in values.items()})])


def _provider(name: str) -> Provider:
    return Provider.objects.get_or_create(name=name)[0]


def _free_slug(title: str) -> str:
    """Such as "kleiderkiste", or "kleiderkiste-2" if that is taken."""
    stem = slug_of(title, 70) or "angebot"
    stem = f"{stem}-angebot" if stem in RESERVED else stem
    taken = set(Offer.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if slug not in taken)
