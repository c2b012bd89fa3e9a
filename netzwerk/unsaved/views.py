"""Leads from "Heute" back to what somebody has begun to write; what has no form any more is shown to be copied."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from kit.desk import coming_back
from netzwerk.models import UnsavedText
from netzwerk.unsaved import store


@require_http_methods(["GET", "HEAD", "POST"])
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """GET opens the form with the text in it; POST throws the text away."""
    row = store.of(request.user).filter(pk=pk).first()
    kept = store.opened(row) if row else None
    if row is None or kept is None:
        raise Http404
    if request.method == "POST":
        return _discard(request, row)
    if coming_back.opens(request, kept.typed):
        return redirect(kept.typed.page)
    return coming_back.to_read(
        request, kept.typed, "Angefangen und nicht gespeichert", coming_back.UNOPENED, {}, discards=True
    )


def _discard(request: HttpRequest, row: UnsavedText) -> HttpResponse:
    row.delete()
    messages.success(request, "Verworfen.")
    return redirect("admin:index")
