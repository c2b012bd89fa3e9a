"""Open data, and the feed of new offers. Repeated requests cost nothing while nothing has changed."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import last_modified, require_safe

from kit import months
from wegweiser.models import Offer
from wegweiser.open_data import hsds, table

NEWEST = 30
PER_PAGE, MOST_PER_PAGE = 100, 500
_PLAIN = {"ensure_ascii": False}


def _changed(request: HttpRequest) -> datetime:
    """Also the day: an offer becomes due for its yearly check by the calendar."""
    today = timezone.make_aware(datetime.combine(months.today(), time.min))
    return max(hsds.last_change() or today, today)


@require_safe
@last_modified(_changed)
def as_json(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse(hsds.as_json(), content_type="application/json")


@require_safe
@last_modified(_changed)
def services(request: HttpRequest) -> HttpResponse:
    """One page of the API's list, `page` from 1 on. Every service comes in full, as with `full=true`.

    The `Link` to the next page names the last service of this one, so that none is missed if others are withdrawn.
    """
    try:
        number, size = _number(request, "page", 1), min(_number(request, "per_page", PER_PAGE), MOST_PER_PAGE)
    except ValueError as problem:
        return _refused(f"{problem} must be a whole number from 1 on.", 400)
    after = request.GET.get("after")
    start = hsds.place(after) if after is not None else None
    if after is not None and start is None:
        return _refused("after must be the id of a service.", 400)
    page = hsds.page(number, size) if start is None else hsds.page_after(start, size)
    answer = JsonResponse(page, json_dumps_params=_PLAIN)
    if page["contents"] and not page["last_page"]:
        following = urlencode({"per_page": size, "after": page["contents"][-1]["id"]})
        answer["Link"] = f'<{settings.SITE_URL}{reverse("wegweiser:services")}?{following}>; rel="next"'
    return answer


@require_safe
def service(request: HttpRequest, key: str) -> HttpResponse:
    found = hsds.find(key)
    if found is None:
        return _refused("No service has this id.", 404)
    return JsonResponse(found, json_dumps_params=_PLAIN)


def _number(request: HttpRequest, name: str, default: int) -> int:
    """The number in the query. Raises ValueError with the parameter's name."""
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise ValueError(name)
    return int(text)


def _refused(reason: str, status: int) -> JsonResponse:
    return JsonResponse({"error": reason}, status=status)


@require_safe
@last_modified(_changed)
def as_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(table.as_csv(hsds.offers()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="angebote.csv"'
    return response


class OfferFeed(Feed[Any, Any]):
    """The newest offers, as Atom; all URLs in it are built from SITE_URL."""

    feed_type = Atom1Feed
    language = "de"

    def title(self) -> str:
        return _("Neu im Wegweiser – %(site)s") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        return settings.SITE_URL + reverse("wegweiser:search")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("wegweiser:feed")

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self) -> list[Offer]:
        return list(Offer.objects.published().select_related("provider").order_by("-published_on", "-pk")[:NEWEST])

    def item_title(self, item: Offer) -> str:
        return item.title

    def item_description(self, item: Offer) -> str:
        return f"{item.provider.name}. {item.description} ({item.freshness})"

    def item_link(self, item: Offer) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_pubdate(self, item: Offer) -> datetime:
        assert item.published_on is not None
        return timezone.make_aware(datetime.combine(item.published_on, time.min))

    def item_updateddate(self, item: Offer) -> datetime:
        return item.changed_at
