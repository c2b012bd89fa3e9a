"""Newsletters: written by an officer, checked, tried out, and sent to everybody once."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from kit import local_time
from mailings import placeholders, planning
from mailings.links import Link, flyer_url, to_flyer, to_my_data
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient, queue, queue_all
from mailings.placeholders import fill, fill_html
from mailings.sending import message
from mailings.templates import MailTemplate, as_text
from members import audience
from members.greeting import UNNAMED, greeting_in_sql
from members.models import Member, MemberQuerySet, Newsletter

# The placeholders of a text, and their meaning.
PLACEHOLDERS = {
    "anrede": "„Guten Tag Kim,“ oder „Guten Tag,“",
    "meine_daten": "der persönliche Link zu „Meine Daten“, 24\u00a0Stunden gültig",
    "portal": "die Adresse des Portals",
    "telefon": "unsere Telefonnummer",
}
# A line "--" begins the footer; everything below it is missing in HTML.
_FOOT = re.compile(r"^--[ \t]*$", re.MULTILINE)
# Only a link becomes a button: "Rufen Sie an:" with the number on the next line is text.
_NO_BUTTON = re.compile(r":\n(?=\$(?:anrede|telefon)$)", re.MULTILINE)


class FlyerOver(Exception):
    """Its flyer would not be shown any more when it goes out."""


@dataclass(frozen=True)
class Preview:
    subject: str
    text: str
    html: str


@transaction.atomic
def discard(newsletter: Newsletter) -> None:
    """Deletes the draft and its flyer. Raises as `planning.draft`: a sent newsletter stays."""
    locked = planning.draft(newsletter)
    locked.delete()
    if locked.flyer:
        locked.flyer.delete()


def duplicate(newsletter: Newsletter, by: str) -> Newsletter:
    """A new draft with the same text and audience, without the flyer: that was for another occasion."""
    same = ("subject", "text", "municipalities", "youngest", "oldest")
    return Newsletter.objects.create(written_by=by, **{name: getattr(newsletter, name) for name in same})


def unknown_placeholders(text: str) -> list[str]:
    """The unknown placeholders in the text, as written; "$$" is a dollar sign.

    Also those that appear only without markup: $anrede\\_x is read as $anrede_x. Braces are added by us alone.
    """
    written = placeholders.unknown(text, PLACEHOLDERS)
    read = placeholders.unknown(as_text(text), PLACEHOLDERS, braces=True)
    return list(dict.fromkeys(written + read))


def preview(newsletter: Newsletter, member: Member) -> Preview:
    """The newsletter as this member would get it."""
    values = {**_same_for_all(), "anrede": member.greeting}
    values |= {"flyer": flyer_url(newsletter.flyer)} if newsletter.flyer else {}
    return preview_of(template_of(newsletter), member.mailbox, values, "meine_daten")


def preview_of(template: MailTemplate, address: Address, values: dict[str, str], *links: str) -> Preview:
    """A mail as this address would get it, with `links` that lead nowhere. Nothing is stored."""
    subject, text, html = message.bodies(template.unsaved_mailing(), address.discreet)
    values = values | dict.fromkeys((*links, "abmelden", "link"), f"{settings.SITE_URL}/#vorschau")
    return Preview(subject, fill(text, values), fill_html(html, values))


@transaction.atomic
def send_test(newsletter: Newsletter, email: str) -> None:
    """Sends one copy to the officer as a personal mail, which is counted nowhere."""
    template = template_of(newsletter, kind=Mailing.Kind.PERSONAL)
    values = {**_same_for_all(), "anrede": UNNAMED}
    queue(template, [Recipient(Address.objects.ensure(email), values, _links(newsletter))])


def recipients(newsletter: Newsletter) -> MemberQuerySet:
    """The members who would get it now."""
    return audience.reachable(audience.chosen(audience.of(newsletter)))


@transaction.atomic
def send(newsletter: Newsletter, by: str, seen: str | None = None) -> Mailing:
    """Queues the newsletter for its audience, fixed from now on; paused and bounced members are left out.

    Raises AlreadySent on a second call, EditConflict if it is not the version that was `seen`, and what `start` raises.
    """
    return start(planning.draft(newsletter, seen), by)


def start(locked: Newsletter, by: str) -> Mailing:
    """Queues a newsletter that is locked by this transaction. Raises NobodyChosen and FlyerOver."""
    check_flyer(locked, timezone.now())
    mailing = queue_all(template_of(locked), _addressed(recipients(locked)), _links(locked))
    if not mailing.deliveries.exists():
        raise planning.NobodyChosen
    done = {"mailing": mailing, "sent_by": by, "sent_at": timezone.now(), "send_at": None, "nobody_at": None}
    Newsletter.objects.filter(pk=locked.pk).update(**done)
    return mailing


def check_flyer(newsletter: Newsletter, at: datetime) -> None:
    """Raises FlyerOver if the flyer is not shown any more on the day on which the newsletter goes out."""
    if newsletter.flyer and not newsletter.flyer.is_shown(timezone.localdate(at)):
        raise FlyerOver


def counts(newsletters: list[Newsletter]) -> dict[int, dict[str, int]]:
    """By mailing, how many copies are in which state, forgotten rows included. One query for all."""
    total = {}
    for mailing in filter(None, [newsletter.mailing for newsletter in newsletters]):
        total[mailing.pk] = {state: mailing.counts.get(state, 0) for state in Delivery.State.values}
    rows = Delivery.objects.filter(mailing__in=total).order_by().values_list("mailing", "state")
    for pk, state, number in rows.annotate(number=Count("pk")):
        total[pk][state] += number
    return total


def left_because_of(address: Address) -> None:
    """Marks the latest newsletter copy to an address whose owner leaves now."""
    last = Delivery.objects.filter(address=address, state=Delivery.State.SENT, mailing__kind=Mailing.Kind.LIST)
    newest = last.order_by("-finished_at", "-pk").values("pk")[:1]
    Delivery.objects.filter(pk__in=newest).update(led_to_leaving=True)


def template_of(newsletter: Newsletter, kind: Mailing.Kind = Mailing.Kind.LIST) -> MailTemplate:
    text = _FOOT.sub("–", newsletter.text.replace("\r\n", "\n"))
    text = _NO_BUTTON.sub(":  \n", text).strip() + "\n"
    if newsletter.flyer:
        until = local_time.date_in_words(newsletter.flyer.shown_until)
        text += f"\nFlyer ansehen:\n$flyer\n\nDen Flyer können Sie bis zum {until} ansehen.\n"
    return MailTemplate("newsletter", kind, newsletter.subject, text, automatic=False)


def _addressed(members: MemberQuerySet) -> QuerySet[Any]:
    """Pairs for `queue_all`; each is greeted as by `members.greeting`."""
    values = JSONObject(anrede=greeting_in_sql(), **{name: Value(value) for name, value in _same_for_all().items()})
    return members.order_by("pk").values_list("address_id", values)


def _links(newsletter: Newsletter) -> dict[str, Link]:
    links = {"meine_daten": to_my_data()}
    return links | {"flyer": to_flyer(newsletter.flyer)} if newsletter.flyer else links


def _same_for_all() -> dict[str, str]:
    return {"portal": settings.SITE_URL, "telefon": settings.CONTACT_PHONE}
