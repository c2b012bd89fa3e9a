"""Forms that the public sends: spam is kept out without a captcha (S-14).

Each page with a form carries a stamp: when it was shown, and for which form. A stamp is good for one submission. A
person who is refused by mistake is told so and can try again; nothing is dropped silently.
"""

import contextlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.db import Error, transaction
from django.http import QueryDict
from django.utils import timezone

from kit import locks
from kit.locks import Lock
from mailings import typos
from mailings.addresses import InvalidAddress, normalise
from mailings.limits import NotNow
from mailings.models import RateHit

_SALT = "mailings.guard"
_SENT = (
    "Dieses Formular haben Sie schon abgeschickt. Sollen die neuen Angaben gelten, schicken Sie es bitte noch einmal."
)
LONGEST = 24 * 60 * 60  # seconds between seeing the form and sending it


class SpamGuardedForm(forms.Form):
    """Honeypot and stamp. Subclasses add their fields; views act by `once`."""

    # Off screen by CSS (.extra), not type=hidden: naive bots fill what looks like a field.
    homepage = forms.CharField(
        label="Dieses Feld bitte leer lassen",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    # The task for the visitor's device, if the form comes back for a proof of work (includes/proof_of_work.html).
    challenge = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = stamp(type(self), 0)

    def once(self, action: Callable[[], object]) -> bool:
        """Runs the action for a valid form, at most once for each stamp.

        True: it is done, now or by an earlier click that sent the same. False: the form comes back and says why. Either
        the page was sent before with other contents, or the action raised NotNow. After an exception the stamp is
        unused again.
        """
        used, same = _key(self.cleaned_data["seen"]), _key(repr(sorted(self.cleaned_data.items())))
        found = _use(used, same)
        if found and same not in found:
            self._show_anew()
            self.add_error(None, _SENT)
        elif not found:
            try:
                action()
            except Exception as problem:
                with contextlib.suppress(Error):
                    RateHit.objects.filter(key__in=[used, same]).delete()
                if not isinstance(problem, NotNow):
                    raise
                self._come_back(problem)
                return False
        return not found or same in found

    @property
    def proof(self) -> str:
        """The proof of work that came with the form, unread; "" for most."""
        return str(self.data.get("proof", ""))

    def _come_back(self, reason: NotNow) -> None:
        """Says why the request is not carried out now. The person can send the form again as it is."""
        self.add_error(None, str(reason))
        self.challenge = reason.challenge

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            # Browsers fill it too: their owner gets it emptied, and in sight.
            self._retype("homepage", "")
            raise forms.ValidationError(
                "Dieses Feld muss leer bleiben. Wir haben es geleert: Bitte schicken Sie das Formular noch einmal ab."
            )
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        age = _age(type(self), cleaned.get("seen", ""))
        if age is None or age > LONGEST:
            self._show_anew()
            raise forms.ValidationError("Diese Seite war lange offen. Bitte schicken Sie das Formular noch einmal ab.")
        # A form that comes back anyway says only what is wrong in it: when it is sent again, its stamp is older.
        if age < settings.FORM_SECONDS and not self.errors:
            raise forms.ValidationError("Das ging sehr schnell. Bitte schicken Sie das Formular noch einmal ab.")
        return cleaned

    def _show_anew(self) -> None:
        """Puts a new stamp into the page that comes back. It ages while the person reads, as on a page just opened:
        a program gains nothing by sending none, and a form that is too quick again keeps the stamp it has.
        """
        self._retype("seen", stamp(type(self), 0))

    def _retype(self, name: str, value: str) -> None:
        """Puts `value` into the field of the page that comes back."""
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data


class PublicEmailForm(SpamGuardedForm):
    """A form that also asks for the address to which we write."""

    email = forms.CharField(
        label="Ihre E-Mail-Adresse",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email", "autofocus": False}),
        error_messages={"required": "Schreiben Sie hier Ihre E-Mail-Adresse hinein."},
    )
    # An address that we have asked about: sent again, it is taken as it is.
    sure = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ["email"]

    def clean_email(self) -> str:
        try:
            address = normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(str(error)) from error
        meant = typos.meant(address)
        if meant and self.data.get(self.add_prefix("sure")) != address:
            self._retype("sure", address)
            raise forms.ValidationError(
                f"Meinen Sie {meant}? Dann verbessern Sie bitte die Adresse. Stimmt sie so, schicken Sie das Formular"
                " noch einmal ab."
            )
        return address


def stamp(form: type[SpamGuardedForm], age: float) -> str:
    """A stamp of a page that showed this form `age` seconds ago. No two are equal."""
    shown_at = timezone.now().timestamp() - age
    return signing.dumps([shown_at, secrets.token_urlsafe(12)], salt=_salt(form))


def _age(form: type[SpamGuardedForm], stamp: str) -> float | None:
    try:
        shown_at, _one_of_its_kind = signing.loads(stamp, salt=_salt(form))
    except signing.BadSignature:
        return None
    return timezone.now().timestamp() - float(shown_at)


def _salt(form: type[SpamGuardedForm]) -> str:
    return f"{_SALT}.{form.__name__}"


def _key(text: str) -> str:
    """Unreadable without the stamp in `text`, which is stored nowhere."""
    return hmac.new(settings.HASH_KEY.encode(), f"stamp {text}".encode(), "sha256").hexdigest()


@transaction.atomic
def _use(used: str, same: str) -> set[str]:
    """Which of the keys are stored already; if none is, both are from now on. Clicks at the same moment take turns."""
    locks.take(Lock.FORM_STAMP, int(used[:8], 16))
    found = set(RateHit.objects.filter(key__in=[used, same]).values_list("key", flat=True))
    if not found:
        RateHit.objects.bulk_create(RateHit(key=key, at=timezone.now()) for key in (used, same))
    return found
