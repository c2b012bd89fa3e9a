"""The forms about accounts: whom to invite, which roles, why an account is switched off, and new passwords."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.db import transaction

from kit.desk.seen import SeenForm
from mailings import typos
from mailings.addresses import InvalidAddress, normalise
from netzwerk.accounts import colleagues, passwords, roles
from netzwerk.models import AccountInvitation

LONGEST_ADDRESS = 150  # a user name is not longer
LONGEST_PASSWORD = 200
ROLE_MISSING = "Kreuzen Sie mindestens eine Rolle an."
NO_SUCH_SIGN = "Darin steckt ein Zeichen, das es nicht gibt. Bitte tippen Sie es neu."
HOW_LONG = "Mindestens 12 Zeichen. Gut sind vier Wörter, die nichts miteinander zu tun haben."


class DeskForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        for field in self.fields.values():
            field.error_messages["null_characters_not_allowed"] = NO_SUCH_SIGN


def _name(label: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=150,
        error_messages={"required": missing, "max_length": "So lang kann ein Name hier nicht sein."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _roles() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Rollen",
        choices=[(name, name) for name in roles.NAMES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": ROLE_MISSING, "invalid_choice": "Diese Rolle gibt es nicht."},
    )


def _email(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="E-Mail-Adresse",
        help_text=help_text,
        max_length=1000,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "maxlength": LONGEST_ADDRESS}),
        error_messages={
            "required": "Hier fehlt die Adresse.",
            "max_length": "Das ist zu lang für eine E-Mail-Adresse.",
        },
    )


class WithRoles:
    """Gives a form's field `roles` to the page, each role with what it is for."""

    def explained(self) -> list[tuple[forms.boundfield.BoundWidget, str]]:
        about = {role.name: role.about for role in roles.ROLES}
        boxes = self["roles"].subwidgets  # type: ignore[index]
        return [(box, about[box.data["value"]]) for box in boxes]


class WithAddress(DeskForm):
    """A form whose field `email` becomes the address of an account; `own` is an account that may have it already."""

    own: int = 0

    def clean_email(self) -> str:
        try:
            address = normalise(self.cleaned_data["email"])
        except InvalidAddress as error:
            raise forms.ValidationError(str(error)) from error
        if len(address) > LONGEST_ADDRESS:
            raise forms.ValidationError(f"Hier gehen nur Adressen bis {LONGEST_ADDRESS} Zeichen.")
        if meant := typos.meant(address):
            raise forms.ValidationError(f"Meinen Sie {meant}?")
        if User.objects.filter(colleagues.has_email(address)).exclude(pk=self.own).exists():
            raise forms.ValidationError("Mit dieser Adresse gibt es schon ein Konto.")
        if AccountInvitation.objects.filter(email=address).exists():
            raise forms.ValidationError("Diese Adresse ist schon eingeladen. Schicken Sie die Einladung noch einmal.")
        return address


class InvitationForm(WithRoles, WithAddress):
    first_name = _name("Vorname", "Hier fehlt der Vorname.")
    last_name = _name("Nachname", "Hier fehlt der Nachname.")
    email = _email("Dorthin geht die Einladung. Sie ist später der Name zum Anmelden.")
    roles = _roles()

    field_order = ["first_name", "last_name", "email", "roles"]


class RolesForm(WithRoles, SeenForm, DeskForm):
    roles = _roles()

    def __init__(self, *args: Any, initial: dict[str, list[str]], **kwargs: Any) -> None:
        now = ", ".join(initial["roles"])
        meanwhile = f"Jemand anderes hat die Rollen gerade geändert: Jetzt sind es {now or 'keine'}. "
        meanwhile += "Soll gelten, was Sie angekreuzt haben? Dann speichern Sie noch einmal."
        super().__init__(*args, initial=initial, now=now, meanwhile=meanwhile, **kwargs)


class OwnAddressForm(WithAddress):
    """The address of an old account that has none."""

    email = _email("Dorthin schreiben wir, wenn Sie Ihr Passwort vergessen haben oder Ihr Handy weg ist.")
    password = forms.CharField(
        label="Ihr Passwort",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "maxlength": LONGEST_PASSWORD}),
        error_messages={"required": "Hier fehlt das Passwort."},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.own = user, user.pk

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if len(password) > LONGEST_PASSWORD or not self.user.check_password(password):
            raise forms.ValidationError("Das ist nicht Ihr Passwort.")
        return password


class SecondAddressForm(SeenForm, WithAddress):
    """Empty removes it."""

    email = _email("Leer lassen heißt: keine zweite Adresse.")

    def __init__(self, user: User, *args: Any, now: str, **kwargs: Any) -> None:
        meanwhile = f"Inzwischen steht hier: {now or 'keine'}. Soll Ihre gelten? Dann speichern Sie noch einmal."
        super().__init__(*args, initial={"email": now}, now=now, meanwhile=meanwhile, **kwargs)
        self.user, self.own = user, user.pk
        self.fields["email"].required = False

    def clean_email(self) -> str:
        if not self.cleaned_data["email"]:
            return ""
        address = super().clean_email()
        if address in {self.user.email.lower(), self.user.username.lower()}:
            raise forms.ValidationError("Das ist schon Ihre erste Adresse. Nehmen Sie ein anderes Postfach.")
        return address


class SwitchOffForm(DeskForm):
    reason = forms.CharField(
        label="Warum?",
        help_text="Ein Satz, den man später noch versteht, zum Beispiel: „Arbeitet seit 1. Mai woanders.“",
        max_length=200,
        error_messages={
            "required": "Schreiben Sie einen Satz dazu.",
            "max_length": "Höchstens 200 Zeichen, bitte kürzer.",
        },
    )


def _prepare(form: forms.Form, *, first: str, again: str) -> None:
    """Django's two fields for a new password in our words."""
    for name, label in (("new_password1", first), ("new_password2", again)):
        field = form.fields[name]
        field.label, field.help_text = label, HOW_LONG if name == "new_password1" else ""
        field.widget.attrs["maxlength"] = str(LONGEST_PASSWORD)
        field.error_messages |= {
            "required": "Hier fehlt das Passwort.",
            "null_characters_not_allowed": NO_SUCH_SIGN,
        }
    form.label_suffix = ""


def _check_length(password: str) -> str:
    if len(password) > LONGEST_PASSWORD:
        raise forms.ValidationError(f"Höchstens {LONGEST_PASSWORD} Zeichen.")
    return password


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg] # Django cannot subscribe it
    """A password for somebody who has come by a link of ours."""

    error_messages = {"password_mismatch": "Die beiden Passwörter sind nicht gleich."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare(self, first="Ihr neues Passwort", again="Noch einmal dasselbe")

    def clean_new_password1(self) -> str:
        return _check_length(self.cleaned_data["new_password1"])


class OwnPasswordForm(PasswordChangeForm):
    """A new password on the desk: the old one is asked for, and the owner gets a mail."""

    error_messages = {
        "password_mismatch": "Die beiden Passwörter sind nicht gleich.",
        "password_incorrect": "Das ist nicht Ihr bisheriges Passwort.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare(self, first="Ihr neues Passwort", again="Noch einmal dasselbe")
        old = self.fields["old_password"]
        old.label = "Ihr bisheriges Passwort"
        old.error_messages |= {"required": "Hier fehlt das Passwort.", "null_characters_not_allowed": NO_SUCH_SIGN}

    def clean_new_password1(self) -> str:
        return _check_length(self.cleaned_data["new_password1"])

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        passwords.changed(user, "in der Verwaltung")
        return user
