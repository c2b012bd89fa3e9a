"""The page "Protokoll": who did what on the desk, for those who may see it. Nobody can change it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html

from kit import keys
from kit.desk.admin import ReadOnly, when
from kit.desk.audit import Action
from kit.desk.downloads import Downloadable, ListDownload
from netzwerk.accounts.mails import called
from netzwerk.audit import table
from netzwerk.models import AuditEntry

# After these there is nothing left to look at.
_GONE = {Action.DELETED, Action.ERASED}


class ByPerson(admin.SimpleListFilter):
    """Accounts that there are; names of others are found by the search."""

    title = "Person"
    parameter_name = "wer"
    nobody = "-"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        accounts = User.objects.filter(is_staff=True).order_by("first_name", "last_name", "username")
        return [*((str(user.pk), called(user)) for user in accounts), (self.nobody, "ohne Konto")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        who = self.value() or ""
        if who == self.nobody:
            return queryset.filter(account=None)
        account = keys.number(who)
        return queryset if account is None else queryset.filter(account=account)


class ByAction(admin.SimpleListFilter):
    title = "Ereignis"
    parameter_name = "was"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(action.value, str(action.label)) for action in Action]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() in Action.values else queryset


class BySpan(admin.SimpleListFilter):
    title = "Zeit"
    parameter_name = "wann"
    days = {"7": "letzte 7 Tage", "30": "letzte 30 Tage", "90": "letzte 90 Tage", "365": "letzte 12 Monate"}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("0", "heute"), *self.days.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        if self.value() == "0":
            midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
            return queryset.filter(at__gte=midnight)
        if self.value() in self.days:
            return queryset.filter(at__gte=timezone.now() - timedelta(days=int(self.value() or 0)))
        return queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(Downloadable, ReadOnly):
    download = ListDownload("netzwerk.export_auditentry", "protokoll", "Protokoll", table.HEADER, table.rows)
    list_display = fields = ("at_what_time", "who_did_it", "did", "details")
    list_display_links = None
    list_filter = (BySpan, ByPerson, ByAction)
    search_fields = ("who", "what")
    search_help_text = "Name oder Nummer"
    ordering = ("-pk",)
    sortable_by = ()

    @admin.display(description="Wann")
    def at_what_time(self, entry: AuditEntry) -> str:
        return when(entry.at)

    @admin.display(description="Wer")
    def who_did_it(self, entry: AuditEntry) -> str:
        return entry.who or "unbekannt"

    @admin.display(description="Was")
    def did(self, entry: AuditEntry) -> str:
        return entry.did

    @admin.display(description="Einzelheiten")
    def details(self, entry: AuditEntry) -> str:
        if not entry.model or entry.action in _GONE:
            return entry.what
        try:
            url = reverse(f"admin:{entry.model.replace('.', '_')}_change", args=[entry.key])
        except NoReverseMatch:  # what an older version knew
            return entry.what
        return format_html('<a href="{}">{}</a>', url, entry.what)
