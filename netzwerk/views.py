"""The site's own pages that are not texts of the officers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events import programme
from wegweiser.models import Situation, Topic


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = {
        "events": programme.next_ones(timezone.now()),
        "topics": Topic.objects.all(),
        "situations": Situation.objects.published(),
    }
    return render(request, "start.html", context)
