"""The pages for reporting an offer and for giving a hint. GET shows a form or one button; POST acts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kit import keys
from wegweiser.models import Offer
from wegweiser.reporting import hints, reports
from wegweiser.reporting.forms import HintForm, ReportForm, initial


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """A new offer, or with ?angebot=<slug> a change of that one."""
    offer = _offer(request.GET["angebot"]) if "angebot" in request.GET else None
    form = ReportForm(request.POST or None, initial=initial(offer) if offer else None)
    if request.method == "POST" and form.is_valid():
        contents = reports.changes(offer, form.contents()) if offer else form.contents()
        email, message, ip = form.cleaned_data["email"], form.cleaned_data["message"], request.META["REMOTE_ADDR"]
        if not contents and not message:
            form.add_error(None, _("Sie haben noch nichts geändert."))
        elif form.once(lambda: reports.report(email, contents, ip, form.proof, offer=offer, message=message)):
            return redirect("wegweiser:report_sent")
    return render(request, "wegweiser/report.html", {"form": form, "offer": offer})


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The same page whatever the state of the address."""
    return render(request, "wegweiser/report_sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page that confirms all open reports of an address, except those that are ticked as somebody else's."""
    submission = reports.find(token)
    if request.method == "POST" and "verwerfen" in request.POST:
        if submission:  # a second click finds nothing any more
            reports.discard(submission)
        return redirect("discarded")
    if submission is None:
        return render(request, "invalid_link.html", status=404)
    if request.method == "POST":
        foreign, last = _keys(request.POST.getlist("fremd")), _keys(request.POST.getlist("bis"))
        confirmed = reports.confirm(submission, foreign=foreign, last=max(last, default=None))
        return redirect("wegweiser:report_thanks" if confirmed or not foreign else "discarded")
    context = {"submissions": reports.in_words(reports.unconfirmed(submission))}
    return render(request, "wegweiser/report_confirm.html", context)


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The page after confirming: the same as behind a link that has nothing to confirm any more."""
    return render(request, "wegweiser/report_confirm.html", {"submissions": []})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hint(request: HttpRequest, slug: str) -> HttpResponse:
    offer = _offer(slug)
    form = HintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, ip = form.cleaned_data["text"], request.META["REMOTE_ADDR"]
        if form.once(lambda: hints.record(offer, text, ip, form.proof)):
            return redirect("wegweiser:hint_thanks", slug)
    return render(request, "wegweiser/hint.html", {"form": form, "offer": offer})


@require_safe
def hint_thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "wegweiser/hint_thanks.html", {"offer": _offer(slug)})


def _keys(values: list[str]) -> list[int]:
    return [key for value in values if (key := keys.number(value))]


def _offer(slug: str) -> Offer:
    found = Offer.objects.published().select_related("provider")
    return get_object_or_404(found, slug=slug.replace("\0", ""))
