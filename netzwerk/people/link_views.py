"""The page behind the link in the mail to a new address. GET shows one button; POST confirms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from netzwerk.people import address_change


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    change = address_change.find(token)
    if request.method == "POST" and "verwerfen" in request.POST:
        if change:  # a second click finds nothing any more
            address_change.discard(change)
        return redirect("discarded")
    if change is None:
        return render(request, "invalid_link.html", status=404)
    if request.method == "POST":
        if not address_change.confirm(change):
            return render(request, "invalid_link.html", status=404)
        return redirect(request.path)
    return render(request, "people/confirm_address.html", {"change": change})
