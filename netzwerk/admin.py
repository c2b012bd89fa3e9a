"""The site's own part of the officers' desk: the texts of its pages."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 - registers what is unregistered below
from django.contrib.auth.models import Group, User
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401 - registers what is replaced below
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.admin import SiteAdmin  # noqa: F401 - registers what is unregistered below
from django.contrib.sites.models import Site
from django.db.models import QuerySet
from django.forms import BooleanField, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kit.desk.admin import DeskAdmin, Renamed
from kit.desk.former import BringsBack
from kit.markdown import WithoutImages
from netzwerk.audit import admin as audit_admin
from netzwerk.barriers import desk, statement
from netzwerk.pages import texts

HOW_TO_WRITE = (
    "Eine Zeile mit ## davor ist eine Überschrift, eine Zeile mit - davor ein Punkt einer Liste. "
    "**So** wird ein Wort fett. Einen Link schreiben Sie so: [Text](https://www.beispiel.example/). "
    "Was in [Bitte ergänzen: …] steht, leuchtet auf der Seite gelb, bis Sie es ersetzen. "
    "$telefon, $mail und $netzwerk füllt das Portal selbst aus."
)

# Accounts have pages of their own (netzwerk/accounts); what a role may do is no setting.
admin.site.unregister([FlatPage, Site, User, Group])


__all__ = ["audit_admin", "desk"]  # registers what is on its pages


class PageForm(WithoutImages, ModelForm[FlatPage]):
    reviewed = BooleanField(
        required=False,
        label="Ich habe diese Erklärung heute überprüft",
        help_text="Das Gesetz verlangt es einmal im Jahr. Das Datum erscheint auf der Seite ($ueberprueft).",
    )

    class Meta:
        model = FlatPage
        fields = ("title", "content")
        help_texts = {"content": HOW_TO_WRITE}


class WithGaps(admin.SimpleListFilter):
    title = "Lücken"
    parameter_name = "luecken"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("ja", "noch zu ergänzen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[FlatPage]) -> QuerySet[FlatPage]:
        return queryset.filter(pk__in=texts.with_gaps()) if self.value() == "ja" else queryset


@admin.register(FlatPage)
class PageAdmin(Renamed, BringsBack, DeskAdmin):
    """The officers change texts; which pages there are, the portal says (the law asks for them)."""

    called = ("Seite", "Texte der Seiten")
    saves_itself = True
    form = PageForm
    list_display = ("title", "address")
    list_filter = (WithGaps,)
    ordering = ("title",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def named(self, row: Any) -> str:
        return f"Seite {row.title}"

    @admin.display(description="Adresse", ordering="url")
    def address(self, page: FlatPage) -> str:
        return page.url

    def response_change(self, request: HttpRequest, obj: FlatPage) -> HttpResponse:
        messages.success(request, f"Die Seite „{obj.title}“ ist gespeichert.")
        return redirect("admin:flatpages_flatpage_changelist")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"title": "Seite bearbeiten", "subtitle": None, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_fields(self, request: HttpRequest, obj: FlatPage | None = None) -> Any:
        reviewed = ["reviewed"] if obj and obj.url == statement.URL else []
        return ["title", "content", *reviewed]

    def save_model(self, request: HttpRequest, obj: FlatPage, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("reviewed") and obj.url == statement.URL:
            statement.note_review()

    def view_on_site(self, obj: FlatPage) -> str:
        return obj.url
