"""What all desk pages of one event share: permissions, the event in words, and its numbers (invited = yes + no + …)."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from events import counting, door, wording
from events.counting import Numbers
from events.models import BANDS, Event, Reply, band_label
from kit.desk.admin import StatusBadge
from kit.desk.downloads import Button, buttons
from members.models import Member

may_change_event = permission_required("events.change_event", raise_exception=True)
View = Callable[..., HttpResponse]

# Previews, and mails that did not arrive, name members.
may_invite = permission_required(["events.change_event", "members.view_member"], raise_exception=True)
may_view_answers = permission_required(["events.view_event", "events.view_reply"], raise_exception=True)
may_enter_answers = permission_required(["events.view_reply", "events.change_reply"], raise_exception=True)

READ_REMARK = "events.read_remark"
# Helpers download nothing (S-06).
MAY_EXPORT = ["events.view_event", "events.view_reply", "events.export_reply"]


def only_keeps_door(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the account helps at the door and does nothing else with events."""
    return isinstance(user, User) and user.has_perm("events.keep_door") and not user.has_perm("events.change_event")


def _on_its_days(*permissions: str) -> Callable[[View], View]:
    """Guards a page of one event; an account that only keeps the door sees it on its days (`door.on_duty`)."""

    def guard(view: View) -> View:
        @permission_required(permissions, raise_exception=True)
        @wraps(view)
        def opened(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
            now, event = timezone.now(), Event.objects.filter(pk=pk)
            if only_keeps_door(request.user) and not door.on_duty(event, now).exists():
                raise PermissionDenied
            return view(request, pk, *args, **kwargs)

        return opened

    return guard


may_view_event = _on_its_days("events.view_event")
may_keep_door = _on_its_days("events.view_event", "events.keep_door")


def families(number: int) -> str:
    return "1 Familie" if number == 1 else f"{number} Familien"


def downloads_of(request: HttpRequest, event: Event, name: str, query: str = "") -> list[Button]:
    """The buttons for the files of this page, for those who may download them."""
    if not request.user.has_perms(MAY_EXPORT):
        return []
    return buttons(lambda kind: reverse(f"admin:event_{name}", args=[event.pk, kind]), query)


def one(pk: int) -> Event:
    return get_object_or_404(Event.objects.select_related("capacity"), pk=pk)


def status_of(event: Event, now: datetime) -> StatusBadge:
    if event.state == Event.State.DRAFT:
        return StatusBadge("Entwurf", "badge-old")
    if event.state == Event.State.CANCELLED:
        return StatusBadge("abgesagt", "badge-off")
    if event.is_over(now):
        return StatusBadge("vorbei")
    if event.takes_answers(now):
        return StatusBadge("offen", "badge-fresh")
    return StatusBadge("Antwortschluss vorbei", "badge-old")


def answers_of(numbers: Numbers) -> list[tuple[str, int]]:
    """The answers of the invited households in words; they add up to the number invited."""
    invited = numbers.invited
    return [
        ("kommt" if invited.yes == 1 else "kommen", invited.yes),
        ("kann nicht" if invited.no == 1 else "können nicht", invited.no),
        ("wartet" if invited.waiting == 1 else "warten", invited.waiting),
        ("hat abgesagt" if invited.cancelled == 1 else "haben abgesagt", invited.cancelled),
        ("noch offen", invited.unanswered),
    ]


def besides(numbers: Numbers) -> str:
    """The households without an invitation in words, and how many come with the invited ones; "" if there are none."""
    unasked = numbers.unasked
    named = [
        (unasked.yes, "kommt", "kommen"),
        (unasked.waiting, "wartet", "warten"),
        (unasked.no, "kann nicht", "können nicht"),
        (unasked.cancelled, "hat abgesagt", "haben abgesagt"),
    ]
    words = [f"{number} {one if number == 1 else many}" for number, one, many in named if number]
    if not words:
        return ""
    both = unasked.yes and numbers.invited.yes
    together = f" Zusammen kommen {families(numbers.invited.yes + unasked.yes)}." if both else ""
    return f"Dazu ohne Einladung: {', '.join(words)}.{together}"


def by_band(numbers: Numbers) -> list[tuple[str, int, int]]:
    """Age band, children, and those of them in childcare."""
    return list(zip(map(band_label, BANDS), numbers.children, numbers.childcare, strict=True))


def page(
    request: HttpRequest, event: Event, name: str, title: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    now = timezone.now()
    numbers = counting.numbers(event)
    text, style = status_of(event, now)
    known = {
        **admin.site.each_context(request),
        "title": title,
        "event": event,
        "when": wording.when(event),
        "status": text,
        "style": style,
        "is_draft": event.state == Event.State.DRAFT,
        "is_published": event.state == Event.State.PUBLISHED,
        "is_over": event.is_over(now),
        "is_running": event.state == Event.State.PUBLISHED and not event.is_over(now),
        "takes_answers": event.takes_answers(now),
        "numbers": numbers,
        "child_count": sum(numbers.children),
        "answers": answers_of(numbers),
        "besides": besides(numbers),
        "tabs": _tabs(request, event, name),
        "may_invite": request.user.has_perms(["events.change_event", "members.view_member"]),
        "answer_days": settings.ANSWER_DAYS,
        "may_read_remarks": request.user.has_perm(READ_REMARK),
    }
    return render(request, f"admin/events/event/{name}.html", known | (context or {}))


def _tabs(request: HttpRequest, event: Event, here: str) -> list[tuple[str, str, bool]]:
    """The tabs of the page: label, URL, whether it is the current one. A draft has no answers."""
    if event.state == Event.State.DRAFT:
        return []
    may = request.user.has_perm
    answers = may("events.view_reply")
    running = event.state == Event.State.PUBLISHED and not event.is_over(timezone.now())
    calls = running and answers and may("events.change_reply") and may("members.view_member")
    pages = [
        ("overview", "Überblick", True),
        ("replies", "Antworten", answers),
        ("find", "Antwort eintragen", running and answers and may("events.change_reply")),
        ("calls", "Anrufen", calls and Member.objects.active().callers().exists()),
        ("line", "Warteliste", running and answers),
        ("places", "Wer den Ort erfährt", running and answers and event.hide_place),
        ("door", "Liste für die Tür", event.state == Event.State.PUBLISHED and may("events.keep_door")),
    ]
    at = {"phone_answer": "find", "waiting_list": "line"}.get(here, here)
    tabs = [
        (label, reverse(f"admin:event_{page}", args=[event.pk]), page == at) for page, label, shown in pages if shown
    ]
    return tabs if len(tabs) > 1 else []


def to_call(event: Event) -> list[Reply]:
    """Households that come or wait and have no address: no mail reaches them."""
    return list(event.replies.expected().filter(address=None).order_by("name", "pk"))
