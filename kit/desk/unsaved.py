"""What somebody writes in a form of the desk is kept while it is written (R-05): no dead tab or battery loses it.

Kept is the form as it stands, wrong or not, for the one who writes it. The record stays as it is until somebody saves,
so nothing is overwritten or seen by others, and nothing is public too early. `static/js/unsaved.js` sends the form some
seconds after a key; without it there is a button. The site says where it is kept.
"""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone

from kit.desk import versions
from kit.desk.coming_back import come_back
from kit.desk.conflicts import GONE, LOADED, NothingOverwritten
from kit.desk.filling import filled
from kit.desk.typed import Typed

KEEP, DISCARD, SEEN = "_keep", "_discard", "kept_at"  # two buttons, and which text the page has shown
LONGEST_PAGE = 200
PRESERVED_FILTERS = "_changelist_filters"
CHANGED = "Inzwischen hat jemand anderes hier gespeichert. Wenn Sie speichern, sehen Sie beide Fassungen."
ELSEWHERE = (
    "Daran schreiben Sie auch in einem anderen Fenster, oder Sie haben es dort schon gespeichert. "
    "Hier wird nichts mehr zwischengespeichert."
)
TOO_LONG = "Das ist zu lang, um es zwischenzuspeichern. Bitte speichern Sie selbst."
TO_COPY = "Ihr Text steht noch hier: Sie können ihn kopieren."


class Kept(NamedTuple):
    typed: Typed
    at: datetime


class Keeper(Protocol):
    """Keeps one text for each account and page."""

    def find(self, account: Any, page: str) -> Kept | None: ...

    def keep(self, account: Any, typed: Typed, kind: str, seen: str) -> datetime | None:
        """When it was kept; None if the text that is kept is not the one that was `seen` ("" for none)."""

    def drop(self, account: Any, page: str) -> None: ...


_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """From now on `keeper` keeps what is written. Called once, while the site starts."""
    _keepers[:] = [keeper]


class SavesItself(NothingOverwritten):
    """Keeps what is written in the forms of this kind of record, and fills it in when they are opened again."""

    saves_itself = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        page = _page_of(request)
        if not (self.saves_itself and page):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if KEEP in request.POST:
            return self._keep(request, page, object_id)
        if DISCARD in request.POST:
            _keepers[0].drop(request.user, page)
            return HttpResponseRedirect(page)
        kept = _keepers[0].find(request.user, page) if request.method != "POST" else None
        more = {"saves_itself": True, "kept": kept, SEEN: request.POST.get(SEEN, _moment(kept))}
        answer = super().changeform_view(request, object_id, form_url, more | (extra_context or {}))
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            _keepers[0].drop(request.user, page)
        return filled(answer, kept.typed) if kept else answer

    def to_read(self, request: HttpRequest, title: str, sentence: str, status: int) -> HttpResponse:
        if KEEP in request.POST and _is_script(request):
            return _told(f"{title}. {TO_COPY}")
        return super().to_read(request, title, sentence, status)

    def _keep(self, request: HttpRequest, page: str, object_id: str | None) -> HttpResponse:
        """Keeps the form as it was sent, for those who may send it. A script gets as JSON what its page shall say."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and row is None:
            return self.to_read(request, GONE, TO_COPY, 404)
        if not (self.has_change_permission(request, row) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        sent = Typed.of(request, str(request.user.pk))
        fields = [(name, text) for name, text in sent.fields if name not in (KEEP, SEEN)]
        typed = replace(sent, path=page, page=page, fields=fields, has_files=False)
        at, trouble = None, TOO_LONG
        if typed.pack():
            seen = request.POST.get(SEEN, "")
            at, trouble = _keepers[0].keep(request.user, typed, str(self.opts.verbose_name), seen), ELSEWHERE
        if not _is_script(request):
            return HttpResponseRedirect(page) if at else come_back(request, sent, trouble)
        if at is None:
            return _told(trouble)
        sentence = f"Zwischengespeichert um {timezone.localtime(at):%H:%M} Uhr."
        return _told(f"{sentence} {CHANGED}" if self._has_changed(request, row) else sentence, at)

    def _has_changed(self, request: HttpRequest, row: Any) -> bool:
        """Whether somebody else has saved since the page was loaded."""
        loaded = versions.unpack(request.POST.get(LOADED, "")) if row else None
        return loaded is not None and loaded.version != self.forms_of(request, row).version


def _told(sentence: str, at: datetime | None = None) -> HttpResponse:
    """What the page says, and which text it has seen from now on; without that it keeps nothing more."""
    return JsonResponse({"told": sentence, "seen": at.isoformat() if at else ""})


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _page_of(request: HttpRequest) -> str:
    """The form's own URL, whatever list led to it; "" for one in a pop-up, and for one that is too long."""
    asked = request.GET.copy()
    asked.pop(PRESERVED_FILTERS, None)
    page = f"{request.path}?{asked.urlencode()}" if asked else request.path
    return "" if IS_POPUP_VAR in request.GET or len(page) > LONGEST_PAGE else page


def _moment(kept: Kept | None) -> str:
    return kept.at.isoformat() if kept else ""
