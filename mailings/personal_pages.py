"""Pages behind a personal link."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def opened_by(find: Callable[[str], Any]) -> Callable[[View], View]:
    """Gives the view the token and the row that `find` finds by it; any other token gets the page for invalid links."""

    def personal(view: View) -> View:
        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            row = find(token)
            if row is None:
                return render(request, "invalid_link.html", status=404)
            return view(request, token, row)

        return opened

    return personal
