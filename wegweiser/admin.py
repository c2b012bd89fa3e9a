"""The officers' offers: what must be checked, what is public, and former versions."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from kit import months
from kit.desk import versions
from kit.desk.admin import DeskAdmin, badge
from kit.desk.downloads import PIECE, Downloadable, ListDownload
from kit.desk.former import MOST, BringsBack, Change, Former
from wegweiser import curation, differences
from wegweiser.bulk import OFFERS
from wegweiser.checking import checks
from wegweiser.desk import bulk_views, on_paper, report_admin, search_admin  # noqa: F401 - register themselves
from wegweiser.desk.forms import DeskOfferForm, ProviderForm
from wegweiser.imports import views as import_views
from wegweiser.models import Offer, OfferQuerySet, Provider, Topic
from wegweiser.open_data import table
from wegweiser.reporting.forms import initial_of

_BADGES = {Offer.State.DRAFT: "badge-old", Offer.State.PUBLISHED: "badge-fresh", Offer.State.ARCHIVED: ""}


class ToCheck(admin.SimpleListFilter):
    title = "Prüfung"
    parameter_name = "pruefen"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [
            ("amt", "bitte prüfen"),
            ("faellig", "älter als die Frist"),
            ("beispiel", "Beispiele, noch nicht geprüft"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer]:
        if self.value() == "amt":
            return queryset.filter(pk__in=checks.for_officers(timezone.now()).values("pk"))
        if self.value() == "faellig":
            return queryset.filter(pk__in=Offer.objects.due(months.today()).values("pk"))
        return queryset.filter(example=True) if self.value() == "beispiel" else queryset


class ByTopic(admin.SimpleListFilter):
    title = "Thema"
    parameter_name = "thema"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return list(Topic.objects.values_list("slug", "title"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Offer]) -> QuerySet[Offer]:
        return queryset.filter(topics__slug=self.value()) if self.value() else queryset


@admin.register(Offer)
class OfferAdmin(Downloadable, BringsBack, DeskAdmin):
    saves_itself = True
    # The columns that a list to read in has: whoever takes it out can correct it elsewhere and bring it back.
    download = ListDownload(
        "wegweiser.export_offer", "angebote", "Angebote", table.HEADER, partial(table.rows, at_once=PIECE)
    )
    list_display = ("title", "provider", "status", "age")
    list_filter = (ToCheck, "state", ByTopic)
    list_select_related = ("provider",)
    search_fields = ("title", "provider__name", "slug")
    search_help_text = "Titel oder Anbieter"
    ordering = ("title", "pk")
    view_on_site = False
    actions = ("check_today", "publish", "archive")
    reading = ("title", "provider", "state", "description", "places_named", "phones", "email", "website", "checked_on")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("einlesen/", wrap(import_views.upload), name="wegweiser_import"),
            path("einlesen/uebernehmen/", wrap(import_views.take_over), name="wegweiser_import_take_over"),
            path("rueckgaengig/", wrap(bulk_views.undo_offers), name="wegweiser_undo"),
        ]
        return [*own, *super().get_urls()]

    # the list ------------------------------------------------------------------------------------------------

    @admin.display(description="Stand", ordering="state")
    def status(self, offer: Offer) -> str:
        return badge(offer.get_state_display(), _BADGES[Offer.State(offer.state)])

    @admin.display(description="geprüft", ordering="checked_on")
    def age(self, offer: Offer) -> str:
        if offer.example:
            return badge("Beispiel", "badge-old")
        day = f"{offer.checked_on:%d.%m.%Y}" if offer.checked_on else "noch nie"
        return badge(day, "badge-off") if offer.is_due else day

    @admin.display(description="Telefon")
    def to_call(self, offer: Offer) -> str:
        """The numbers as links that a phone dials, and whom to ask for."""
        calls = format_html_join(
            " ", '<a class="go" href="tel:{}">{}</a>', ((call.tel, call.text) for call in offer.calls)
        )
        asks = format_html("<br>{}", offer.contact_person) if offer.contact_person else ""
        return format_html("{}{}", calls or "keine Nummer", asks)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Offers that officers check by telephone show their numbers."""
        return ("title", "provider", "to_call", "age") if request.GET.get("pruefen") == "amt" else self.list_display

    @admin.display(description="Orte")
    def places_named(self, offer: Offer) -> str:
        return ", ".join(offer.places)

    @admin.action(description="Heute geprüft", permissions=["change"])
    def check_today(self, request: HttpRequest, queryset: OfferQuerySet) -> HttpResponse | None:
        return bulk_views.ask_or_do(request, OFFERS, "check_today", queryset)

    @admin.action(description="Veröffentlichen", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: OfferQuerySet) -> HttpResponse | None:
        return bulk_views.ask_or_do(request, OFFERS, "publish", queryset)

    @admin.action(description="Nicht mehr zeigen", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: OfferQuerySet) -> HttpResponse | None:
        return bulk_views.ask_or_do(request, OFFERS, "archive", queryset)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        undo = bulk_views.undo_of(request, OFFERS) if self.has_change_permission(request) else {}
        return super().changelist_view(request, {"undo": undo} | (extra_context or {}))

    # one offer -------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return DeskOfferForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return ((None, {"fields": self.reading}),)
        first = ("title", "provider", "state", "checked_now", "topics", "description", "audience")
        where = ("area", "municipalities", "street", "postcode", "town")
        reached = ("phones", "contact", "website", "contact_person", "hours")
        known = ("cost", "cost_kind", "accessible", "languages", "search_words", "source")
        named = {*first, "slug", *where, *reached, *known}
        others = [name for name in DeskOfferForm.base_fields if name not in named]
        return (
            (None, {"fields": first if obj else (*first, "slug")}),
            ("Wo", {"fields": where}),
            ("Wie man sie erreicht", {"fields": reached}),
            ("Gut zu wissen", {"fields": (*known, *others)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.reading if obj and not self.has_change_permission(request, obj) else ()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": "Angebot eintragen"} | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)

    # Every change of an offer, its provider's too, keeps a version of what it said (wegweiser.curation).

    def former(self, request: HttpRequest, row: Any) -> list[Former]:
        return list(_versions(row))

    def former_version(self, request: HttpRequest, row: Any, pk: int) -> tuple[versions.Version, datetime] | None:
        """What the offer said. Whether it is public, and when it was checked, is a matter of today."""
        version = row.versions.filter(pk=pk).first()
        if version is None:
            return None
        held = versions.of(DeskOfferForm(instance=row, initial=initial_of(version.contents)), [])
        return {name: part for name, part in held.items() if name not in ("state", "checked_now")}, version.until

    def keep_former(self, request: HttpRequest, row: Any, version: versions.Version) -> None:
        """`curation.change` has kept it."""

    def save_model(self, request: HttpRequest, obj: Offer, form: Any, change: bool) -> None:
        stored = form.store(request.user.get_username())
        obj.pk, obj.title = stored.pk, stored.title
        on_paper.tell(request, form.cleaned_data.values())


@admin.register(Provider)
class ProviderAdmin(DeskAdmin):
    list_display = ("name", "email", "shows")
    list_select_related = ("address",)
    search_fields = ("name", "address__email")
    search_help_text = "Name oder Adresse"
    ordering = ("name",)
    fields = ("name", "email")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return ProviderForm

    @admin.display(description="Adresse für die jährliche Prüfung", ordering="address__email")
    def email(self, provider: Provider) -> str:
        return provider.address.email if provider.address else "–"

    @admin.display(description="Angebote")
    def shows(self, provider: Provider) -> str:
        address = reverse("admin:wegweiser_offer_changelist")
        return format_html('<a class="go" href="{}?provider__id__exact={}">ansehen</a>', address, provider.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj and not self.has_change_permission(request, obj) else ()

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        with transaction.atomic():
            form.store()
            curation.mark_changed(Offer.objects.filter(provider=obj))
        on_paper.tell(request, [obj.name])


@admin.register(Topic)
class TopicAdmin(DeskAdmin):
    list_display = ("title", "order", "shows_emergency")
    ordering = ("order", "title")
    fields = ("title", "slug", "text", "order", "icon", "emergency")
    view_on_site = False

    @admin.display(description="Notrufnummern oben")
    def shows_emergency(self, topic: Topic) -> str:
        return "ja" if topic.emergency else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Slugs stay: somebody may have printed the URL."""
        return ("slug",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            # Of those that are archived, the time of archiving counts (personal_data.py).
            curation.mark_changed(Offer.objects.filter(topics=obj).exclude(state=Offer.State.ARCHIVED))
        on_paper.tell(request, [obj.title, obj.text])


def _versions(offer: Offer) -> Iterator[Former]:
    then = curation.snapshot(offer)
    for version in offer.versions.all()[:MOST]:
        rows = [Change(*row) for row in differences.between(version.contents, then)]
        yield Former(version.pk, version.until, version.by, rows)
        then = version.contents
