"""The public pages of groups: the list, one group with a form to ask, a confirmation, and the form to found one.

They tell what stands in a group's notice, and nothing about its people, meetings or number.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mailings.models import Address
from members.groups import consent, finding, founding, joining, links, wording
from members.groups.forms import ProposalForm, RequestForm, SecondContactForm, town_choices
from members.models import Group, GroupMembership, GroupRequest


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    everywhere, town = finding.public(), request.GET.get("ort", "")
    here = {group.town for group in everywhere}
    groups = [group for group in everywhere if group.town == town or town not in here]
    context = {
        "groups": [shown(group) for group in groups],
        "heading": wording.count(len(groups)),
        "towns": [(slug, name) for slug, name in town_choices() if slug in here],
        "town": town,
    }
    return render(request, "members/groups/list.html", context)


@require_safe
def safe(request: HttpRequest) -> HttpResponse:
    return render(request, "members/groups/safe.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Group.objects.public(), slug=slug)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and found.is_open and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("email", "name", "sentence", "discreet")}
        if form.once(lambda: joining.ask(found, ip=request.META["REMOTE_ADDR"], proof=form.proof, **typed)):
            return redirect("members:group_sent", slug)
    return render(request, "members/groups/group.html", {"form": form, **shown(found)})


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page whatever the state of the address."""
    get_object_or_404(Group.objects.public(), slug=slug)
    return render(request, "members/groups/sent.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """The link that confirms a request, or asks somebody to be the second contact."""
    found = joining.find(token)
    if request.method == "POST" and "verwerfen" in request.POST:
        if found:
            (founding.say_no if found.as_contact else joining.discard)(found)
        return redirect("discarded")
    if found is None or (found.answered_at is None and not joining.may_answer(found)):
        return render(request, "invalid_link.html", status=404)
    return _second(request, found) if found.as_contact else _confirm(request, found)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def found_one(request: HttpRequest, token: str) -> HttpResponse:
    founder = founding.find(token)
    if founder is None:
        return render(request, "invalid_link.html", status=404)
    if not founding.may_found(founder):
        return render(request, "members/groups/members_only.html")
    form = ProposalForm(request.POST or None, founder=founder.email)
    if request.method == "POST" and form.is_valid():
        proposal, data, ip = form.proposal(), form.cleaned_data, request.META["REMOTE_ADDR"]
        try:
            if form.once(lambda: founding.propose(founder, proposal, data["name"], data["email"], ip, form.proof)):
                return redirect(_latest_page(founder))
        except founding.TooMany:
            form.add_error(None, "Sie sind schon in drei Gruppen Ansprechperson. Mehr wäre für eine Person zu viel.")
    return render(request, "members/groups/found.html", {"form": form})


def shown(group: Group) -> dict[str, object]:
    return {"group": group, "ages": wording.ages(group.ages), "picture": wording.picture(group.ages)}


def _confirm(request: HttpRequest, found: GroupRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            joining.confirm(found)
        except joining.Expired:
            return render(request, "invalid_link.html", status=404)
        return redirect(request.path)
    context = {"asked": found, "consent_text": consent.text(), **shown(found.group)}
    return render(request, "members/groups/confirm.html", context)


def _second(request: HttpRequest, found: GroupRequest) -> HttpResponse:
    form = SecondContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            membership = founding.say_yes(found, **form.cleaned_data)
        except joining.Expired:
            return render(request, "invalid_link.html", status=404)
        return redirect(links.page_url(membership) if membership else request.path)
    founder = GroupMembership.objects.contacts().filter(group=found.group).order_by("joined_at").first()
    context = {
        "form": form,
        "asked": found,
        "founder": founder.name if founder else "",
        "needed": founding.needs_second(found.group),
        "consent_text": consent.text(),
        **shown(found.group),
    }
    return render(request, "members/groups/second.html", context)


def _latest_page(founder: Address) -> str:
    """The founder's page of the new group: the latest one, also after a second click on the same button."""
    latest = GroupMembership.objects.contacts().filter(address=founder).order_by("-pk").first()
    if latest is None:
        raise Http404
    return links.page_url(latest)
