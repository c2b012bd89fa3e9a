"""The personal link under which a household answers (see mailings.links for how links are stored)."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from events.models import Event, Reply
from mailings.links import Link
from mailings.models import Address

ANSWER = "answer"

# Paths that stay for ever: mails in people's mailboxes hold them.
ANSWER_PATH = "/antwort/{token}/"
YES_QUERY, NO_QUERY = "?antwort=ja", "?antwort=nein"


def to_answer(reply: Reply) -> dict[str, Link]:
    """The page of a reply, and the same with yes or no preselected; valid until a day after the event."""
    ways = {"antwort": "", "ja": YES_QUERY, "nein": NO_QUERY}
    return {name: Link(ANSWER_PATH + query, ANSWER, reply.pk, reply.nonce) for name, query in ways.items()}


def current(links: dict[str, Any], address: Address) -> dict[str, Any]:
    """Stored links of a mail to the address, those to its answers as they open now (settings.CURRENT_LINKS)."""
    rows = [row for _path, purpose, row, _nonce in links.values() if purpose == ANSWER]
    nonces = dict(Reply.objects.filter(pk__in=rows, address=address).values_list("pk", "nonce")) if rows else {}
    return {
        name: [path, purpose, row, nonces.get(row, nonce) if purpose == ANSWER else nonce]
        for name, (path, purpose, row, nonce) in links.items()
    }


def public_url(event: Event) -> str:
    """The URL that may be passed on to anybody."""
    return settings.SITE_URL + reverse("events:event", args=[event.slug])


def subscribe_url() -> str:
    """The URL for calendar subscriptions; `webcal:` makes programs offer to subscribe."""
    return "webcal:" + (settings.SITE_URL + reverse("events:calendar")).partition(":")[2]
