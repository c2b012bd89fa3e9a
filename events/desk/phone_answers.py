"""Entering answers on the desk: find the person, fill in who comes, confirm the result."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from events import place, wording
from events.answering import answers, phone_answers, seats
from events.answering.answers import ChildcareFull, Party, TooLate
from events.answering.form import ALONE, WAIT, initial
from events.desk import page as desk_page
from events.desk.page import READ_REMARK, may_enter_answers
from events.desk.phone_answer_form import PhoneAnswerForm
from events.models import Event, Reply
from events.place import Told
from kit.desk.admin import log
from kit.desk.audit import Action
from members.lookup import search
from members.models import Member

MOST_FOUND = 20
may_view_members = permission_required("members.view_member", raise_exception=True)
Store = Callable[[PhoneAnswerForm, Party | None, bool], Reply]


@require_safe
@may_enter_answers
def find(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    if not _is_open(event):
        return _closed(request, event)
    wanted = " ".join(request.GET.get("suche", "").replace("\0", "").split())[:100]
    members = _members(event, wanted) if wanted and request.user.has_perm("members.view_member") else []
    names = _matching(event.replies.filter(address=None, caller=None), wanted, "name", "phone") if wanted else []
    context = {
        "wanted": wanted,
        "members": members[:MOST_FOUND],
        "names": list(names[:MOST_FOUND]),
        "more": len(members) > MOST_FOUND,
        "most": MOST_FOUND,
    }
    return desk_page.page(request, event, "find", "Antwort eintragen", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_enter_answers
@may_view_members
def member(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    person = get_object_or_404(Member.objects.active().select_related("address"), pk=member_pk)
    by = request.user.get_username()

    def action(form: PhoneAnswerForm, party: Party | None, wait: bool) -> Reply:
        return phone_answers.enter_member(event, person, party, form.details(), by, wait_for_childcare=wait)

    who = f"{person.name or 'ohne Namen'}, {person.address.email if person.address else person.phone}"
    return _phone_answer(request, event, phone_answers.reply_of(event, person), who, action)


@require_http_methods(["GET", "HEAD", "POST"])
@may_enter_answers
def name(request: HttpRequest, pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    by = request.user.get_username()

    def action(form: PhoneAnswerForm, party: Party | None, wait: bool) -> Reply:
        assert party is not None, "The form for a new name asks only who comes."
        key = form.cleaned_data["key"]
        return phone_answers.enter_name(event, key, party, form.details(), by, wait_for_childcare=wait)

    return _phone_answer(request, event, None, "ohne E-Mail-Adresse", action)


@require_http_methods(["GET", "HEAD", "POST"])
@may_enter_answers
def edit(request: HttpRequest, pk: int, reply_pk: int) -> HttpResponse:
    event = desk_page.one(pk)
    reply = get_object_or_404(event.replies.select_related("address", "waiting_list_entry"), pk=reply_pk)
    reply.event = event
    by = request.user.get_username()

    def action(form: PhoneAnswerForm, party: Party | None, wait: bool) -> Reply:
        return phone_answers.enter(reply, party, form.details(), by, wait_for_childcare=wait)

    return _phone_answer(request, event, reply, reply.called, action)


def _phone_answer(request: HttpRequest, event: Event, reply: Reply | None, who: str, store: Store) -> HttpResponse:
    if not _is_open(event):
        return _closed(request, event)
    known: dict[str, Any] = {
        "event": event,
        "reply": reply,
        "may_read_remarks": request.user.has_perm(READ_REMARK),
    }
    if request.method != "POST":
        start = initial(reply) if reply else {"key": phone_answers.new_key(), "adults": 1}
        return _form_page(request, event, PhoneAnswerForm(initial=start, **known), reply, who)
    form = PhoneAnswerForm(request.POST, **known)
    if not form.is_valid():
        return _form_page(request, event, form, reply, who)
    choice = request.POST.get("wahl", "")
    if reply is None and not choice and (same := _of_the_same_name(event, form)):
        return _form_page(request, event, form, reply, who, same=same)
    party = form.wanted()
    if party and choice == ALONE:
        party = party.without_childcare()
    before = answers.wanted(reply) if reply else None
    try:
        with transaction.atomic():
            after = store(form, party, choice == WAIT)
            log(request, event, Action.CHANGED, f"Antwort eingetragen: {after.get_state_display()}.")
    except ChildcareFull:
        return _form_page(request, event, form, reply, who, childcare_full=True)
    except TooLate:  # at this very moment
        return _closed(request, event)
    _say(request, after, is_new=before != answers.wanted(after))
    return redirect("admin:event_replies", event.pk)


def _of_the_same_name(event: Event, form: PhoneAnswerForm) -> list[Reply]:
    """The answers under this name, without those that this very form has entered before."""
    own = phone_answers.nonce_of(form.cleaned_data["key"])
    return list(phone_answers.called(event, form.cleaned_data["name"]).exclude(nonce=own)[:MOST_FOUND])


def _say(request: HttpRequest, reply: Reply, *, is_new: bool) -> None:
    """Tells the officer the result, and how the family hears of it."""
    entry = answers.waiting_list_entry_of(reply)
    if entry is None:
        comes = wording.party(reply.adults, reply.children, reply.childcare) if reply.seats else ""
        text = f"Gespeichert: {reply.called} kommt, {comes}." if comes else f"Gespeichert: {reply.called} kommt nicht."
    else:
        ahead = desk_page.families(seats.ahead_of(entry)) if seats.ahead_of(entry) else "niemand"
        waits = "behält die alten Plätze und wartet auf mehr" if reply.seats else "wartet auf einen Platz"
        text = f"Dafür ist gerade kein Platz frei: {reply.called} {waits}. Davor in der Warteliste: {ahead}."
    if is_new and (entry or reply.seats):
        text += " Die Familie bekommt eine Mail." if reply.address_id else " Sagen Sie es der Familie am Telefon."
    (messages.warning if entry else messages.success)(request, text)


def _form_page(
    request: HttpRequest,
    event: Event,
    form: PhoneAnswerForm,
    reply: Reply | None,
    who: str,
    *,
    childcare_full: bool = False,
    same: Sequence[Reply] = (),
) -> HttpResponse:
    entry = answers.waiting_list_entry_of(reply) if reply and reply.pk else None
    context = {
        "form": form,
        "who": who,
        "childcare_full": childcare_full,
        "same": same,
        "status": reply.get_state_display() if reply and reply.pk else "",
        "has": wording.party(reply.adults, reply.children, reply.childcare) if reply and reply.seats else "",
        "wants": wording.party(entry.adults, entry.children, entry.childcare) if entry else "",
        "place_hint": _place_hint(event, reply),
        "free": event.capacity.free,
        "childcare_free": event.capacity.childcare_free,
        "childcare_total": event.capacity.childcare_total,
    }
    return desk_page.page(request, event, "phone_answer", "Antwort eintragen", context)


def _place_hint(event: Event, reply: Reply | None) -> str:
    """What the officer's answer means for a hidden place (events.answering.phone_answers.enter_member)."""
    if not event.hide_place:
        return ""
    if reply is None or not reply.address_id:
        return "Der Ort ist nicht öffentlich. Sagen Sie ihn am Telefon nur Menschen, die Sie kennen."
    if reply.state == Reply.State.OPEN or place.told(event, reply, timezone.now()) != Told.LATER:
        return "Der Ort ist nicht öffentlich. Mit der Zusage bekommt die Familie ihn per Mail."
    return "Der Ort ist nicht öffentlich. Die Familie erfährt ihn, wenn Sie unter „Wer den Ort erfährt“ Ja sagen."


