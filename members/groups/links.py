"""Personal links of groups (see mailings.links for how links are stored). Paths and purposes stay for ever."""

from django.conf import settings

from mailings import tokens
from mailings.links import LEAVE_GROUP, Link
from mailings.models import Address
from members.models import GroupMembership, GroupRequest

# What a link opens: a person's page of the group, leaving it, a request that waits, the form for a group of one's own.
PAGE, LEAVE, ASKED, FOUND = "group", "group-leave", "group-asked", "group-found"
PAGE_PATH = "/gruppe/{token}/"
LEAVE_PATH = "/gruppe/verlassen/{token}/"
ASKED_PATH = "/gruppen/anfrage/{token}/"
FOUND_PATH = "/gruppen/vorschlagen/{token}/"


def of(membership: GroupMembership, query: str = "") -> dict[str, Link]:
    """The links that every mail of a group has: `gruppe`, with `query` behind it, and those in its foot."""
    pk, nonce = membership.pk, membership.nonce
    return {
        "gruppe": Link(PAGE_PATH + query, PAGE, pk, nonce),
        "pause": Link(f"{PAGE_PATH}#ende", PAGE, pk, nonce),
        LEAVE_GROUP: Link(LEAVE_PATH, LEAVE, pk, nonce),
    }


def to_page(membership: GroupMembership, query: str) -> Link:
    return Link(PAGE_PATH + query, PAGE, membership.pk, membership.nonce)


def to_request(request: GroupRequest) -> Link:
    return Link(ASKED_PATH, ASKED, request.pk, request.nonce)


def page_url(membership: GroupMembership) -> str:
    """The URL of the person's page, for pages of ours that only this person sees."""
    return _url(PAGE_PATH, tokens.make(PAGE, membership.pk, membership.nonce))


def leave_url(membership: GroupMembership) -> str:
    return _url(LEAVE_PATH, tokens.make(LEAVE, membership.pk, membership.nonce))


def found_url(address: Address) -> str:
    return _url(FOUND_PATH, tokens.make(FOUND, address.pk, address.nonce))


def _url(path: str, token: str) -> str:
    return str(settings.SITE_URL + path.replace("{token}", token))
