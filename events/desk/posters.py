"""The posters, as PDF on the officers' desk."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import posters
from events.desk.page import may_view_event
from events.models import Event
from kit.printing import characters
from kit.printing.typesetting import TypesettingFailed

officers_only = permission_required("events.view_event", raise_exception=True)


@require_safe
@may_view_event
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Only for announced events to come, because the printed URL must work."""
    published = Event.objects.filter(state=Event.State.PUBLISHED).select_related("capacity")
    found = get_object_or_404(published.upcoming(timezone.now()), pk=pk)
    back = reverse("admin:event_overview", args=[pk])
    return _sheet(request, lambda: posters.for_event(found), f"aushang-{found.slug}.pdf", back)


@require_safe
@officers_only
def joining(request: HttpRequest) -> HttpResponse:
    return _sheet(request, posters.for_joining, "aushang-mitmachen.pdf", reverse("admin:index"))


def tell_of_letters(request: HttpRequest, event: Event) -> None:
    """Names the letters of the event's sheet that no font has, as soon as they are stored."""
    if letters := posters.unprintable(event):
        messages.warning(request, characters.warning(letters, "Auf dem Aushang steht dort ein Fragezeichen."))


def _sheet(request: HttpRequest, make: Callable[[], bytes], name: str, back: str) -> HttpResponse:
    try:
        pdf = make()
    except TypesettingFailed:
        messages.error(request, "Der Aushang ließ sich gerade nicht herstellen. Bitte versuchen Sie es später wieder.")
        return redirect(back)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
