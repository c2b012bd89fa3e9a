"""The provider's webhooks under /post/: anymail checks the secret and parses the event, we record it (M-11)."""

import hashlib
import json
import logging
import re
import uuid
from collections.abc import Iterator
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.urls import urlpatterns
from django.conf import settings
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mailings.models import Feedback
from mailings.returns import classification, feedback, wording
from mailings.sending.email_url import options_in, provider_in

log = logging.getLogger(__name__)

Kind = Feedback.Kind
_ENDING = "_tracking_webhook"
_VIEWS = {path.name.removesuffix(_ENDING): path.callback for path in urlpatterns if path.name.endswith(_ENDING)}
# Fields in which providers tell soft from hard, each in its own words; anymail calls both "bounced".
_NAMES = {"event", "type", "severity", "bouncetype", "bounce_type"}
_SOFT = re.compile(r"soft|transient|temporary|block", re.IGNORECASE)
_HARD = re.compile(r"hard|permanent|invalid|bademail", re.IGNORECASE)


@csrf_exempt
def take(request: HttpRequest, provider: str) -> HttpResponseBase:
    """The webhook of the provider in EMAIL_URL; 404 for all others that anymail knows.

    400 without the secret; 500 if an event could not be recorded, so that the provider sends it again.
    """
    if provider != provider_in(settings.EMAIL_URL) or provider not in _VIEWS:
        raise Http404
    view = _VIEWS[provider].view_class
    options = options_in(settings.EMAIL_URL, settings.EMAIL_API_KEY).items()
    response: HttpResponseBase = view.as_view(**{name: value for name, value in options if hasattr(view, name)})(
        request
    )
    return response


@receiver(tracking)
def _take_event(event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    if event.event_type == EventType.FAILED:
        log.error("%s has accepted a mail and could not send it: %s", esp_name, event.mta_response)
    kind = kind_of(event)
    if kind is None:
        return
    number = event.event_id or hashlib.sha256(_canonical(event.esp_event)).hexdigest()
    now = timezone.now()
    feedback.record(
        feedback.Report(
            event=f"{esp_name}:{number}",
            kind=kind,
            at=min(event.timestamp or now, now),
            provider_id=event.message_id or "",
            copy=_copy(event.metadata),
            email=event.recipient or "",
            words=wording.quote(event.mta_response or event.description or "", event.recipient or ""),
        )
    )


def kind_of(event: AnymailTrackingEvent) -> Feedback.Kind | None:
    """What the event means for the address; None if nothing, such as a delivery or a delay.

    Unsubscribing at the provider counts as a complaint: the person wants no more mail. A provider's "hard" is evidence
    (M-21), unless the words that it repeats speak of the sender, the moment or a full mailbox.
    """
    if event.event_type in {EventType.COMPLAINED, EventType.UNSUBSCRIBED}:
        return Kind.COMPLAINT
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return None
    names = " ".join(_named(event.esp_event))
    if _SOFT.search(names):
        return Kind.SOFT
    verdict = classification.judge("", event.mta_response or "")
    if _HARD.search(names) or event.reject_reason == RejectReason.INVALID:
        return verdict.kind if verdict.certain else Kind.HARD
    if event.mta_response:
        return verdict.kind
    return Kind.HARD if event.reject_reason == RejectReason.BOUNCED else Kind.SOFT


def _named(payload: Any) -> Iterator[str]:
    """The values of the fields that tell soft from hard, at any depth."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            if isinstance(value, str) and str(name).lower() in _NAMES:
                yield value
            elif value is True and name == "hard_bounce":  # Mailjet
                yield name
            else:
                yield from _named(value)


def _canonical(payload: Any) -> bytes:
    return json.dumps(payload, sort_keys=True, default=str).encode()


def _copy(metadata: Any) -> uuid.UUID | None:
    """The Message-ID that we passed along, None if it did not come back."""
    try:
        return uuid.UUID(metadata["copy"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
