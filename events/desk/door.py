"""The list for the door: a page to print, and files for a spreadsheet program."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events import door
from events.desk import page as desk_page
from events.desk.page import may_keep_door, may_view_answers

# For families that come unannounced.
BLANK_LINES = 4
_TYPES = {
    "csv": ("text/csv; charset=utf-8", door.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", door.as_xlsx),
}


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
        "may_take_away": may_take_away,
        "has_childcare": bool(event.capacity.childcare_total),
        "blank_lines": range(BLANK_LINES),
        "now": timezone.now(),
    }
    return desk_page.page(request, event, "door", "Liste für die Tür", context)


@never_cache
@require_safe
@may_keep_door
@may_view_answers
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in _TYPES:
        raise Http404
    event = desk_page.one(pk)
    content_type, make = _TYPES[kind]
    response = HttpResponse(make(event), content_type=content_type)
    # Neutral, like the event's address: it lies in a folder of downloads.
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.{kind}"'
    return response
