"""Providers with an HTTP API, through anymail: one message for each copy, because they build their own MIME."""

import functools
import re
from typing import Any

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused, AnymailUnsupportedFeature
from anymail.message import AnymailMessage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from urllib3.exceptions import MaxRetryError

from mailings.models import Delivery
from mailings.sending import message
from mailings.sending.email_url import options_in, provider_in
from mailings.sending.exceptions import PendingReply, Refused, TryLater, Unavailable, words

LONGEST_WAIT = 3600  # seconds, whatever a provider asks for
_NOT_FOR_PEOPLE = {"test", "console"}  # anymail's own backends that send nothing

# Our fault: 401, 402 and 403 refuse the key or the account; 404 and 405 mean a wrong API URL.
_US = {401, 402, 403, 404, 405}
_BUSY = {429, 502, 503, 504}
# Other 4xx concern one mail or all; only their words tell. An unconfirmed sender taken for a recipient's fault would
# fail everybody; one bad address taken for ours would stop everybody. If neither is clear, the mail is tried again.
_OF_US = re.compile(r"\bsender\b|not_enough_credits|account_under_validation|permission_denied|suspended", re.I)
_OF_RECIPIENT = re.compile(r"recipient|email address|valid address|\bin to\b|[\"'`.]to[\"'`.]", re.I)


class Provider:
    """anymail's backend for a provider; its HTTP session is kept for many messages, and no wait exceeds
    EMAIL_TIMEOUT.
    """

    def __init__(self, url: str) -> None:
        """Raises ImproperlyConfigured if anymail knows no such provider, or lacks something."""
        name = provider_in(url)
        try:
            if name in _NOT_FOR_PEOPLE:
                raise ImportError
            backend = import_string(f"anymail.backends.{name}.EmailBackend")
        except ImportError as error:
            raise ImproperlyConfigured(f"EMAIL_URL: no way to send over {name!r}.") from error
        self._backend = backend(timeout=settings.EMAIL_TIMEOUT, **options_in(url, settings.EMAIL_API_KEY))
        wanted = {"track_opens": False, "track_clicks": False, "metadata": {"copy": ""}}
        self._extras = {option for option, value in wanted.items() if self._understands(option, value)}

    def hand_over(self, delivery: Delivery, message: bytes, following: Delivery | None = None) -> PendingReply:
        """See Transport.hand_over; a provider answers at once."""
        try:
            copy = self._copy(delivery)
            self._backend.open()
            self._backend.send_messages([copy])
        except AnymailError as error:
            raise _outcome(error, delivery) from error
        return PendingReply(functools.partial(str, copy.anymail_status.message_id or ""))

    def close(self) -> None:
        self._backend.close()

    def _copy(self, delivery: Delivery) -> AnymailMessage:
        mail = message.build_message(delivery)
        own = message.own_headers(delivery)
        del own["Date"]  # the provider writes it, like the rest of the MIME; some refuse a mail that has one
        kept = {name: value for name, value in mail.items() if name.startswith(("List-", "Auto-"))}
        copy = AnymailMessage(
            subject=str(mail["Subject"]),
            body=_content(mail, "plain"),
            from_email=str(mail["From"]),
            to=[own.pop("To")],
            reply_to=[str(mail["Reply-To"])],
            # Brevo requires capitalised words, and Mailjet refuses "Message-ID"
            headers={name.title(): str(value) for name, value in (own | kept).items()},
        )
        copy.attach_alternative(_content(mail, "html"), "text/html")
        for part in mail.iter_attachments():
            if part.get_content_type() == "text/calendar":
                copy.attach(message.CALENDAR_NAME, part.get_content(), "text/calendar")
        # Comes back with every webhook, even one that arrives before the response to this request.
        extras = {"track_opens": False, "track_clicks": False, "metadata": {"copy": str(delivery.message_id)}}
        for option in self._extras:
            setattr(copy, option, extras[option])
        return copy

    def _understands(self, option: str, value: object) -> bool:
        """Whether the provider supports an option: anymail refuses a message with any other, even one that switches
        something off.
        """
        probe = AnymailMessage(to=["probe@example.org"])
        setattr(probe, option, value)
        try:
            self._backend.build_message_payload(probe, {})
        except AnymailUnsupportedFeature:
            return False
        return True


def _content(mail: Any, subtype: str) -> str:
    return str(mail.get_body((subtype,)).get_content())


def _outcome(error: AnymailError, delivery: Delivery) -> Exception:
    """What an error of anymail means for this copy, or for all."""
    answer, code = words(error), error.status_code
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return Refused(answer)
    if isinstance(error, AnymailUnsupportedFeature) or code in _US:
        return Unavailable(answer)
    if code in _BUSY:
        return Unavailable(answer, _wait(error.response.headers))
    if code is None and error.__cause__ and isinstance(next(iter(error.__cause__.args), None), MaxRetryError):
        return Unavailable(answer)  # nothing was handed over: DNS, connection or TLS failed
    if code is not None and 400 <= code < 500:
        if _OF_US.search(answer):
            return Unavailable(answer)
        assert delivery.address is not None
        if _OF_RECIPIENT.search(answer) or delivery.address.email in answer:
            return Refused(answer)
    return TryLater(answer)


def _wait(headers: Any) -> float:
    """Seconds after which the provider wants to be asked again; 0 if it does not say."""
    value = headers.get("Retry-After") or headers.get("x-sib-ratelimit-reset") or ""
    return min(int(value), LONGEST_WAIT) if value.isascii() and value.isdigit() else 0
