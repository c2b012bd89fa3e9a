"""Invites members to an event: each once, however often and by however many officers it is sent."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Expression, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, JSONArray, JSONObject, NullIf
from django.utils import timezone

from events.answering import mails
from events.links import ANSWER, ANSWER_PATH, NO_QUERY, YES_QUERY
from events.models import Event, Reply
from events.place import Told
from kit import tallies
from kit.tallies import What
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue, queue_all
from mailings.templates import MailTemplate
from members import audience
from members.audience import Audience, Numbers
from members.greeting import UNNAMED, greeting_in_sql
from members.groups import finding
from members.groups.links import FOUND, FOUND_PATH
from members.models import Member, MemberQuerySet
from members.newsletters import writing

_NEAR = ", vielleicht passt eine zu Ihnen: "
# To the form with which the household's member founds a group (see mailings.links).
_TO_FOUND = JSONArray(Value(FOUND_PATH), Value(FOUND), F("address_id"), F("address__nonce"))


class NobodyLeft(Exception):
    """Everybody in the audience has been invited already, or nobody is in it."""


class NotOpen(Exception):
    """The event is a draft, cancelled, or its day for answers is past."""


@dataclass(frozen=True)
class Plan:
    """Whom an invitation would reach: `numbers` of members not yet invited, and how many are `asked` already."""

    numbers: Numbers
    asked: int


def plan(event: Event, chosen: Audience) -> Plan:
    """Counts whom an invitation to `chosen` would reach; two queries."""
    everybody = audience.chosen(chosen)
    missing = _missing(event, everybody)
    return Plan(audience.numbers(missing), everybody.filter(Exists(_reply(event))).count())


def recipients(event: Event, chosen: Audience) -> MemberQuerySet:
    """The members who would get the mail now: in the audience, not invited yet, and allowed to be written to."""
    return audience.reachable(_missing(event, audience.chosen(chosen)))


@transaction.atomic
def invite(event: Event, chosen: Audience) -> Mailing:
    """Invites everybody in the audience who is not invited yet, in a fixed number of statements.

    Raises NotOpen, and NobodyLeft on a second call.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if not event.takes_answers(timezone.now()):
        raise NotOpen
    now = timezone.now()
    asked = _ask(event, recipients(event, chosen), now)
    if not asked:
        raise NobodyLeft
    tallies.count(What.INVITED, asked)
    asked_now = addressed(event.replies.filter(invited_at=now), {"gruppen": _near()}, {"vorschlagen": _TO_FOUND})
    mailing = queue_all(template_of(event), asked_now, {})
    event.mailings.add(mailing)
    return mailing


def template_of(event: Event, kind: Mailing.Kind = Mailing.Kind.LIST) -> MailTemplate:
    more = {"groups": "ja" if finding.public() else ""}
    return replace(mails.template_of("invitation", event, Told.WITH_YES, kind=kind, more=more), automatic=False)


def preview(event: Event, member: Member) -> writing.Preview:
    """The mail as this member would get it."""
    near = finding.near(member)
    values = {"anrede": member.greeting, "gruppen": near and _NEAR + near}
    return writing.preview_of(template_of(event), member.mailbox, values, "ja", "nein", "antwort", "vorschlagen")


@transaction.atomic
def send_test(event: Event, email: str) -> None:
    """Sends one copy to the officer as a personal mail; its links lead to the start page."""
    nowhere = f"{settings.SITE_URL}/#test"
    values = {"anrede": UNNAMED, "gruppen": "", **dict.fromkeys(["ja", "nein", "antwort", "vorschlagen"], nowhere)}
    queue(template_of(event, Mailing.Kind.PERSONAL), [Recipient(Address.objects.ensure(email), values)])


def addressed(
    replies: QuerySet[Any], values: dict[str, Any] | None = None, links: dict[str, Any] | None = None
) -> QuerySet[Any]:
    """Triples for `queue_all`: address, values, and the links of each reply; and more of both."""
    own = {
        name: JSONArray(Value(ANSWER_PATH + query), Value(ANSWER), F("pk"), F("nonce"))
        for name, query in (("antwort", ""), ("ja", YES_QUERY), ("nein", NO_QUERY))
    }
    said = JSONObject(anrede=greeting_in_sql(), **(values or {}))
    return replies.order_by("pk").values_list("address_id", said, JSONObject(**own, **(links or {})))


def _near() -> Expression:
    """The groups near each household, as the mail goes on after "ohne uns"; "" without any."""
    some = NullIf(finding.near_in_sql("address__member__"), Value(""))
    return Coalesce(
        Func(Value(_NEAR), some, template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField()), Value("")
    )


def _ask(event: Event, members: MemberQuerySet, now: datetime) -> int:
    """Creates an open reply for each member who has none, in one statement; households that only asked for the link
    count as invited from now on. Returns their number.
    """
    select, parameters = members.values_list("address_id", "name").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_reply (event_id, address_id, name, invited_at, asked_at)"  # noqa: S608 - the SELECT is the ORM's own, its values are parameters
            f" SELECT %s, address_id, name, %s, %s FROM ({select}) AS members"
            " ON CONFLICT (event_id, address_id) DO UPDATE SET invited_at = excluded.invited_at"
            " WHERE events_reply.invited_at IS NULL AND events_reply.state = 'open'",
            [event.pk, now, now, *parameters],
        )
        return int(cursor.rowcount)


def _missing(event: Event, members: MemberQuerySet) -> MemberQuerySet:
    return members.filter(~Exists(_reply(event)))


def _reply(event: Event) -> QuerySet[Any]:
    """The answer or invitation of a member; a household that has only asked for the link counts as not invited."""
    replies = Reply.objects.filter(event=event, address=OuterRef("address"))
    return replies.exclude(invited_at=None, state=Reply.State.OPEN)


def known() -> Q:
    """Whether the address is one of a household that was invited, or that has answered by its link.

    For settings.KNOWN_ADDRESSES.
    """
    answered = Q(invited_at__isnull=False) | Q(answered_at__isnull=False)
    return Q(Exists(Reply.objects.filter(answered, address=OuterRef("pk"))))
