"""One way of sending N mails, in a process of its own: `python -m tests.bench.run contender NAME`.

Prints JSON: seconds for sending alone (everything is written and queued before), and the peak of memory in MB.
"""

import importlib
import json
import logging
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.db import connection

from mailings import placeholders
from mailings.models import Delivery
from mailings.sending import message as mime
from mailings.sending.transport import several_from_url
from mailings.sending.worker import Worker

LOREM = (
    "Wir treffen uns wieder im Bürgertreff, und für die Kinder ist gesorgt. Bringen Sie mit, wen Sie mögen, und sagen "
    "Sie ab, wenn etwas dazwischenkommt; niemand fragt nach dem Grund. "
)
TEXT = "$anrede\n\n" + "\n\n".join([LOREM] * 6) + "\n\nMeine Daten ansehen:\n$meine_daten\n"


def ours(workers: int, connections: int) -> Callable[[], None]:
    """`deliver_mail --once --connections`, in so many processes, as many connections allowed as they want."""

    def work() -> None:
        Worker(*several_from_url(settings.EMAIL_URL, connections)).work_all()

    def run() -> None:
        settings.MAIL_CONNECTIONS = workers * connections
        children = [multiprocessing.get_context("fork").Process(target=work) for _ in range(workers - 1)]
        for child in children:
            child.start()
        work()
        for child in children:
            child.join()

    return run


def django_messages() -> Iterator[EmailMultiAlternatives]:
    """The same mails as Django builds them: text, HTML and list headers for each."""
    for delivery in Delivery.objects.select_related("mailing", "address").iterator(chunk_size=500):
        subject, text, html = mime.bodies(delivery.mailing, discreet=False)
        values = mime.placeholder_values(delivery)
        headers = mime.own_headers(delivery) | {
            "Reply-To": settings.REPLY_TO,
            "List-Id": f"<liste.{mime.mail_domain()}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        to = headers.pop("To")
        message = EmailMultiAlternatives(
            subject, placeholders.fill(text, values), settings.DEFAULT_FROM_EMAIL, [to], headers=headers
        )
        message.attach_alternative(placeholders.fill_html(html, values), "text/html")
        yield message


def one_connection() -> None:
    """Django's send_messages on one connection, in parts, as a careful project would."""
    backend = get_connection()
    part: list[EmailMultiAlternatives] = []
    backend.open()
    for message in django_messages():
        part.append(message)
        if len(part) == 500:
            backend.send_messages(part)
            part = []
    backend.send_messages(part)
    backend.close()


def send_mail_each() -> None:
    """Django's send_mail, one call and one connection for each."""
    for message in django_messages():
        html = message.alternatives[0][0]
        send_mail(message.subject, message.body, message.from_email, message.to, html_message=html)


def post_office() -> None:
    """django-post-office in its best setting: batches, two processes, no log of successes."""
    mail = importlib.import_module("post_office.mail")  # installed for this measurement only
    logging.disable(logging.INFO)  # it tells of every part that it begins and ends
    while mail.get_queued().exists():
        mail.send_queued(processes=2, log_level=1)
        connection.close()  # its children have ended the connection that they inherited


def fill_post_office() -> None:
    models = importlib.import_module("post_office.models")
    rows = [
        models.Email(
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=message.to[0],
            subject=message.subject,
            message=message.body,
            html_message=message.alternatives[0][0],
            headers=message.extra_headers | {"Message-ID": make_msgid(domain="netzwerk.example")},
            status=models.STATUS.queued,
            priority=2,
        )
        for message in django_messages()
    ]
    models.Email.objects.bulk_create(rows, batch_size=500)


WAYS: dict[str, Callable[[], None]] = {
    # workers × connections of each
    "ours": ours(1, 1),
    "ours-3x1": ours(3, 1),
    "ours-2x3": ours(2, 3),
    "ours-2x6": ours(2, 6),
    "one-connection": one_connection,
    "send-mail": send_mail_each,
    "post-office": post_office,
    "fill-post-office": fill_post_office,
}


def main(name: str) -> None:
    url = urlsplit(settings.EMAIL_URL)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = url.hostname, url.port
    begin, started = time.perf_counter(), sum(os.times()[:4])
    WAYS[name]()
    seconds, cpu = time.perf_counter() - begin, sum(os.times()[:4]) - started
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "cpu": cpu}))
