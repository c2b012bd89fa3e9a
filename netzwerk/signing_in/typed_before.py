"""What an officer had typed when the session ended: carried through the sign-in, and back in its form (D-16)."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from kit.desk.coming_back import come_back, looked_at
from kit.desk.typed import KEPT, Typed, owner_of
from netzwerk.pages import errors

ENDED = "Ihre Anmeldung ist abgelaufen."
KEPT_FOR_YOU = f"{ENDED} Melden Sie sich wieder an: Was Sie geschrieben haben, steht danach wieder da."
TOO_LONG = f"{ENDED} Ihr Text ist zu lang für diese Seite: Gehen Sie zurück, und melden Sie sich daneben an."
BACK = "Sie sind wieder angemeldet. Was Sie geschrieben haben, steht wieder da; gespeichert ist noch nichts."
ANOTHER = "Was vorher geschrieben war, gehört zu einem anderen Konto. Hier steht es nicht."
AGAIN = "Diese Seite war älter als Ihre Anmeldung. Ihr Text steht noch da: Bitte senden Sie ihn noch einmal."


def sign_in_first(request: HttpRequest, typed: Typed) -> HttpResponse:
    """The sign-in page at the place where the form stands. It carries what was typed."""
    look = looked_at(request, typed.page)
    packed = typed.pack()
    messages.warning(look, KEPT_FOR_YOU if packed else TOO_LONG)
    page: HttpResponse = admin.site.login(look, {KEPT: packed})
    return page


def after_signing_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The form with what was typed, if its owner has just signed in; otherwise the response as it is."""
    typed = Typed.unpack(request.POST.get(KEPT, ""))
    if typed is None or response.status_code != 302:
        return response
    look = looked_at(request, typed.page)
    if not admin.site.has_permission(look):
        return response
    if str(look.user.pk) == typed.owner:
        return come_back(request, typed, BACK)
    messages.warning(request, ANOTHER)
    return HttpResponseRedirect(reverse("admin:index"))


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of the desk that is older than the sign-in comes back filled in, if its owner is signed in."""
    if request.path.startswith(errors.OFFICERS):
        owner = owner_of(request)
        typed = Typed.of(request, owner) if owner else Typed.unpack(request.POST.get(KEPT, ""))
        if typed and not admin.site.has_permission(request):
            return sign_in_first(request, typed)
        if typed and str(request.user.pk) == typed.owner:
            return come_back(request, typed, AGAIN)
    return errors.csrf_failure(request, reason)
