"""The officers' view of the post: what went out, and what did not. Nothing here can be changed or deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from kit.desk.admin import ReadOnly, badge, when
from mailings.desk import bounce_pages, failures
from mailings.desk.badges import BADGES, BOUNCE_BADGES
from mailings.models import BounceGroup, Delivery, Mailing, RelayStatus, Suppression
from mailings.returns.bounce_groups import headline


class CountedList(ChangeList):
    """The mailings of one page with their deliveries counted by state, in one query more however many there are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        mailings = {mailing.pk: mailing for mailing in self.result_list}
        for mailing in mailings.values():
            mailing.counts = {}
        found = Delivery.objects.filter(mailing__in=mailings).order_by()
        for pk, state, count in found.values_list("mailing", "state").annotate(count=Count("pk")):
            mailings[pk].counts[state] = count


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {Delivery.State(state).label}" for state, count in counts.items())


class Failed(admin.SimpleListFilter):
    title = "angekommen"
    parameter_name = "nicht-zugestellt"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("ja", "nicht bei allen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "ja":
            return queryset
        lost = Delivery.objects.filter(mailing=OuterRef("pk"), state__in=Delivery.NOT_ARRIVED)
        return queryset.filter(Exists(lost))


class NeedsAttention(admin.SimpleListFilter):
    """The copies that "Heute" counts, so that its numbers equal the lists behind them (R-01)."""

    title = "Heute"
    parameter_name = "heute"
    LATE, NOT_ARRIVED = "spaet", "nicht-angekommen"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(self.LATE, "warten zu lange"), (self.NOT_ARRIVED, "nicht angekommen, letzte zwei Wochen")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        match self.value():
            case self.LATE:
                return queryset.filter(pk__in=Delivery.objects.late(now))
            case self.NOT_ARRIVED:
                since = failures.new_since(RelayStatus.objects.first(), now)
                return queryset.filter(pk__in=Delivery.objects.not_arrived(since))
            case _:
                return queryset


@admin.register(Mailing)
class MailingAdmin(ReadOnly):
    list_display = ("failed", "subject", "kind", "created", "others")
    list_display_links = ("subject",)
    list_filter = (Failed, "kind")
    search_fields = ("subject",)
    search_help_text = "Betreff"
    ordering = ("-pk",)
    fields = ("subject", "kind", "template", "written_by_portal", "created_at", "by_state", "text")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CountedList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailing]:
        """Without what groups write among themselves (G-03)."""
        return super().get_queryset(request).filter(list_key="")

    @admin.display(description="Fehler")
    def failed(self, mailing: Any) -> str:
        count = sum(mailing.counts.get(state, 0) for state in Delivery.NOT_ARRIVED)
        states = ",".join(Delivery.NOT_ARRIVED)
        url = f"{reverse('admin:mailings_delivery_changelist')}?mailing={mailing.pk}&state__in={states}"
        return format_html('<a class="badge badge-off" href="{}">{} nicht angekommen</a>', url, count) if count else ""

    @admin.display(description="angelegt", ordering="pk")
    def created(self, mailing: Mailing) -> str:
        return when(mailing.created_at)

    @admin.display(description="Zustellungen")
    def others(self, mailing: Any) -> str:
        states = [state for state in Delivery.State if state not in Delivery.NOT_ARRIVED]
        return _words({state: mailing.counts[state] for state in states if state in mailing.counts})

    @admin.display(description="vom Portal geschrieben")
    def written_by_portal(self, mailing: Mailing) -> str:
        return "ja" if mailing.automatic else "nein"

    @admin.display(description="Zustellungen")
    def by_state(self, mailing: Mailing) -> str:
        found = mailing.deliveries.order_by("state").values_list("state").annotate(count=Count("pk"))
        address = f"{reverse('admin:mailings_delivery_changelist')}?mailing={mailing.pk}"
        return format_html('{} <a class="go" href="{}">Ansehen</a>', _words(dict(found)) or "keine", address)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("recipient", "mailing", "state_badge", "why", "queued")
    list_filter = (NeedsAttention, "state", "reason", "mailing__kind")
    list_select_related = ("mailing", "address")
    search_fields = ("address__email",)
    search_help_text = "E-Mail-Adresse"
    ordering = ("-pk",)
    fields = (
        "recipient",
        "mailing",
        "state_badge",
        "reason",
        "answer",
        "queued_at",
        "due_at",
        "finished_at",
        "attempts",
        "identifier",
    )

    def get_urls(self) -> list[URLPattern]:
        retry = self.admin_site.admin_view(bounce_pages.retry_delivery)
        seen = self.admin_site.admin_view(bounce_pages.tick_off)
        own = [
            path("<int:pk>/wieder-versuchen/", retry, name="mailings_retry"),
            path("gesehen/", seen, name="mailings_seen"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        is_new = request.GET.get(NeedsAttention.parameter_name) == NeedsAttention.NOT_ARRIVED
        seen = {"seen_until": timezone.now().isoformat() if is_new else ""}
        return super().changelist_view(request, seen | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).prefetch_related("feedback")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        own = lookup in {"mailing", "feedback__group"}
        return own or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= bounce_pages.returned(kwargs["obj"].feedback.all())
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Kennung (Message-ID)")
    def identifier(self, delivery: Delivery) -> str:
        return str(delivery.message_id)

    @admin.display(description="an", ordering="address__email")
    def recipient(self, delivery: Delivery) -> str:
        return delivery.address.email if delivery.address else "gelöscht"

    @admin.display(description="angelegt", ordering="pk")
    def queued(self, delivery: Delivery) -> str:
        return when(delivery.queued_at)

    @admin.display(description="Grund", ordering="reason")
    def why(self, delivery: Delivery) -> str:
        """Our reason, or the server's, when the copy came back."""
        for feedback in delivery.feedback.all()[:1]:
            return Truncator(": ".join(filter(None, [feedback.get_kind_display(), feedback.words]))).chars(160)
        return delivery.get_reason_display()

    @admin.display(description="Stand", ordering="state")
    def state_badge(self, delivery: Delivery) -> str:
        return badge(delivery.get_state_display(), BADGES[Delivery.State(delivery.state)])


@admin.register(BounceGroup)
class BounceGroupAdmin(ReadOnly):
    """Groups of hard bounces that an officer must look at, or has; the others take effect by themselves."""

    list_display = ("what", "of", "status")
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/ansehen/", wrap(bounce_pages.show), name="mailings_bounces"),
            path("<int:pk>/entscheiden/", wrap(bounce_pages.decide), name="mailings_bounces_decide"),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BounceGroup]:
        return bounce_pages.waiting_or_decided().order_by("-pk")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        return redirect("admin:mailings_bounces", found.pk) if found else super().change_view(request, object_id)

    @admin.display(description="Was geschah")
    def what(self, group: BounceGroup) -> str:
        return headline(group)

    @admin.display(description="Mail")
    def of(self, group: BounceGroup) -> str:
        return group.mailing.subject if group.mailing else "persönliche Mails"

    @admin.display(description="Stand", ordering="state")
    def status(self, group: BounceGroup) -> str:
        return badge(group.get_state_display(), BOUNCE_BADGES[BounceGroup.State(group.state)])


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    """The keys cannot be read back, not even here: an address is known to be suppressed only once somebody types it."""

    list_display = ("reason", "suppressed_since", "short")
    list_display_links = None
    list_filter = ("reason",)
    ordering = ("-pk",)

    @admin.display(description="gesperrt seit", ordering="since")
    def suppressed_since(self, suppression: Suppression) -> str:
        return when(suppression.since)

    @admin.display(description="Schlüssel")
    def short(self, suppression: Suppression) -> str:
        return f"{suppression.key[:8]}…"
