"""The second factors of an account, of whatever kind: which there are, which of them accepts a code, how they end."""

import re
from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django_otp import device_classes, devices_for_user
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from kit.desk import audit
from kit.desk.audit import Action
from mailings import templates
from mailings.addresses import InvalidAddress, normalise
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from netzwerk.accounts import mails
from netzwerk.models import AuthenticatorApp, CodeSheet

FEW_CODES = 3
_NO_CODE = ""
# What each kind is called in URLs, and on the page.
KINDS: dict[type[Device], tuple[str, str]] = {
    WebAuthnCredential: ("passkey", "Passkey"),
    AuthenticatorApp: ("app", "App für Einmal-Codes"),
    CodeSheet: ("codes", "Gedruckte Codes"),
}


class Factor(NamedTuple):
    """A second factor as its owner sees it. `key` names it in URLs; `left` counts unused codes of a sheet.

    What must stay is what nothing but printed codes would be left without, and these are used up one day.
    """

    key: str
    kind: str
    name: str
    since: datetime
    last_used: datetime | None
    left: int | None
    device: Device
    must_stay: bool = False


class LastFactor(Exception):
    """The factor must stay."""


def has_any(user: User) -> bool:
    """Whether `user` has set up a second factor; a sheet whose codes are used up is one, too."""
    return any(devices_for_user(user))


def end_all(user: User) -> int:
    """Deletes all second factors of `user`, confirmed or not, and returns how many there were."""
    devices = list(devices_for_user(user, confirmed=None))
    for device in devices:
        device.delete()
    return len(devices)


def of(user: User) -> list[Factor]:
    """The factors of `user`: passkeys, apps, printed codes."""
    found = [_shown(device) for model in KINDS for device in model.objects.devices_for_user(user, True).order_by("pk")]
    lasting = [factor for factor in found if factor.left is None]
    return [factor._replace(must_stay=lasting in ([], [factor])) for factor in found]


def find(user: User, key: str) -> Factor | None:
    """The factor of `user` that `key` names."""
    return next((factor for factor in of(user) if factor.key == key), None)


def codes_left(user: User) -> int | None:
    """How many printed codes `user` can still use; None without a sheet."""
    sheets = CodeSheet.objects.filter(user=user).annotate(left=Count("codes"))
    return next(iter(sheets.values_list("left", flat=True)), None)


def accept(owner: User, code: str, *, really: bool) -> Device | None:
    """The app or sheet of `owner` that accepts the code; a code that none accepts slows down all of them.

    Unless `really`, the code counts as wrong, and the same statements leave the devices as they are.
    """
    code = re.sub(r"[\s-]", "", code).lower()
    with transaction.atomic():
        devices = [
            device
            for model in (AuthenticatorApp, CodeSheet)
            for device in model.objects.devices_for_user(owner, True).select_for_update()
        ]
        unchanged = [copy(device) for device in devices]
        for device in devices:
            before = transaction.savepoint()
            if device.verify_token(code if really else _NO_CODE):
                return device
            # Another device may accept it. This one must not be slowed down by what was not meant for it.
            transaction.savepoint_rollback(before)
        for device in devices if really else unchanged:
            device.save()  # the object still knows of the failure that was rolled back
    return None


def added(user: User, device: Device) -> None:
    """Tells the log and the owner of a new factor, in the current transaction."""
    changed(user, Action.FACTOR_ADDED, _shown(device), by=user)


def end(user: User, factor: Factor) -> None:
    """Ends one of the user's own factors. Raises LastFactor."""
    with transaction.atomic():
        # Two that end the last two at once wait for each other.
        User.objects.select_for_update().get(pk=user.pk)
        found = find(user, factor.key)
        if found is None:
            return  # somebody was faster
        if found.must_stay:
            raise LastFactor
        changed(user, Action.FACTOR_ENDED, factor, by=user)
        factor.device.delete()


def make_codes(user: User, made_at: datetime | None) -> list[str] | None:
    """Ten new codes, in words that can be typed; None if codes were made since `made_at` (None: there were none)."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        sheet = CodeSheet.objects.filter(user=user).first()
        if (sheet.made_at if sheet else None) != made_at:
            return None
        now = timezone.now()
        sheet, _ = CodeSheet.objects.update_or_create(user=user, defaults={"made_at": now, "name": "Blatt"})
        codes = sheet.replace_codes()
        added(user, sheet)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def changed(user: User, action: Action, factor: Factor, by: User | None) -> None:
    """Logs that `by` has added or ended the factor, and tells its owner."""
    audit.record(by, action, f"{factor.kind} von {user.username}")
    what = "Neu ist" if action == Action.FACTOR_ADDED else "Entfernt ist"
    tell(user, f"{what}: {factor.kind}.")


def tell(user: User, what: str) -> None:
    """Mails to the owner, in the current transaction, that `what` has happened to the account's sign-in."""
    recipients = []
    for email in mails.addresses_of(user):
        with suppress(InvalidAddress):  # none that mail can reach
            recipients.append(Recipient(Address.objects.ensure(normalise(email))))
    if recipients:
        queue(templates.load("sign_in_changed", kind=Mailing.Kind.PERSONAL, facts={"what": what}), recipients)


def _shown(device: Any) -> Factor:
    kind, label = KINDS[type(device)]
    sheet = isinstance(device, CodeSheet)
    return Factor(
        key=f"{kind}-{device.pk}",
        kind=label,
        name="" if sheet else device.name,
        since=device.made_at if sheet else device.created_at,
        last_used=device.last_used_at,
        left=device.codes.count() if sheet else None,
        device=device,
    )


def owners(users: Iterable[User]) -> set[int]:
    """The keys of those of `users` who can sign in with a second factor; one query for each kind of factor."""
    keys = [user.pk for user in users]
    kinds = [model.objects.filter(user__in=keys, confirmed=True) for model in device_classes()]
    return {key for devices in kinds for key in devices.values_list("user", flat=True)}
