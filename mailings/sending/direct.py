"""One plain mail past the queue, for the technician: the queue, or the database, may be what is broken."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from mailings.models import Delivery
from mailings.sending.email_url import options_in, provider_in, server_in
from mailings.sending.transport import Folder


def send(to: list[str], subject: str, text: str) -> None:
    """Sends now, and waits for the answer. Raises what Django's or anymail's backend raises."""
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, to, headers=headers)
    url = settings.EMAIL_URL
    scheme = urlsplit(url).scheme
    if scheme == "folder":
        Folder(url.removeprefix("folder://")).hand_over(Delivery(), mail.message().as_bytes())
        return
    if scheme in {"smtp", "smtps"}:
        mail.connection = _smtp(url)
    else:
        backend = import_string(f"anymail.backends.{provider_in(url)}.EmailBackend")
        mail.connection = backend(timeout=settings.EMAIL_TIMEOUT, **options_in(url, settings.EMAIL_API_KEY))
    mail.send()


def _smtp(url: str) -> BaseEmailBackend:
    server = server_in(url)
    return EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_ssl=server.implicit_tls,
        use_tls=server.starttls,
        timeout=settings.EMAIL_TIMEOUT,
    )
