"""The page of a household's answer, and the way to it without an invitation. GET shows, POST acts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events import place, wording
from events.answering import answers, mails, seats, signups
from events.answering.answers import ChildcareFull, TooLate, TooMany
from events.answering.form import ALONE, CARED, WAIT, AnswerForm, LinkForm, cared_bands, filled_in, initial
from events.models import Event, Reply
from events.public import calendars
from mailings.sending.message import CALENDAR_NAME
from members.greeting import greeting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    reply = answers.find(token)
    if request.method == "POST" and "verwerfen" in request.POST:
        # A second click finds nothing any more.
        done = reply is None or signups.discard(reply)
        return redirect("discarded") if done else redirect(request.path)
    if reply is None:
        return render(request, "invalid_link.html", status=404)
    if not reply.event.takes_answers(timezone.now()) and "absagen" not in request.POST:
        return render(request, "events/answered.html", _answer_context(reply))
    if request.method != "POST":
        form = AnswerForm(initial=initial(reply, request.GET.get("antwort", "")), event=reply.event)
        return _page(request, reply, form)
    try:
        if "verlassen" in request.POST:
            answers.leave_waiting_list(reply)
            return redirect(request.path)
        if "absagen" in request.POST:
            answers.cancel(reply)
            return redirect(request.path)
        return _store(request, reply)
    except TooLate:  # at this very moment
        return redirect(request.path)


@never_cache
@require_safe
def calendar_event(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar entry for somebody who comes, with what only they may know."""
    reply = answers.find(token)
    if reply is None or reply.state != Reply.State.YES:
        return render(request, "invalid_link.html", status=404)
    response = HttpResponse(
        calendars.calendar_event(reply.event, place.told(reply.event, reply, timezone.now())),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{CALENDAR_NAME}"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(Event.objects.public().select_related("capacity"), slug=slug)
    if not event.takes_answers(timezone.now()):
        return redirect("events:event", slug)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, ip = form.cleaned_data, request.META["REMOTE_ADDR"]
        if form.once(lambda: signups.ask(event, data["email"], ip, form.proof)):
            return redirect("events:link_sent", slug)
    return render(request, "events/sign_up.html", {"form": form, "full": _full(event), **_facts(event)})


@require_safe
def link_sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page whatever the state of the address."""
    event = get_object_or_404(Event.objects.public(), slug=slug)
    subject = f"Ihre Antwort: {wording.day(event.begins_at)}"  # as templates/mails/events/answer_link.txt
    return render(request, "events/link_sent.html", {"event": event, "subject": subject})


def _store(request: HttpRequest, reply: Reply) -> HttpResponse:
    form = AnswerForm(request.POST, initial={"name": reply.name}, event=reply.event)
    if not form.is_valid():
        return _page(request, reply, form)
    if form.comes:
        refused = _accept(request, reply, form)
        if refused:
            return refused
    else:
        answers.decline(reply, form.details())
    if form.cleaned_data["wants_list"]:
        signups.also_join(reply, form.cleaned_data["name"])
    return redirect(request.path)


def _accept(request: HttpRequest, reply: Reply, form: AnswerForm) -> HttpResponse | None:
    """Takes the seats, or returns the page that says why not."""
    choice = request.POST.get("wahl", "")
    party = form.party()
    if choice == ALONE:
        party = party.without_childcare()
    elif choice == CARED:
        party = party.with_childcare(form.cared)
    elif form.leaves_childcare_open() and party != answers.wanted(reply):
        return _page(request, reply, form, childcare_open=True)
    try:
        answers.accept(reply, party, form.details(), wait_for_childcare=choice == WAIT)
    except ChildcareFull:
        return _page(request, reply, form, childcare_full=True)
    except TooMany:
        form.refuse_so_many()
        return _page(request, reply, form)
    return None


def _page(request: HttpRequest, reply: Reply, form: AnswerForm, **asked: bool) -> HttpResponse:
    """The form, and what is `asked` before anything is saved: `childcare_full`, `childcare_open`."""
    context = _answer_context(reply) | {
        "form": form,
        "filled_in": "" if form.is_bound else filled_in(dict(form.initial), offered=bool(form.cared)),
        "full": _full(reply.event),
        "no_care_left": _no_care_left(reply),
        "uninvited": reply.state == Reply.State.OPEN and reply.invited_at is None,
        "may_join": reply.invited_at is None and not reply.wants_list,
        **asked,
    }
    return render(request, "events/answer.html", context)


def _full(event: Event) -> bool:
    return event.capacity.free == 0


def _no_care_left(reply: Reply) -> bool:
    """Whether the page must say, before anything is saved, that the childcare is full."""
    free = reply.event.capacity.childcare_free > 0
    return bool(cared_bands(reply.event)) and not (
        free or reply.childcare_seats or answers.waiting_list_entry_of(reply)
    )


def _answer_context(reply: Reply) -> dict[str, Any]:
    """The stored answer in words."""
    entry, now = answers.waiting_list_entry_of(reply), timezone.now()
    return _facts(reply.event, reply) | {
        "reply": reply,
        "over": reply.event.is_over(now),
        "greeting": greeting(reply.name).rstrip(","),
        "who": mails.in_words(reply) if reply.seats else "",
        "waiting_for": mails.in_words(entry) if entry else "",
        "may_cancel": reply.event.takes_cancellations(now) and bool(reply.seats or entry),
        "position": mails.position(seats.ahead_of(entry)) if entry else "",
    }


def _facts(event: Event, reply: Reply | None = None) -> dict[str, Any]:
    return {
        "event": event,
        "when": wording.when(event),
        "where": wording.where(event, place.told(event, reply, timezone.now())),
        "childcare": wording.childcare(event, event.capacity),
        "answer_by": wording.until(event),
        "contact": event.contact,
    }
