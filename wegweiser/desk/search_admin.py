"""Life situations with their steps, synonyms, and searches that found nothing."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html

from kit.desk.admin import DeskAdmin, ReadOnly, badge
from kit.desk.deleting import TakesBack
from kit.desk.former import BringsBack
from wegweiser.desk.forms import AdviceForm, SituationForm, SynonymForm
from wegweiser.models import Advice, FailedSearch, Situation, Synonym
from wegweiser.search import failed_searches, index


class AdviceInline(admin.StackedInline[Advice, Situation]):
    model = Advice
    form = AdviceForm
    verbose_name_plural = "Schritte: Die Lupe öffnet die Liste der Angebote."
    extra = 1
    raw_id_fields = ("offer",)
    fields = (("order", "offer"), "sentence")


@admin.register(Situation)
class SituationAdmin(TakesBack, BringsBack, DeskAdmin):
    list_display = ("title", "status", "order")
    ordering = ("order", "title")
    form = SituationForm
    view_on_site = False
    prepopulated_fields = {"slug": ("title",)}
    inlines = (AdviceInline,)

    @admin.display(description="Stand", ordering="published")
    def status(self, situation: Situation) -> str:
        return badge("veröffentlicht", "badge-fresh") if situation.published else badge("Entwurf", "badge-old")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def goes_with(self, row: Any) -> Iterable[Advice]:
        return list(row.advice.all())


@admin.register(Synonym)
class SynonymAdmin(TakesBack, DeskAdmin):
    list_display = ("word", "all_means")
    search_fields = ("word",)
    search_help_text = "Wort"
    ordering = ("word",)
    form = SynonymForm

    @admin.display(description="meint auch")
    def all_means(self, synonym: Synonym) -> str:
        return ", ".join(synonym.means)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            super().delete_model(request, obj)
            index.refresh()

    def brought_back(self, row: Any) -> None:
        index.refresh()

    def save_model(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            index.refresh()


@admin.register(FailedSearch)
class FailedSearchAdmin(ReadOnly):
    """Only words that were searched three times or more, because fewer could be one person. One row for
    the same words.
    """

    list_display = ("words", "times", "day", "synonym")
    list_display_links = None
    search_fields = ("words",)
    search_help_text = "Wort"

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-_times", "words")  # an annotation: as `ordering` Django's checks refuse it

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedSearch]:
        same = failed_searches.shown().filter(words=OuterRef("words")).order_by()
        newest = FailedSearch.objects.filter(words=OuterRef("words")).order_by("-day").values("pk")[:1]
        rows = FailedSearch.objects.annotate(_times=Subquery(same.values("times")))
        return rows.filter(_times__gte=failed_searches.SHOWN_FROM, pk=Subquery(newest))

    @admin.display(description="wie oft in 90 Tagen", ordering="_times")
    def times(self, search: Any) -> int:
        return int(search._times)

    @admin.display(description="Was tun?")
    def synonym(self, search: FailedSearch) -> str:
        link = f"../synonym/add/?{urlencode({'word': search.words})}"
        return format_html('<a class="go" href="{}">Gleiche Bedeutung eintragen</a>', link)
