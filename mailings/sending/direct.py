"""One plain mail past the queue, for the technician: the queue, or the database, may be what is broken."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.module_loading import import_string

from mailings.models import Delivery
from mailings.sending.email_url import options_in, provider_in
from mailings.sending.transport import Folder


def send(to: str, subject: str, text: str) -> None:
    """Sends now, and waits for the answer. Raises what Django's or anymail's backend raises."""
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
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
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    return EmailBackend(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if implicit else 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_ssl=implicit,
        use_tls=parse_qs(parts.query).get("tls") == ["1"],
        timeout=settings.EMAIL_TIMEOUT,
    )
