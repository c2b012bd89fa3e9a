"""New and changed events as an Atom feed, for feed readers and other sites.

Titles are kind and day only, because feed readers show them openly (P-25). The topic is in the text.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from events import programme, wording
from events.links import public_url
from events.models import Event
from mailings.templates import one_line


class EventFeed(Feed[Any, Any]):
    """All URLs in it are built from SITE_URL, whatever host was asked."""

    feed_type = Atom1Feed
    language = "de"

    def title(self) -> str:
        return _("Termine – %(site)s") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return settings.SITE_URL + reverse("events:list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("events:feed")

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self) -> list[Event]:
        return list(programme.current(timezone.now()))

    def item_title(self, item: Event) -> str:
        neutral = programme.show(item, timezone.now()).neutral_title
        return _("Abgesagt: %(title)s") % {"title": neutral} if item.state == Event.State.CANCELLED else neutral

    def item_description(self, item: Event) -> str:
        shown = programme.show(item, timezone.now())
        said = [item.title, item.summary, f"{wording.when(item)}, {shown.place}".rstrip(", ")]
        return escape(" – ".join(filter(None, map(one_line, said))))  # Django calls it HTML

    def item_link(self, item: Event) -> str:
        return public_url(item)

    def item_guid(self, item: Event) -> str:
        return item.uid.urn

    def item_updateddate(self, item: Event) -> datetime:
        return item.changed_at
