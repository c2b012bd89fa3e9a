"""The page of one offer, and that of one life situation with its steps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from wegweiser import offer_page
from wegweiser.models import Offer, Situation


@require_safe
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """Answers 410 for an offer that was taken down, with a link to other help."""
    found = get_object_or_404(Offer.objects.select_related("provider").exclude(state=Offer.State.DRAFT), slug=slug)
    topics = list(found.topics.all())
    context = {"offer": found, "topics": topics, "similar": offer_page.similar(found)}
    if not found.is_public:
        return render(request, "wegweiser/gone.html", context, status=410)
    context |= {
        "emergency": found.emergency,
        "fresh": not found.example and not found.is_due,
        "map_url": offer_page.map_url(found),
        "structured": offer_page.structured(found),
    }
    response = render(
        request, "wegweiser/offer.html", context | {"hits_before": offer_page.hits_before(request, found)}
    )
    patch_vary_headers(response, ["Referer"])
    return response


@require_safe
def situation(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Situation.objects.published(), slug=slug)
    steps = found.advice.filter(offer__state=Offer.State.PUBLISHED).select_related("offer__provider")
    others = Situation.objects.published().exclude(pk=found.pk)
    return render(request, "wegweiser/situation.html", {"situation": found, "steps": steps, "situations": others})
