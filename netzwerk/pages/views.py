"""The site's own pages that are not texts of the officers."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import programme
from wegweiser.models import Situation, Topic


@require_safe
def discarded(request: HttpRequest) -> HttpResponse:
    """Where "Das war ich nicht" leads, whatever it was that somebody had asked for."""
    return render(request, "discarded.html")


@require_safe
def easy(request: HttpRequest) -> HttpResponse:
    """The portal in Leichte Sprache."""
    return render(request, "easy.html")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start page. Without the database the emergency numbers and the telephone stay."""
    try:
        context = {
            "events": programme.next_ones(timezone.now()),
            "topics": list(Topic.objects.all()),
            "situations": list(Situation.objects.published()),
        }
    except OperationalError:
        context = {"events": [], "topics": [], "situations": []}
    return render(request, "start.html", context)
