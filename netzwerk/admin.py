"""The site's own part of the officers' desk: the texts of its pages, and accounts with their second factor."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, ReadOnlyPasswordHashWidget, UserChangeForm
from django.contrib.auth.models import Group, User
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401 - registers what is replaced below
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.admin import SiteAdmin  # noqa: F401
from django.contrib.sites.models import Site
from django.db.models import Field, ManyToManyField
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django_otp.plugins.otp_static.admin import StaticDeviceAdmin
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.admin import TOTPDeviceAdmin
from django_otp.plugins.otp_totp.models import TOTPDevice

from kit.desk.conflicts import NothingOverwritten
from kit.markdown import WithoutImages

HOW_TO_WRITE = (
    "Eine Zeile mit ## davor ist eine Überschrift, eine Zeile mit - davor ein Punkt einer Liste. "
    "**Zwei Sterne** machen fett. Einen Link schreiben Sie so: [Text](https://www.beispiel.example/). "
    "Was in [Bitte ergänzen: …] steht, leuchtet auf der Seite gelb, bis Sie es ersetzen. "
    "$telefon, $mail und $netzwerk füllt das Portal selbst aus."
)

admin.site.unregister([FlatPage, Site, User, Group, TOTPDevice, StaticDevice])

# Boxes with labels: Django's two lists with arrows cannot be used by everybody.
BOXES: dict[type[Field[Any, Any]], dict[str, Any]] = {ManyToManyField: {"widget": CheckboxSelectMultiple}}


class PageForm(WithoutImages, ModelForm[FlatPage]):
    class Meta:
        model = FlatPage
        fields = ("title", "content")
        help_texts = {"content": HOW_TO_WRITE}


@admin.register(FlatPage)
class PageAdmin(NothingOverwritten):
    """The officers change texts; which pages there are, the portal says (the law asks for them)."""

    form = PageForm
    list_display = ("title", "url")
    ordering = ("title",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FlatPage | None = None) -> bool:
        return False

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


@admin.register(User)
class AccountAdmin(NothingOverwritten, UserAdmin[User]):
    form = AccountForm
    change_password_form = AccountPasswordForm
    filter_horizontal = ()
    formfield_overrides = BOXES
    readonly_fields = ("last_login", "date_joined")


@admin.register(Group)
class RoleAdmin(NothingOverwritten, GroupAdmin):
    filter_horizontal = ()
    formfield_overrides = BOXES


@admin.register(TOTPDevice)
class PhoneAdmin(NothingOverwritten, TOTPDeviceAdmin):  # type: ignore[misc] # django_otp has no types
    readonly_fields = (*TOTPDeviceAdmin.readonly_fields, "throttling_failure_timestamp")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "key":
            field.show_hidden_initial = False  # a second, hidden key, which HTML forbids to describe
        return field


class CodeInline(admin.StackedInline[StaticToken, StaticDevice]):
    """Stacked, as every list of rows on the desk: a table shows its fields without labels."""

    model = StaticToken
    extra = 0


@admin.register(StaticDevice)
class CodesAdmin(NothingOverwritten, StaticDeviceAdmin):  # type: ignore[misc] # django_otp has no types
    inlines = [CodeInline]
