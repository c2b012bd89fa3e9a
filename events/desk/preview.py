"""A draft as its readers will see it: the public page, and the invitation; both only behind the sign-in."""

from copy import copy

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import invitations
from events.desk import page as desk_page
from events.desk.page import may_change_event
from events.links import public_url
from events.models import Event
from events.public import event_page
from mailings.desk.preview import as_page
from members import reader_preview

_HERE = "#inhalt"  # what lies behind a link of the page does not exist yet


@require_safe
@may_change_event
def public_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a draft by the template that shows it later."""
    event = desk_page.one(pk)
    if event.state != Event.State.DRAFT:
        return redirect(public_url(event))
    published = copy(event)
    published.state = Event.State.PUBLISHED
    preview = {"preview": reverse("admin:event_overview", args=[pk]), "sign_up_url": _HERE, "calendar_url": _HERE}
    return render(request, "events/event.html", event_page.context(published, timezone.now()) | preview)


@require_safe
@may_change_event
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail as somebody without a name gets it. With members' names it stands where officers invite."""
    event = desk_page.one(pk)
    context = {"mail": invitations.preview(event, reader_preview.anybody())}
    return desk_page.page(request, event, "preview", "So sieht die Einladung aus", context)


@require_safe
@may_change_event
def invitation_html(request: HttpRequest, pk: int) -> HttpResponse:
    return as_page(invitations.preview(desk_page.one(pk), reader_preview.anybody()).html)
