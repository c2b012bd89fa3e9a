"""The brochure: `wegweiser.pdf`, of everything or for a topic and a town."""

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from wegweiser import counting
from wegweiser.brochure import cache
from wegweiser.brochure.selection import Selection
from wegweiser.models import Topic

RETRY_AFTER = "120"  # seconds


@require_safe
def brochure(request: HttpRequest) -> HttpResponseBase:
    try:
        taken = cache.get_or_build(_selection(request))
    except cache.TooLarge:
        return render(request, "wegweiser/brochure_too_large.html", status=404)
    except cache.Unavailable:
        closed = render(request, "503.html", status=503)
        closed["Retry-After"] = RETRY_AFTER
        return closed
    response = HttpResponse(
        taken.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": 'inline; filename="wegweiser.pdf"',
            "Cache-Control": "no-cache",
            "ETag": f'"{taken.key}"',
            "Last-Modified": http_date(taken.made_at),
        },
    )
    sent = get_conditional_response(request, f'"{taken.key}"', taken.made_at, response) or response
    if request.method == "GET" and sent.status_code == HTTPStatus.OK:
        counting.brochure_fetched()
    return sent


def _selection(request: HttpRequest) -> Selection:
    topic, town = request.GET.get("thema", ""), request.GET.get("ort", "")
    if town and town not in settings.MUNICIPALITIES:
        raise Http404
    if topic and topic not in Topic.objects.values_list("slug", flat=True):
        raise Http404
    return Selection(topic, town)
