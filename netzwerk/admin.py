"""The site's own part of the officers' desk: the texts of its pages, and second factors."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 - registers what is unregistered below
from django.contrib.auth.models import Group, User
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401 - registers what is replaced below
from django.contrib.flatpages.models import FlatPage
from django.contrib.sites.admin import SiteAdmin  # noqa: F401
from django.contrib.sites.models import Site
from django.db.models import Field
from django.forms import ModelForm
from django.http import HttpRequest
from django_otp.plugins.otp_static.admin import StaticDeviceAdmin
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.admin import TOTPDeviceAdmin
from django_otp.plugins.otp_totp.models import TOTPDevice

from kit.markdown import WithoutImages

HOW_TO_WRITE = (
    "Eine Zeile mit ## davor ist eine Überschrift, eine Zeile mit - davor ein Punkt einer Liste. "
    "**Zwei Sterne** machen fett. Einen Link schreiben Sie so: [Text](https://www.beispiel.example/). "
    "Was in [Bitte ergänzen: …] steht, leuchtet auf der Seite gelb, bis Sie es ersetzen. "
    "$telefon, $mail und $netzwerk füllt das Portal selbst aus."
)

# Accounts have pages of their own (netzwerk/accounts); what a role may do is no setting.
admin.site.unregister([FlatPage, Site, User, Group, TOTPDevice, StaticDevice])


class PageForm(WithoutImages, ModelForm[FlatPage]):
    class Meta:
        model = FlatPage
        fields = ("title", "content")
        help_texts = {"content": HOW_TO_WRITE}


@admin.register(FlatPage)
class PageAdmin(admin.ModelAdmin[FlatPage]):
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


@admin.register(TOTPDevice)
class PhoneAdmin(TOTPDeviceAdmin):  # type: ignore[misc] # django_otp has no types
    readonly_fields = (*TOTPDeviceAdmin.readonly_fields, "throttling_failure_timestamp")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "key":
            field.show_hidden_initial = False  # a second, hidden key, which HTML forbids to describe
        return field


class CodeInline(admin.StackedInline[StaticToken, StaticDevice]):
    """Stacked, as every list of rows on the desk: a table shows its fields without labels."""

    model = StaticToken
    extra = 0


@admin.register(StaticDevice)
class CodesAdmin(StaticDeviceAdmin):  # type: ignore[misc] # django_otp has no types
    inlines = [CodeInline]
