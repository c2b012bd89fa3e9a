"""Logs who signed in and out, and who was refused (S-19). Django tells it by its signals."""

from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from kit.desk import audit
from kit.desk.audit import Action

# Kinds of second factor by their model. The demo, and the first sign-in of all, have none.
_FACTORS = {"authenticatorapp": "mit App", "codesheet": "mit gedrucktem Code", "webauthncredential": "mit Passkey"}


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    factor = getattr(user, "otp_device", None)
    how = _FACTORS.get(factor._meta.model_name, "mit zweitem Schritt") if factor else "nur mit Passwort"
    audit.record(user, Action.SIGNED_IN, how)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(user, Action.SIGNED_OUT)


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Logs what was typed only if an account has that name: a password may have slipped into the wrong field.

    Tries during a lock are not logged: nobody looks at their password, and they could fill the table without end.
    """
    if not getattr(request, "axes_locked_out", False):
        known = User.objects.filter(username=credentials.get("username") or "").first()
        audit.record(known, Action.SIGN_IN_REFUSED, "" if known else "Dieses Konto gibt es nicht.")
