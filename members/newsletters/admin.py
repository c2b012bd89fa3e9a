"""The officers' newsletters: drafts, newsletters on their way, and sent ones."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from kit.desk.admin import DeskAdmin, badge, when
from kit.desk.conflicts import CLOSED, COPY
from mailings.desk.progress_pages import people, status_of
from mailings.models import Delivery
from members.models import Newsletter
from members.newsletters import send_views, writing
from members.newsletters import views as newsletter_views
from members.newsletters.forms import NewsletterForm
from members.newsletters.page import closed


class Counted(ChangeList):
    """One page of newsletters with their copies counted, in one query more however many there are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        found = writing.counts(list(self.result_list))
        for newsletter in self.result_list:
            newsletter.numbers = found.get(newsletter.mailing_id, {})


@admin.register(Newsletter)
class NewsletterAdmin(DeskAdmin):
    saves_itself = True
    list_display = ("subject", "status", "written", "recipients", "failures")
    list_select_related = ("mailing",)
    search_fields = ("subject",)
    search_help_text = "Betreff"
    sortable_by = ()
    empty_value_display = ""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "vorschau/": (newsletter_views.preview, "preview"),
            "vorschau/html/": (newsletter_views.preview_html, "preview_html"),
            "testmail/": (newsletter_views.send_test, "test"),
            "flyer/": (newsletter_views.attach_flyer, "flyer"),
            "flyer/entfernen/": (newsletter_views.remove_flyer, "remove_flyer"),
            "flyer/aus-dem-netz/": (newsletter_views.withdraw_flyer, "withdraw_flyer"),
            "verschicken/": (send_views.send, "send"),
            "zurueckholen/": (send_views.take_back, "take_back"),
            "vorlage/": (newsletter_views.duplicate, "duplicate"),
            "loeschen/": (newsletter_views.discard, "discard"),
            "verlauf/": (newsletter_views.progress, "progress"),
            "verlauf/zahlen/": (newsletter_views.numbers, "numbers"),
            "anhalten/": (newsletter_views.hold, "hold"),
            "weiter/": (newsletter_views.resume, "resume"),
            "stoppen/": (newsletter_views.stop, "stop"),
        }
        wrap = self.admin_site.admin_view
        own = [path(f"<int:pk>/{to}", wrap(view), name=f"newsletter_{name}") for to, (view, name) in pages.items()]
        return [*own, *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    # the list ------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Counted

    @admin.display(description="Stand")
    def status(self, newsletter: Any) -> str:
        if newsletter.mailing_id:
            return badge(*status_of(newsletter.numbers))
        if newsletter.send_at:
            return badge("geplant", "badge-old")
        return badge("nicht verschickt", "badge-off") if newsletter.nobody_at else badge("Entwurf")

    @admin.display(description="verschickt")
    def written(self, newsletter: Newsletter) -> str:
        if newsletter.sent_at:
            return f"{when(newsletter.sent_at)} von {newsletter.sent_by}"
        if newsletter.send_at:
            return f"geht hinaus: {when(newsletter.send_at)}"
        return f"geschrieben von {newsletter.written_by}" if newsletter.written_by else ""

    @admin.display(description="an")
    def recipients(self, newsletter: Any) -> str:
        return people(sum(newsletter.numbers.values())) if newsletter.mailing_id else ""

    @admin.display(description="Fehler")
    def failures(self, newsletter: Any) -> str:
        lost = sum(newsletter.numbers.get(state, 0) for state in Delivery.NOT_ARRIVED)
        unwanted = newsletter.numbers.get(Delivery.State.COMPLAINED, 0)
        counted = [(lost, "nicht angekommen"), (unwanted, "als unerwünscht gemeldet")]
        words = ", ".join(f"{number} {what}" for number, what in counted if number)
        url = f"{reverse('admin:newsletter_progress', args=[newsletter.pk])}#fehler"
        return format_html('<a class="badge badge-off" href="{}">{}</a>', url, words) if words else ""

    # one newsletter ------------------------------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        return NewsletterForm

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"text": "$anrede\n\n"}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return super().add_view(request, form_url, {"title": "Rundmail schreiben"} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A newsletter that was sent, or waits for its time, has a page to look at instead of a form."""
        newsletter = self.get_object(request, object_id)
        if newsletter and (newsletter.mailing_id or newsletter.send_at):
            if request.method == "POST":
                return self.to_read(request, CLOSED, f"{closed(newsletter)} {COPY}", 409)
            return redirect("admin:newsletter_preview", newsletter.pk)
        title = {"title": "Rundmail bearbeiten", "subtitle": None}
        return super().change_view(request, object_id, form_url, title | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["placeholders"] = writing.PLACEHOLDERS
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Newsletter, form: Any, change: bool) -> None:
        if not change:
            obj.written_by = request.user.get_username()
        obj.save()

    def response_add(self, request: HttpRequest, obj: Newsletter, post_url_continue: str | None = None) -> HttpResponse:
        return self._saved(request, obj)

    def response_change(self, request: HttpRequest, obj: Newsletter) -> HttpResponse:
        return self._saved(request, obj)

    def _saved(self, request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
        messages.success(request, "Gespeichert. Verschickt ist noch nichts.")
        return redirect("admin:newsletter_preview", newsletter.pk)
