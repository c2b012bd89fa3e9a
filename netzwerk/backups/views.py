"""The officers' page after a restore: what waits, and two buttons."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kit.desk.again import password_again
from mailings.sending import relay
from netzwerk.alert import counted
from netzwerk.backups import release
from netzwerk.backups.todo import NEEDS
from netzwerk.models import Heartbeat


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(NEEDS, raise_exception=True)
@password_again
def after_restore(request: HttpRequest) -> HttpResponse:
    """GET shows what waits; POST sends it, or throws the old away, or notes that erasures were made up for."""
    if request.method == "POST":
        _act(request, request.POST.get("was", ""))
        return redirect("after_restore")
    since = relay.held_since()
    context = {
        **admin.site.each_context(request),
        "title": "Nach dem Einspielen einer Sicherung",
        "since": since,
        "waiting": release.waiting(since) if since else None,
        "unknown": Heartbeat.objects.filter(name=Heartbeat.Name.ERASURES).values_list("at", flat=True).first(),
    }
    return render(request, "admin/backups/after_restore.html", context)


def _act(request: HttpRequest, what: str) -> None:
    if what == "geloescht":
        release.erasures_are_repeated(by=request.user)
        messages.success(request, "Danke, das ist erledigt.")
    elif what in {"senden", "verwerfen"}:
        number = release.let_go(by=request.user, discard=what == "verwerfen")
        if number is None:
            messages.info(request, "Die Post war schon freigegeben.")
        elif what == "verwerfen":
            gone = counted(number, "alte Mail ist", "alte Mails sind")
            messages.success(request, f"{number} {gone} verworfen. Neue Mails gehen wieder hinaus.")
        else:
            messages.success(request, "Die Post ist freigegeben. Alle Mails gehen jetzt hinaus.")
