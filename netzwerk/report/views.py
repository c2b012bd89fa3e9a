"""The report on the desk: published sheets for all who may see them, exact figures for the Koordination."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kit.desk import audit, downloads
from kit.desk.again import password_again
from kit.desk.audit import Action
from kit.printing.typesetting import TypesettingFailed
from netzwerk.accounts.mails import called
from netzwerk.models import PublishedReport
from netzwerk.report import charts, counting, files, paper, press, publishing, sheet, spans, wording
from netzwerk.report.figures import FIGURES, Part
from netzwerk.report.forms import SpanForm
from netzwerk.report.publishing import NotOver
from netzwerk.report.sheet import Sheet
from netzwerk.report.spans import Span

EXACT = "netzwerk.read_exact_figures"
may_read = permission_required("netzwerk.view_publishedreport", raise_exception=True)
may_read_exact = permission_required(EXACT, raise_exception=True)
_FILES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@never_cache
@require_safe
@may_read
def index(request: HttpRequest) -> HttpResponse:
    """Which years and half-years there are; those that are published first lead to their sheet."""
    today = timezone.localdate()
    first = counting.first_day() or today
    done = set(PublishedReport.objects.values_list("begins_on", "ends_on"))
    rows = [
        (number, [(span, (span.begin, span.end) in done, span.end < today) for span in _spans(number)])
        for number in range(today.year, first.year - 1, -1)
    ]
    return _page(request, "index", "Zwischenbilanz", {"rows": rows, "form": SpanForm({})})


@never_cache
@require_safe
@may_read
def show(request: HttpRequest, name: str) -> HttpResponse:
    span = _span(name)
    report = publishing.find(span)
    if report is None:
        context = {"span": span, "is_over": span.end < timezone.localdate()}
        return _page(request, "unpublished", f"Zwischenbilanz {span.label}", context)
    found = sheet.published(report)
    return _page(request, "sheet", found.title, _shown(found) | {"press": press.paragraph(found)})


@never_cache
@require_POST
@may_read_exact
@password_again
def publish(request: HttpRequest, name: str) -> HttpResponse:
    assert isinstance(request.user, User)
    span = _span(name)
    try:
        with transaction.atomic():
            is_new = publishing.find(span) is None
            report = publishing.publish(span, called(request.user))
            if is_new:
                audit.record(request.user, Action.PUBLISHED, str(report), report)
    except NotOver:
        messages.warning(request, "Dieser Zeitraum ist noch nicht vorbei. Veröffentlicht ist nichts.")
    else:
        messages.success(request, "Veröffentlicht. Diese Zahlen ändern sich nicht mehr.")
    return redirect("report:show", name)


@never_cache
@require_safe
@may_read
def file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    report = publishing.find(_span(name))
    if report is None or kind not in _FILES:
        raise Http404
    found = sheet.published(report)
    try:
        body = paper.pdf(found) if kind == "pdf" else files.as_csv(found)
    except TypesettingFailed:
        messages.error(request, "Das Blatt ließ sich gerade nicht herstellen. Bitte versuchen Sie es später wieder.")
        return redirect("report:show", name)
    disposition = f'attachment; filename="zwischenbilanz-{name}.{kind}"'
    return HttpResponse(body, content_type=_FILES[kind], headers={"Content-Disposition": disposition})


@never_cache
@require_safe
@may_read_exact
def exact(request: HttpRequest) -> HttpResponse:
    form = SpanForm(request.GET)
    context: dict[str, Any] = {"form": form, "warning": wording.WARNING}
    if form.is_valid():
        found = sheet.exact(form.span, form.cleaned_data["stand"])
        context |= _shown(found) | {"downloads": downloads.buttons(_url, request.GET.urlencode())}
    return _page(request, "exact", "Genaue Zahlen", context)


def _exact_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    form = SpanForm(request.GET)
    if not form.is_valid():
        raise Http404
    found = sheet.exact(form.span, form.cleaned_data["stand"])
    name = f"zahlen-{found.span.begin}-{found.span.end}-{sheet.NOT_FOR_PUBLICATION}"
    what = f"Genaue Zahlen, {found.span.in_words}"
    with transaction.atomic():
        return downloads.response(request, kind, name, files.header(found), files.rows(found), what=what)


exact_file = never_cache(downloads.guarded(EXACT, _exact_file))


@never_cache
@require_safe
@may_read
def explain(request: HttpRequest) -> HttpResponse:
    """What each figure counts, and what not."""
    parts = [(part, [figure for figure in FIGURES if figure.part == part]) for part in Part]
    return _page(request, "help", "Was jede Zahl zählt, und was nicht", {"parts": parts})


def _url(kind: str) -> str:
    return f"zahlen.{kind}"


def _spans(number: int) -> list[Span]:
    return [spans.year(number), *spans.halves(number)]


def _span(name: str) -> Span:
    span = spans.named(name)
    if span is None:
        raise Http404
    return span


def _shown(found: Sheet) -> dict[str, Any]:
    return {
        "sheet": found,
        "plots": charts.plots_of(found),
        "parts": list(charts.table(found)),
        "heads": charts.years(found),
        "counted": wording.counted(found),
        "gaps_about": wording.GAPS,
    }


def _page(request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shown = {**admin.site.each_context(request), "title": title, "may_read_exact": request.user.has_perm(EXACT)}
    return render(request, f"admin/report/{name}.html", shown | context)
