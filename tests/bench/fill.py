"""N recipients and one mailing to all of them: `python -m tests.bench.run fill N`. Prints JSON."""

import json
import time

from django.db import connection, transaction
from django.utils import timezone

from mailings.models import Address, Delivery, Mailing
from mailings.sending import message
from members.models import Member, Newsletter
from members.newsletters import writing
from tests.bench.contender import TEXT


def main(argument: str) -> None:
    number = int(argument)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE mailings_address, mailings_mailing, mailings_delivery, members_newsletter CASCADE")
    now = timezone.now()
    with transaction.atomic():
        addresses = Address.objects.bulk_create(
            [Address(email=f"p{row}@example.org", list_mail=True) for row in range(number)], batch_size=5000
        )
        Member.objects.bulk_create(
            [
                Member(address=address, state=Member.State.ACTIVE, joined_at=now, name=f"Person {row}")
                for row, address in enumerate(addresses)
            ],
            batch_size=5000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a site that has not been filled a second ago
    newsletter = Newsletter.objects.create(subject="Neues im Advent", text=TEXT)
    begin = time.perf_counter()
    mailing = writing.send(newsletter, by="bench")
    queued = time.perf_counter() - begin
    delivery = Delivery.objects.select_related("address", "mailing").filter(mailing=mailing)[0]
    size = len(message.MessageBuilder(Mailing.objects.get(pk=mailing.pk), discreet=False).bytes_for(delivery))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps({"queued": queued, "size": size}))
