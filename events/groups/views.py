"""A person's page of a group behind the personal link, a meeting to suggest, a calendar file, and the way out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from events.groups import leaving, meetings, page
from events.groups.actions import ACTIONS, SAID
from events.groups.forms import (
    AliveForm,
    MeetingForm,
    MessageForm,
    NoticeForm,
    PhoneForm,
    ReportForm,
    others,
    reportable,
)
from mailings.personal_pages import opened_by
from mailings.sending.message import CALENDAR_NAME
from members.groups import founding, memberships, sight
from members.groups.forms import SecondForm
from members.groups.sight import Thing
from members.models import GroupMembership

personal = opened_by(memberships.find)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def show(request: HttpRequest, token: str, me: GroupMembership) -> HttpResponse:
    if request.method == "POST":
        action = ACTIONS.get(request.POST.get("tun", ""))
        outcome = action(me, request.POST) if action else "zu-spaet"
        if isinstance(outcome, str):
            return redirect(f"{request.path}?{outcome}")
        return _page(request, token, me, outcome)
    return _page(request, token, me, {})


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def suggest(request: HttpRequest, token: str, me: GroupMembership) -> HttpResponse:
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            meetings.propose(me, form.plan())
        except meetings.Refused as problem:
            form.add_error(None, str(problem))
        else:
            return redirect(f"{reverse('events:group_page', args=[token])}?vorgeschlagen")
    return render(request, "events/groups/suggest.html", {"form": form, "me": me, "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def second(request: HttpRequest, token: str, me: GroupMembership) -> HttpResponse:
    """Somebody else is asked to be the second contact of a group that waits for one."""
    form, needed = SecondForm(request.POST or None), founding.needs_second(me.group)
    if request.method == "POST" and needed and form.is_valid():
        email, ip = form.cleaned_data["email"], request.META["REMOTE_ADDR"]
        if form.once(lambda: founding.ask_another(me, email, ip, form.proof)):
            return redirect(f"{reverse('events:group_page', args=[token])}?gefragt")
    return render(request, "events/groups/second.html", {"form": form, "needed": needed, "token": token})


@require_safe
@personal
def calendar_entry(request: HttpRequest, token: str, me: GroupMembership) -> HttpResponse:
    """The next meeting that the person comes to, or the one named in the query."""
    found = page.coming(me, timezone.now(), {}) if sight.sees(me, Thing.MEETINGS) else []
    wanted = request.GET.get("treffen", "")
    mine = [each for each in found if each.comes and wanted in ("", str(each.event.pk))]
    if not mine:
        return render(request, "invalid_link.html", status=404)
    response = HttpResponse(meetings.calendar_entry(mine[0].event), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{CALENDAR_NAME}"'
    return response


@csrf_exempt  # a mail program has no cookie; the token in the address is the proof (RFC 8058 §3.2)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leaves this group, never the network."""
    membership = memberships.find_leaving(token)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        if membership:
            leaving.leave(membership, "RFC 8058")
        return HttpResponse()
    if membership is None:
        return render(request, "invalid_link.html", status=404)
    if request.method == "POST":
        leaving.leave(membership, "POST /gruppe/verlassen/")
        return redirect(request.path)
    belongs = membership.state == GroupMembership.State.MEMBER and not membership.group.has_ended
    return render(request, "events/groups/leave.html", {"group": membership.group, "belongs": belongs})


def _page(request: HttpRequest, token: str, me: GroupMembership, wrong: dict[str, Any]) -> HttpResponse:
    chosen = {name: str(value) for name, value in request.GET.items()}
    said = next((sentence for word, sentence in SAID.items() if word in chosen), "")
    readers, folk = me.phone_releases.values_list("reader", flat=True), others(me)
    context = {
        **page.shown(me, timezone.now(), chosen),
        "token": token,
        "said": said if not wrong else "",
        "message_form": MessageForm(folk, initial={"an": chosen.get("an", "")}),
        "phone_form": PhoneForm(folk, initial={"phone": me.phone, "readers": list(readers)}),
        "report_form": ReportForm(reportable(me)),
        "alive_form": AliveForm(),
        "notice_form": NoticeForm(initial={"takes_members": me.group.takes_members, "shown": me.group.shown}),
        "wrong": next(iter(wrong.values()), None),
        **wrong,
    }
    return render(request, "events/groups/page.html", context)
