"""The list for the door: a page to print, and files for a spreadsheet program."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import door
from events.desk import page as desk_page
from events.desk.page import may_keep_door
from kit.desk import downloads

# For families that come unannounced.
BLANK_LINES = 4


@require_safe
@may_keep_door
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Helpers keep the door without seeing an address, and download no list (S-06)."""
    event = desk_page.one(pk)
    may_take_away = request.user.has_perm("events.view_reply")
    found = door.households(event, by_address=may_take_away)
    context = {
        "households": found,
        "together": door.together(found),
        "downloads": desk_page.downloads_of(request, event, "door_file"),
        "has_childcare": bool(event.capacity.childcare_total),
        "blank_lines": range(BLANK_LINES),
        "now": timezone.now(),
    }
    return desk_page.page(request, event, "door", "Liste für die Tür", context)


def _download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    event = desk_page.one(pk)
    what = f"Liste für die Tür zu Veranstaltung {pk}"
    with transaction.atomic():
        return downloads.response(request, kind, event.slug, door.HEADER, door.rows(event), what=what, about=event)


download = downloads.guarded(desk_page.MAY_EXPORT, _download)
