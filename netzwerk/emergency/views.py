"""Pages of the desk: what to print while everything works, with a card for the drawer and a list of numbers."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.models import Event
from members.models import Member
from netzwerk.accounts import colleagues
from netzwerk.accounts.mails import called
from netzwerk.models import SecondAddress

SHOWN = 20
NEEDS = ("members.change_member", "events.keep_door")
CALLS = ("events.view_reply", "events.change_reply", "members.view_member")


@never_cache
@require_safe
@permission_required(NEEDS, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """Links to the lists, each of which prints as it stands."""
    ahead = Event.objects.filter(state=Event.State.PUBLISHED, ends_at__gt=timezone.now())
    has_callers = Member.objects.active().callers().exists()
    context = {
        **admin.site.each_context(request),
        "title": "Für den Notfall",
        "events": ahead.order_by("begins_at")[:SHOWN],
        "more_events": max(ahead.count() - SHOWN, 0),
        "has_callers": has_callers,
        "may_call": has_callers and request.user.has_perms(CALLS),
        "has_second": SecondAddress.objects.filter(account=request.user.pk).exists(),
    }
    return render(request, "admin/emergency/index.html", context)


@never_cache
@require_safe
@permission_required(NEEDS, raise_exception=True)
def card(request: HttpRequest) -> HttpResponse:
    """Holds nothing secret: names, and lines to fill in by hand."""
    coordinators = colleagues.coordinators().order_by("last_name", "first_name", "username")
    context = {
        **admin.site.each_context(request),
        "title": "Notfallkarte",
        "coordinators": [called(user) for user in coordinators[:4]],
        "public_keys": len(settings.BACKUP_KEY),
        "today": timezone.localdate(),
    }
    return render(request, "admin/emergency/card.html", context)


@never_cache
@require_safe
@permission_required(NEEDS, raise_exception=True)
def numbers(request: HttpRequest) -> HttpResponse:
    """Everybody whom no mail reaches, whether or not a meeting is ahead."""
    callers = Member.objects.active().callers().order_by(Lower("name"), "pk")
    context = {
        **admin.site.each_context(request),
        "title": "Telefonliste",
        "callers": callers,
        "today": timezone.localdate(),
    }
    return render(request, "admin/emergency/numbers.html", context)
