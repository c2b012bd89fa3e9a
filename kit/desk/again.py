"""The password or a passkey again before what is dangerous: exports, mails to many, roles, factors, erasing (S-04b)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

View = Callable[..., HttpResponseBase]
Asker = Callable[[HttpRequest], HttpResponse | None]
_askers: list[Asker] = []


def ask_with(asker: Asker) -> None:
    """From now on `asker` decides: it returns the page that asks, or None. Called once, while the site starts."""
    _askers[:] = [asker]


def password_again(view: View) -> View:
    """Asks for the password or passkey again unless that happened in this session a short time ago.

    What a form had sent until then is not lost: it comes back filled in, and is sent by a press. Stands below the
    decorators that say who may come here at all.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        for asker in _askers:
            if page := asker(request):
                return page
        return view(request, *args, **kwargs)

    return asked
