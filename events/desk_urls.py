"""The pages of the desk about one event, below its number: address, view, name (admin:event_…)."""

from collections.abc import Callable

from django.http import HttpResponseBase

from events import desk_views

PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("ueberblick/", desk_views.overview, "overview"),
    ("veroeffentlichen/", desk_views.publish, "publish"),
    ("mitteilen/", desk_views.tell, "tell"),
    ("absagen/", desk_views.cancel, "cancel"),
    ("loeschen/", desk_views.discard, "discard"),
    ("gekommen/", desk_views.came, "came"),
]
