"""What people of a group write to each other, through the portal (G-03). Each reader gets a mail to them alone."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mailings.links import Link
from mailings.models import Mailing
from mailings.templates import one_line
from members.groups import lifecycle, links, mails, texts, wording
from members.models import Group, GroupMembership, GroupMessage

# In 24 hours: of one person to all and to single people, and of a whole group.
TO_ALL, TO_ONE, OF_GROUP = 5, 20, 20
DAYS_SHOWN = timedelta(days=30)
# The same words once more within it are a second tap on a slow connection.
SECOND_TAP = timedelta(minutes=1)


class NotSent(Exception):
    """The message was not sent; str() is a German sentence for the writer, who can send it later."""


@transaction.atomic
def say(writer: GroupMembership, typed: str, reader: GroupMembership | None = None) -> bool:
    """Sends the text to all, or to `reader`, once however often somebody taps. It is a sign of life of the group.
    Raises NotSent.

    True if mail addresses or personal links were taken out.
    """
    group, now = lifecycle.locked(writer.group_id), timezone.now()
    people = GroupMembership.objects.members().filter(group=group).select_related("address")
    if not people.filter(pk=writer.pk).exists() or group.has_ended:
        raise NotSent("Sie sind nicht mehr in dieser Gruppe.")
    if not lifecycle.has_contact(group):
        raise NotSent("Ihrer Gruppe fehlt eine Ansprechperson. Sobald das jemand macht, geht es weiter.")
    if group.state == Group.State.ASKED:
        raise NotSent("Ihre Gruppe ist noch nicht freigegeben. Danach können Sie hier schreiben.")
    text, is_cleaned = texts.relayed(typed)
    same = GroupMessage.objects.filter(group=group, writer=writer, reader=reader, text=text)
    if same.filter(at__gt=now - SECOND_TAP).exists():
        return is_cleaned
    _check_limits(group, writer, reader, now)
    readers = people.exclude(pk=writer.pk)
    if reader is not None:
        readers = readers.filter(pk=reader.pk)
        if not readers.exists():
            raise NotSent("Diese Person ist nicht mehr in der Gruppe.")
    message = GroupMessage.objects.create(group=group, writer=writer, reader=reader, text=text, at=now)
    lifecycle.sign_of_life(group, now)
    _mail(message, group, readers.exclude(paused_until__gt=now))
    return is_cleaned


def shown_to(membership: GroupMembership, now: datetime) -> QuerySet[GroupMessage]:
    """The messages of the last 30 days that the person may read: to all since joining, to the person, and by them."""
    since = max(membership.joined_at or now, now - DAYS_SHOWN)
    mine = Q(reader=None) | Q(reader=membership) | Q(writer=membership)
    found = GroupMessage.objects.filter(mine, group=membership.group_id, at__gte=since)
    return found.select_related("writer", "reader")


def _mail(message: GroupMessage, group: Group, readers: QuerySet[GroupMembership]) -> None:
    writer = message.writer
    names = wording.called(GroupMembership.objects.members().filter(group=group))

    def own(reader: GroupMembership) -> dict[str, Link]:
        return {
            "alle": links.to_page(reader, "#schreiben"),
            "nur": links.to_page(reader, f"?an={writer.pk}#schreiben"),
        }

    name = "message" if message.reader_id is None else "message_to_one"
    facts = {"who": one_line(names[writer.pk]), "said": texts.quoted(message.text)}
    mails.write(name, group, readers, facts=facts, own=own, kind=Mailing.Kind.GROUP)


def _check_limits(group: Group, writer: GroupMembership, reader: GroupMembership | None, now: datetime) -> None:
    lately = GroupMessage.objects.filter(group=group, at__gt=now - timedelta(days=1))
    to_all = lately.filter(reader=None)
    if reader is None and (to_all.filter(writer=writer).count() >= TO_ALL or to_all.count() >= OF_GROUP):
        raise NotSent("Heute sind schon viele Nachrichten an alle hinausgegangen. Bitte schreiben Sie morgen weiter.")
    if reader is not None and lately.filter(writer=writer).exclude(reader=None).count() >= TO_ONE:
        raise NotSent("Heute haben Sie schon viele Nachrichten geschrieben. Bitte schreiben Sie morgen weiter.")
