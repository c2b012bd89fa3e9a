"""A hundred thousand members, half of whom are asked to the next event; and what a query about them costs.

All are invented. Statistics are fresh, as autovacuum keeps them.
"""

import uuid
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from events.models import Event, Reply
from kit.tallies import What
from mailings.models import Address, Delivery
from members import callers
from members.details import Details
from members.models import Member, Newsletter
from netzwerk.models import Tally
from tests.events.meetings import meeting
from tests.members.people import active, newsletter

SIZE = 100_000


def gather(size: int = SIZE) -> Event:
    """The event, of today: half of the members are asked, a hundred families come. One in a thousand has no e-mail.

    Kim Sommer is a member, too.
    """
    event = meeting(days=0.05, answer_by=timezone.now())
    people = Address.objects.bulk_create(
        Address(email=f"p{number}@example.org", list_mail=True) for number in range(size)
    )
    now = timezone.now()
    active("kim@example.org", name="Kim Sommer")
    Member.objects.bulk_create(
        Member(address=address, state="active", joined_at=now, name=f"Familie {address.pk:06}") for address in people
    )
    today, asked = timezone.localdate(), now - timedelta(days=3)
    Tally.objects.bulk_create(
        Tally(what=What.JOINED, on=today - timedelta(days=number % 700)) for number in range(size)
    )
    replies = [Reply(event=event, address=address, invited_at=asked) for address in people[: size // 2]]
    for reply in replies[:: max(size // 100, 2)]:
        reply.state, reply.adults, reply.seats, reply.phone = "yes", 1, 1, "030 23125-007"
    Reply.objects.bulk_create(replies)
    for number in range(size // 1000 + 1):
        callers.enter(f"030 23125-{number:03}", Details(name=f"Frau {number:03}"), by="amt", proof="am Telefon")
    return event


def fill_the_past(number: int = 10_000) -> None:
    """So many events that are over."""
    old = meeting(days=-40)
    held = {field.name: getattr(old, field.name) for field in Event._meta.fields if field.name != "id"}
    Event.objects.bulk_create(
        Event(**held | {"slug": f"treffen-{each}", "uid": uuid.uuid4()}) for each in range(number)
    )


def write_to_all() -> None:
    """A newsletter that everybody has got."""
    with transaction.atomic():
        mailing = newsletter("kim@example.org")
    now = timezone.now()
    Newsletter.objects.create(subject="Neues", text="Guten Tag", mailing=mailing, sent_by="beate", sent_at=now)
    Delivery.objects.bulk_create(
        Delivery(mailing=mailing, address_id=key, state="sent", finished_at=now)
        for key in Address.objects.exclude(email="kim@example.org").values_list("pk", flat=True)
    )


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def cost(sql: str) -> float:
    """In PostgreSQL's units: 100,000 members are read in 3,000, and 40,000 take about 200 ms."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql)
        return float(cursor.fetchone()[0][0]["Plan"]["Total Cost"])