def _is_open(event: Event) -> bool:
    return event.state == Event.State.PUBLISHED and not event.is_over(timezone.now())


def _closed(request: HttpRequest, event: Event) -> HttpResponse:
    if event.state == Event.State.DRAFT:
        messages.warning(request, "Veröffentlichen Sie das Treffen zuerst.")
    elif event.state == Event.State.CANCELLED:
        messages.warning(request, "Dieses Treffen ist abgesagt. Es lässt sich nichts mehr eintragen.")
    else:
        messages.warning(request, "Dieses Treffen ist vorbei. Es lässt sich nichts mehr eintragen.")
    return redirect("admin:event_overview", event.pk)


def _members(event: Event, wanted: str) -> list[tuple[Member, str]]:
    """The members found, with their answers so far."""
    found = search.found(Member.objects.active().select_related("address"), wanted)
    people = list(found.order_by("name", "pk")[: MOST_FOUND + 1])
    theirs = Q(address__member__in=people) | Q(caller__in=people)
    known = {(reply.address_id, reply.caller_id): reply for reply in event.replies.filter(theirs)}
    return [(person, answer_so_far(known.get(_key_of(person)))) for person in people]


def _key_of(person: Member) -> tuple[int | None, int | None]:
    """Which reply is the person's: its address, and its caller."""
    return (person.address_id, None) if person.address_id else (None, person.pk)


def answer_so_far(reply: Reply | None) -> str:
    unknown = reply is None or (reply.state == Reply.State.OPEN and reply.invited_at is None)
    return "nicht eingeladen" if reply is None or unknown else reply.get_state_display()


def _matching(rows: Any, wanted: str, *fields: str) -> Any:
    for word in wanted.split():
        condition = Q()
        for field in fields:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows
