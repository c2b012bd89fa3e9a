"""What all pages of one newsletter share: permissions, the newsletter, and in what state it is."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from kit import local_time
from mailings.desk import neutral_subject
from mailings.links import flyer_path
from members.audience_forms import for_whom
from members.models import Newsletter

CONFLICT = "Jemand anderes arbeitet gerade an dieser Rundmail. Sehen Sie sie sich noch einmal an."

# Previews and failures name members.
officers_only = permission_required(["members.change_newsletter", "members.view_member"], raise_exception=True)


def closed(newsletter: Newsletter) -> str:
    """Why it cannot be changed, or sent once more: as it is now, whatever the page has shown."""
    newsletter.refresh_from_db()
    if newsletter.mailing_id:
        return under_way(newsletter)
    return waits(newsletter) if newsletter.send_at else "Diese Rundmail ist wieder ein Entwurf. Verschickt ist nichts."


def under_way(newsletter: Newsletter) -> str:
    assert newsletter.sent_at is not None
    at = timezone.localtime(newsletter.sent_at)
    return f"Diese Rundmail ist schon unterwegs (von {newsletter.sent_by}, am {at:%d.%m.%Y} um {at:%H:%M} Uhr)."


def waits(newsletter: Newsletter) -> str:
    assert newsletter.send_at is not None
    return (
        f"Diese Rundmail geht am {local_time.moment_in_words(newsletter.send_at)} hinaus. "
        "Holen Sie sie zurück, wenn Sie etwas ändern möchten."
    )


def seen(request: HttpRequest) -> str:
    return request.POST.get("seen", "")


def one(pk: int) -> Newsletter:
    return get_object_or_404(Newsletter.objects.select_related("mailing"), pk=pk)


def page(request: HttpRequest, newsletter: Newsletter, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "newsletter": newsletter,
        "telling": neutral_subject.finds(newsletter.subject),
        "for_whom": for_whom(newsletter),
        "flyer_path": flyer_path(newsletter.flyer) if newsletter.flyer else "",
    }
    return render(request, f"admin/members/newsletter/{name}.html", context)
