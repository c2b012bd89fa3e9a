"""Personal links: how they are stored, and how they become URLs when a mail is sent.

A link is stored as `[path, purpose, row, nonce]` with `{token}` in the path. Row and nonce are null if the link opens
the delivery itself.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from mailings import tokens
from mailings.models import Address, Delivery, Flyer, Mailing

LEAVE = "leave"
READ = "read"
MY_DATA = "my-data"
FLYER = "flyer"
# The link, by its name in a delivery, that every copy of a group's mail must have.
LEAVE_GROUP = "verlassen"

# Paths that stay for ever: mails in people's mailboxes hold them.
LEAVE_PATH = "/abmelden/{token}/"
READ_PATH = "/nachricht/{token}/"
MY_DATA_PATH = "/meine-daten/{token}/"
FLYER_PATH = "/information/{token}/"


@dataclass(frozen=True)
class Link:
    path: str
    purpose: str
    row: int | None = None
    nonce: str | None = None

    def stored(self) -> list[str | int | None]:
        return [self.path, self.purpose, self.row, self.nonce]


def to_my_data() -> Link:
    """The page "Meine Daten" of the mail's reader; it decides itself how long the link is valid."""
    return Link(MY_DATA_PATH, MY_DATA)


def to_flyer(flyer: Flyer) -> Link:
    """The PDF itself; the same link for all who get the mail."""
    return Link(FLYER_PATH, FLYER, flyer.pk, flyer.nonce)


def flyer_url(flyer: Flyer) -> str:
    return settings.SITE_URL + flyer_path(flyer)


def flyer_path(flyer: Flyer) -> str:
    return FLYER_PATH.replace("{token}", tokens.make(FLYER, flyer.pk, flyer.nonce))


def url_of(stored: list[Any], delivery: Delivery) -> str:
    """The full URL of a stored link, built from SITE_URL."""
    path, purpose, row, nonce = stored
    if row is None:
        row, nonce = delivery.pk, delivery.nonce
    return str(settings.SITE_URL + path.replace("{token}", tokens.make(purpose, row, nonce)))


def unsubscribe_url(address: Address) -> str:
    """The URL under which `address` leaves the list; it never expires."""
    return settings.SITE_URL + LEAVE_PATH.replace("{token}", tokens.make(LEAVE, address.pk, address.nonce))


def leave_url(delivery: Delivery) -> str:
    """The URL that one click leaves by: the group whose mail it is, else the list."""
    if delivery.mailing.kind == Mailing.Kind.GROUP:
        return url_of(delivery.links[LEAVE_GROUP], delivery)
    assert delivery.address is not None
    return unsubscribe_url(delivery.address)


def web_version_url(delivery: Delivery) -> str:
    """The URL of the page that shows the whole mail to a reader of a discreet one."""
    return url_of([READ_PATH, READ, None, None], delivery)
