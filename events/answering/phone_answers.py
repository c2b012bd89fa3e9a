"""Answers that officers enter for somebody who calls: a member, or a name with a telephone number but no address."""

import re
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from events.answering import answers, seats
from events.answering.answers import Details, Party
from events.models import Event, Reply
from kit import tallies
from kit.folding import Folded, folded
from kit.tallies import What
from mailings import tokens
from members.models import Member

_KEY = re.compile(r"[0-9a-f]{64}")


def new_key() -> str:
    """A key for the form of a new name, so that two clicks enter it once."""
    return tokens.new_nonce()


def nonce_of(key: str) -> str:
    """The nonce of the reply that the form with this key enters."""
    return key if _KEY.fullmatch(key) else new_key()


def called(event: Event, name: str) -> "QuerySet[Reply]":
    """Answers of exactly this name, or else of a member of this name, however it is spelt."""
    replies = event.replies.alias(said=Folded("name"), listed=Folded("address__member__name"))
    return replies.filter(Q(said=folded(name)) | Q(said="", listed=folded(name))).order_by("pk")


def reply_of(event: Event, member: Member) -> Reply:
    """The answer of a member; an unsaved one if there is none."""
    known = Reply.objects.filter(event=event, **_whose(member)).select_related("waiting_list_entry").first()
    reply = known or Reply(event=event, **_whose(member), **_called(member))
    reply.event = event
    return reply


def _whose(member: Member) -> dict[str, Any]:
    return {"address": member.address} if member.address else {"caller": member}


def _called(member: Member) -> dict[str, Any]:
    return {"name": member.name} if member.address else {"name": member.name, "phone": member.phone}


@transaction.atomic
def enter_member(
    event: Event, member: Member, party: Party | None, details: Details, by: str, *, wait_for_childcare: bool
) -> Reply:
    """The member comes as this party, or does not come (None). Raises as answers.accept; nothing is stored then.

    A first answer of a member has the officer's yes to a hidden place; one from the web is still to get it. A caller is
    invited by being called.
    """
    seats.lock(event)
    reply, _ = Reply.objects.get_or_create(event=event, **_whose(member), defaults=_called(member))
    if member.address is None:
        called = Reply.objects.filter(pk=reply.pk, invited_at=None).update(invited_at=timezone.now())
        tallies.count(What.INVITED, called)
    if event.hide_place and party and reply.state == Reply.State.OPEN:
        Reply.objects.filter(pk=reply.pk, invited_at=None).update(place_told_at=timezone.now())
    return enter(reply, party, details, by, wait_for_childcare=wait_for_childcare)


@transaction.atomic
def enter_name(event: Event, key: str, party: Party, details: Details, by: str, *, wait_for_childcare: bool) -> Reply:
    """A person without an address comes, once for each `key`. Raises as answers.accept; nothing is stored then."""
    seats.lock(event)  # a second click waits here
    nonce = nonce_of(key)
    known = Reply.objects.filter(event=event, address=None, nonce=nonce).first()
    return known or enter(
        Reply.objects.create(event=event, name=details.name, nonce=nonce),
        party,
        details,
        by,
        wait_for_childcare=wait_for_childcare,
    )


def enter(reply: Reply, party: Party | None, details: Details, by: str, *, wait_for_childcare: bool) -> Reply:
    if party is None:
        return answers.decline(reply, details, by=by)
    return answers.accept(reply, party, details, by=by, wait_for_childcare=wait_for_childcare)
