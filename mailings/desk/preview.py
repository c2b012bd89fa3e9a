"""The HTML of a mail as a page of its own: it looks as in a mail program, and nothing in it can act (S-01)."""

from django.http import HttpResponse

# The one exception from the portal's own policy.
CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
_HEADERS = {"Content-Security-Policy": CSP, "X-Frame-Options": "SAMEORIGIN", "X-Robots-Tag": "noindex"}


def as_page(html: str) -> HttpResponse:
    """Sandboxed, because the HTML may come from anywhere."""
    return HttpResponse(html, headers=_HEADERS)
