"""The pages of "Meine Daten": ask for the link, see, correct, pause, download, leave, erase."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mailings.antispam import PublicEmailForm
from mailings.links import unsubscribe_url
from mailings.models import Address
from mailings.personal_pages import opened_by
from members import pauses
from members.details import Details
from members.forms import DetailsForm, DiscreetForm
from members.groups import links, memberships
from members.models import Member
from netzwerk.privacy import my_data, register

personal = opened_by(my_data.find)

# What has just happened, by the word behind "?".
_SAID = {
    "gespeichert": "Gespeichert.",
    "pausiert": "Die Pause hat begonnen. Weiter unten steht, wie lange sie dauert. Dort können Sie sie auch beenden.",
    "weiter": "Die Pause ist beendet. Sie bekommen wieder Einladungen.",
}


class PauseForm(forms.Form):
    months = forms.TypedChoiceField(coerce=int, choices=[(months, months) for months in pauses.MONTHS])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    form = PublicEmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, ip = form.cleaned_data["email"], request.META["REMOTE_ADDR"]
        if form.once(lambda: my_data.send_link(email, ip, form.proof)):
            return redirect("my_data_sent")
    return render(request, "my_data/ask.html", {"form": form})


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same page whether we know the address or not."""
    return render(request, "my_data/sent.html")


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "my_data/erased.html")


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def show(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    member = Member.objects.select_related("address").filter(address=address).exclude(state=Member.State.LEFT).first()
    groups = memberships.of(address)
    form = _form(request, address, member, bool(groups))
    if form and request.method == "POST" and form.is_valid():
        if isinstance(form, DetailsForm):
            assert member is not None
            my_data.correct(member, form.details())
        else:
            my_data.set_discreet(address, form.cleaned_data["discreet"])
        return redirect(f"{request.path}?gespeichert")
    context = {
        "form": form,
        "member": member,
        "address": address,
        "token": token,
        "said": next((said for word, said in _SAID.items() if word in request.GET), ""),
        "paused": address.is_paused(timezone.now()),
        "leave_url": unsubscribe_url(address),
        "groups": [(each.group.title, links.page_url(each)) for each in groups],
        "found_url": links.found_url(address),
        "held": _held(address),
        "months": pauses.MONTHS,
    }
    return render(request, "my_data/show.html", context)


@require_POST
@personal
def pause(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        pauses.pause(address, form.cleaned_data["months"])
    else:
        pauses.resume(address)
    done = "pausiert" if form.is_valid() else "weiter"
    return redirect(f"{reverse('my_data_show', args=[token])}?{done}")


@require_POST
@personal
def leave(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    """For pages that are still open: the way out has a page of its own, with a way back."""
    return redirect(unsubscribe_url(address))


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def erase(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    if request.method == "POST":
        my_data.erase(address, objection="objection" in request.POST)
        return redirect("my_data_erased")
    return render(request, "my_data/erase.html", {"token": token})


@require_safe
@personal
def as_json(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    response = JsonResponse(register.export(address), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="daten.json"'
    return response


@require_safe
@personal
def as_page(request: HttpRequest, token: str, address: Address) -> HttpResponse:
    response = render(request, "my_data/download.html", {"held": _held(address), "now": timezone.now()})
    response["Content-Disposition"] = 'attachment; filename="daten.html"'
    return response


def _form(
    request: HttpRequest, address: Address, member: Member | None, in_groups: bool
) -> DetailsForm | DiscreetForm | None:
    """What the person can correct: a member everything, somebody in groups only whether mails are discreet."""
    typed = request.POST if request.method == "POST" else None
    if member:
        return DetailsForm(typed, initial=_initial(member))
    return DiscreetForm(typed, initial={"discreet": address.discreet}) if in_groups else None


def _initial(member: Member) -> dict[str, Any]:
    return forms.model_to_dict(member, Details.FIELDS) | {"discreet": member.mailbox.discreet}


def _held(address: Address) -> my_data.Tables:
    return my_data.as_tables(register.export(address))
