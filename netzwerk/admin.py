"""The site's own part of the officers' desk: the texts of its pages, and accounts with their second factor."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group, User
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401 - registers what is replaced below
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.admin import SiteAdmin  # noqa: F401
from django.contrib.sites.models import Site
from django.db.models import Field, ManyToManyField
from django.forms import BooleanField, CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join

from kit.desk.admin import Logged, Renamed, when
from kit.desk.audit import Action
from kit.markdown import WithoutImages
from netzwerk.audit import admin as audit_admin
from netzwerk.barriers import desk, statement
from netzwerk.signing_in import factors

HOW_TO_WRITE = (
    "Eine Zeile mit ## davor ist eine Überschrift, eine Zeile mit - davor ein Punkt einer Liste. "
    "**Zwei Sterne** machen fett. Einen Link schreiben Sie so: [Text](https://www.beispiel.example/). "
    "Was in [Bitte ergänzen: …] steht, leuchtet auf der Seite gelb, bis Sie es ersetzen. "
    "$telefon, $mail und $netzwerk füllt das Portal selbst aus."
)

admin.site.unregister([FlatPage, Site, User, Group])

# Boxes with labels: Django's two lists with arrows cannot be used by everybody.
BOXES: dict[type[Field[Any, Any]], dict[str, Any]] = {ManyToManyField: {"widget": CheckboxSelectMultiple}}


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


@admin.register(FlatPage)
class PageAdmin(Renamed, Logged):
    """The officers change texts; which pages there are, the portal says (the law asks for them)."""

    called = ("Seite", "Texte der Seiten")
    form = PageForm
    list_display = ("title", "address")
    ordering = ("title",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FlatPage | None = None) -> bool:
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


class PasswordState(ReadOnlyPasswordHashWidget):
    """Django's, without `disabled`, which HTML does not know for a text."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("disabled", None)
        return context


class AccountForm(UserChangeForm[User]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:  # not for those who may only look
            self.fields["password"].widget = PasswordState()


class AccountPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg] # Django cannot subscribe it
    # Django's own is English, with a list inside of a paragraph.
    usable_password_help_text = "Ohne Passwort kann sich niemand mit diesem Konto anmelden."  # noqa: S105


# What the log calls a change of these fields of an account, the weightiest first.
CALLED = {
    "is_superuser": Action.ROLES,
    "user_permissions": Action.ROLES,
    "groups": Action.ROLES,
    "is_staff": Action.ROLES,
    "password": Action.PASSWORD,
}


@admin.register(User)
class AccountAdmin(Logged, UserAdmin[User]):
    form = AccountForm
    change_password_form = AccountPasswordForm
    filter_horizontal = ()
    formfield_overrides = BOXES
    readonly_fields = ("last_login", "date_joined", "second_factors")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Zweiter Faktor", {"fields": ("second_factors",)}))

    @admin.display(description="Eingerichtet")
    def second_factors(self, account: User) -> str:
        """Kinds and dates; what a device is called is its owner's business."""
        rows = [(factor.kind, when(factor.since)) for factor in factors.of(account)]
        return format_html_join("", "<div>{}, seit {}</div>", rows) or "noch nichts"

    def named(self, row: Any) -> str:
        return f"Konto {row.get_username()}"

    def action_of(self, message: Any) -> Action:
        changed = {name for change in message for name in change.get("names", ())}
        return next((action for name, action in CALLED.items() if name in changed), Action.CHANGED)


@admin.register(Group)
class RoleAdmin(Logged, GroupAdmin):
    filter_horizontal = ()
    formfield_overrides = BOXES

    def named(self, row: Any) -> str:
        return f"Rolle {row.name}"

    def action_of(self, message: Any) -> Action:
        return Action.ROLES
