"""The demo's postbox: shows every mail that was sent. It exists in the demo only."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mailings.desk import preview

PER_PAGE = 50
HEADERS = ["From", "Reply-To", "To", "Subject", "Date", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"]
_NAME = re.compile(r"[0-9]{1,20}-[0-9a-f]{8}")


@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    names = sorted((file.stem for file in _folder().glob("*.eml")), reverse=True)
    page = Paginator(names, PER_PAGE).get_page(request.GET.get("seite"))
    found = [(name, message, message["Date"].datetime) for name in page for message in [_read(name)]]
    return render(request, "postbox/mails.html", {"page": page, "mails": found, "count": len(names)})


@require_safe
@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    message = _read(name)
    context = {
        "name": name,
        "subject": message["Subject"],
        "headers": [(header, message[header]) for header in HEADERS if message[header]],
        "text": _body(message, "plain"),
        "has_html": bool(_body(message, "html")),
    }
    return render(request, "postbox/mail.html", context)


@require_safe
@never_cache
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a page of its own, as a mail program would show it."""
    body = _body(_read(name), "html")
    if not body:
        raise Http404
    return preview.as_page(body)


def _folder() -> Path:
    """The folder to which the worker writes. Raises Http404 unless this is the demo and mails stay on this machine."""
    if not settings.DEMO or not settings.EMAIL_URL.startswith("folder://"):
        raise Http404
    return Path(settings.EMAIL_URL.removeprefix("folder://"))


def _read(name: str) -> EmailMessage:
    """Raises Http404 if there is no mail of this name."""
    folder = _folder()
    if not _NAME.fullmatch(name):
        raise Http404
    try:
        message = message_from_bytes((folder / f"{name}.eml").read_bytes(), policy=default)
    except FileNotFoundError:
        raise Http404 from None
    assert isinstance(message, EmailMessage)
    return message


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""
