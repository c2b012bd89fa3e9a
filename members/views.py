"""Joining and leaving, as pages. GET shows what will happen and one button; POST does it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from mailings.models import Address
from mailings.personal_data import in_words
from members import details, leaving, proofs, signup
from members.forms import JoinForm
from members.models import JoinRequest, Member


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, ip = form.cleaned_data["email"], request.META["REMOTE_ADDR"]
        if form.once(lambda: signup.ask(email, form.details(), ip, form.proof)):
            return redirect("members:sent")
    return render(request, "members/join.html", {"form": form})


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same page whatever the state of the address."""
    return render(request, "members/sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    asked = signup.find(token)
    if request.method == "POST" and "verwerfen" in request.POST:
        if asked:  # a second click finds nothing any more
            signup.discard(asked)
        return redirect("discarded")
    if asked is None:
        return render(request, "invalid_link.html", status=404)
    if request.method == "POST":
        try:
            signup.confirm(asked)
        except signup.Expired:
            return render(request, "invalid_link.html", status=404)
        return redirect(request.path)
    member = asked.member if isinstance(asked, JoinRequest) else asked
    if member.state == Member.State.ACTIVE:
        return render(request, "members/welcome.html")
    if not signup.may_confirm(asked):
        return render(request, "invalid_link.html", status=404)
    told = details.told_with(asked) if isinstance(asked, JoinRequest) else details.told(member)
    context = {"told": in_words(told), "consent_text": proofs.consent_text()}
    return render(request, "members/confirm.html", context)


@csrf_exempt  # a mail program has no cookie; the token in the address is the proof (RFC 8058 §3.2)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    address = leaving.find(token)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        if address:
            leaving.leave(address, method="RFC 8058")
        return HttpResponse()
    if address is None:
        return render(request, "invalid_link.html", status=404)
    if request.method == "POST":
        if "undo" in request.POST:
            leaving.undo(address)
            return redirect(f"{request.path}?wieder-dabei")
        leaving.leave(address, method="POST /abmelden/")
        return redirect(request.path)
    return _leave_page(request, address)


def _leave_page(request: HttpRequest, address: Address) -> HttpResponse:
    member = Member.objects.filter(address=address).first()
    if member is None or member.state == Member.State.LEFT:
        may_undo = member is not None and leaving.may_undo(member)
        return render(request, "members/goodbye.html", {"may_undo": may_undo})
    if "wieder-dabei" in request.GET:
        return render(request, "members/back.html")
    return render(request, "members/leave.html")
