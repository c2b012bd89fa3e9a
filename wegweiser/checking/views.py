"""The provider's yearly check, behind a personal link. GET shows; POST answers for one offer, or for all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mailings.personal_pages import opened_by
from wegweiser.checking import checks
from wegweiser.models import Offer, Provider
from wegweiser.reporting import reports
from wegweiser.reporting.forms import OfferForm, initial_of

personal = opened_by(checks.find)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def check(request: HttpRequest, token: str, provider: Provider) -> HttpResponse:
    if request.method == "POST":
        _answer(provider, request.POST.get("antwort", ""), request.POST.get("angebot", ""))
        return redirect("wegweiser:check", token)
    return _page(request, token, provider)


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def change(request: HttpRequest, token: str, provider: Provider) -> HttpResponse:
    """?angebot=<slug>: the offer as a form; what is changed waits for the officers."""
    slug = request.GET.get("angebot", "").replace("\0", "")
    offer = checks.offers_of(provider).filter(slug=slug).first()
    if offer is None or provider.address is None:
        return _page(request, token, provider)
    # What they have proposed already stands in it: otherwise sending something else would take that back.
    fields, said = reports.proposed(offer, provider.address)
    form = OfferForm(request.POST or None, initial=initial_of(offer.contents() | fields) | {"message": said})
    if request.method == "POST" and form.is_valid():
        contents = reports.changes(offer, form.contents())
        message = form.cleaned_data["message"]
        if contents or message:
            reports.propose(offer, contents, provider.address, message=message)
            return redirect("wegweiser:check", token)
        if reports.take_back(offer, provider.address):
            return redirect("wegweiser:check", token)
        form.add_error(None, _("Sie haben noch nichts geändert."))
    return render(request, "wegweiser/check_change.html", {"form": form, "offer": offer, "token": token})


def _answer(provider: Provider, answer: str, slug: str) -> None:
    """Ignores an answer that no longer fits: the page then shows the current state."""
    offers = list(checks.offers_of(provider))
    if answer == "alle":
        proposed = checks.proposed(offers)
        chosen = [offer for offer in offers if checks.is_asked(offer) and offer.pk not in proposed]
    else:
        chosen = [offer for offer in offers if offer.slug == slug]
    for offer in chosen:
        try:
            if answer == "weg":
                checks.withdraw(provider, offer)
            elif answer in {"stimmt", "alle"}:
                checks.confirm(provider, offer)
        except checks.TooLate:
            continue


def _page(request: HttpRequest, token: str, provider: Provider) -> HttpResponse:
    offers = list(checks.offers_of(provider))
    proposed = checks.proposed(offers)
    rows = [(offer, _status(offer, proposed), *_facts(offer)) for offer in offers]
    rows.sort(key=lambda row: row[1] != "asked")
    asked = sum(row[1] == "asked" for row in rows)
    context = {"provider": provider, "rows": rows, "asked": asked, "token": token}
    return render(request, "wegweiser/check.html", context)


def _facts(offer: Offer) -> tuple[list[tuple[str, str]], list[str]]:
    """The offer's facts under labels, and the labels of what is missing."""
    labels = {"contact_person": _("Ansprechperson"), "street": _("Anschrift"), "municipalities": _("Für Eltern aus")}
    facts = [
        (_("Anbieter"), offer.provider.name),
        (_("Telefon"), ", ".join(offer.phones)),
        (_("E-Mail-Adresse"), offer.email),
        (_("Website"), offer.website_name),
        # Only the form asks whether it is accessible.
        *((labels.get(fact.field, fact.label), fact.text) for fact in offer.facts if fact.field != "accessible"),
    ]
    return [fact for fact in facts if fact[1]], [label for label, text in facts if not text]


def _status(offer: Offer, proposed: set[int]) -> str:
    """asked, proposed (a change waits for the officers), gone, or checked."""
    if offer.pk in proposed:
        return "proposed"
    if not offer.is_public:
        return "gone"
    return "asked" if checks.is_asked(offer) else "checked"
