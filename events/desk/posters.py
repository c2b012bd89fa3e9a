"""The posters, as PDF on the officers' desk."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import posters
from events.models import Event

officers_only = permission_required("events.view_event", raise_exception=True)


@require_safe
@officers_only
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Only for announced events to come, because the printed URL must work."""
    published = Event.objects.filter(state=Event.State.PUBLISHED).select_related("capacity")
    found = get_object_or_404(published.upcoming(timezone.now()), pk=pk)
    return _sheet(posters.for_event(found), f"aushang-{found.slug}.pdf")


@require_safe
@officers_only
def joining(request: HttpRequest) -> HttpResponse:
    return _sheet(posters.for_joining(), "aushang-mitmachen.pdf")


def _sheet(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
