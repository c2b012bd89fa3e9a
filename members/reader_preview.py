"""The preview of a mail as the reader gets it whom the officer picks from those who would get it."""

from collections.abc import Callable
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from kit import keys
from mailings.desk.preview import as_page
from mailings.models import Address
from members.models import Member
from members.newsletters.writing import Preview

MOST_READERS = 50


class Reader(Protocol):
    """A member, or a household with its answer."""

    name: str

    @property
    def address(self) -> Address | None: ...


def context(request: HttpRequest, recipients: QuerySet[Any], preview_for: Callable[[Any], Preview]) -> dict[str, Any]:
    """The context of admin/members/reader_preview.html: the readers found, the one picked, and the mail."""
    wanted = " ".join(request.GET.get("suche", "").replace("\0", "").split())
    found = recipients.select_related("address").order_by("pk")
    for word in wanted.split():
        found = found.filter(Q(name__icontains=word) | Q(address__email__icontains=word))
    readers = list(found[: MOST_READERS + 1])
    reader = next((each for each in readers if str(each.pk) == request.GET.get("als")), readers[0] if readers else None)
    return {
        "wanted": wanted,
        "readers": readers[:MOST_READERS],
        "more_readers": len(readers) > MOST_READERS,
        "most": MOST_READERS,
        "reader": reader,
        "template": preview_for(reader or anybody()),
    }


def html_page(request: HttpRequest, recipients: QuerySet[Any], preview_for: Callable[[Any], Preview]) -> HttpResponse:
    """The HTML part as a page of its own, as a mail program shows it."""
    picked = keys.number(request.GET.get("als", ""))
    reader = recipients.select_related("address").filter(pk=picked).first()
    return as_page(preview_for(reader or anybody()).html)


def anybody() -> Member:
    """A reader for the preview of a mail that nobody would get."""
    return Member(address=Address())
