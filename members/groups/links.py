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


def of(membership: GroupMembership) -> dict[str, Link]:
    """The links that every mail of a group has: `gruppe`, and those in its foot."""
    return {
        "gruppe": to_page(membership),
        "pause": to_page(membership, "#ende"),
        LEAVE_GROUP: Link(LEAVE_PATH, LEAVE, membership.pk, membership.nonce),
    }


def to_page(membership: GroupMembership, behind: str = "") -> Link:
    """`behind` follows the path: a part of the page, a query."""
    return Link(PAGE_PATH + behind, PAGE, membership.pk, membership.nonce)


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
