"""The public pages for reporting a barrier. GET shows a form; POST stores."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from netzwerk.barriers import reports, statement
from netzwerk.barriers.forms import BarrierForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    form = BarrierForm(request.POST or None, initial={"page": page_before(request)})
    if request.method == "POST" and form.is_valid():
        said, ip = form.cleaned_data, request.META["REMOTE_ADDR"]
        if form.once(lambda: reports.record(said["text"], said["page"], said["email"], ip, form.proof)):
            return redirect("barrier_thanks")
    return render(request, "barriers/report.html", {"form": form})


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "barriers/thanks.html")


def page_before(request: HttpRequest) -> str:
    """The path of our page from which somebody came; "" from anywhere else.

    Never what somebody searched for, a personal link or the desk: other people read the report.
    """
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
        page = resolve(came_from.path)
    except (ValueError, Resolver404):
        return ""
    ours = came_from.netloc == request.get_host() and "admin" not in page.app_names
    public = "token" not in page.kwargs and came_from.path not in (statement.URL, request.path)
    return came_from.path if ours and public else ""
