"""Passkeys as second factors, never instead of the password (R-04, S-04).

The browser is asked for a passkey without naming a user, so that nobody learns from the question who has one. What it
answers comes with name and password in the same form.
"""

import json
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn import verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_authentication_credential_json import parse_authentication_credential_json
from webauthn.helpers.parse_registration_credential_json import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from netzwerk.signing_in import challenges

TO_SIGN_IN = "sign in"


class Refused(Exception):
    """Not a new passkey of this user; the text says what to do."""


class _Assertion(NamedTuple):
    credential: AuthenticationCredential
    challenge: bytes


class _Helper(WebAuthnHelper):  # type: ignore[misc] # django_otp_webauthn has no types
    """The library's, with challenges of ours; it stores nothing about the device, and nothing before it is answered."""

    def get_user_entity(self, user: User) -> PublicKeyCredentialUserEntity:
        handle = salted_hmac("netzwerk.signing_in.passkeys", str(user.pk), algorithm="sha256").digest()
        return PublicKeyCredentialUserEntity(id=handle, name=user.username, display_name=user.username)

    def get_discoverable_credentials_preference(self) -> ResidentKeyRequirement:
        return ResidentKeyRequirement.REQUIRED

    def get_generate_registration_options_kwargs(self, *, user: User) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_registration_options_kwargs(user=user)
        options["authenticator_selection"].user_verification = UserVerificationRequirement.REQUIRED
        return options | {"challenge": challenges.ask(_to_add(user))}

    def get_generate_authentication_options_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        options: dict[str, Any] = super().get_generate_authentication_options_kwargs(**kwargs)
        return options | {"challenge": challenges.ask(TO_SIGN_IN)}

    def create_attestation(self, *args: Any) -> None:
        """Which make of device somebody has is none of our business."""


def has_any(user: Any) -> bool:
    return bool(WebAuthnCredential.objects.filter(user=user.pk, confirmed=True).exists())


def options_to_sign_in(request: HttpRequest) -> dict[str, Any]:
    """What `navigator.credentials.get` needs; the same for everybody."""
    options: dict[str, Any] = _Helper(request).authenticate_begin()[0]
    return options


def options_to_add(request: HttpRequest, user: User) -> dict[str, Any]:
    """What `navigator.credentials.create` needs."""
    options: dict[str, Any] = _Helper(request).register_begin(user)[0]
    return options


def add(request: HttpRequest, user: User, answer: str, name: str) -> WebAuthnCredential:
    """Stores the passkey that the browser has made for `user`. Raises Refused."""
    try:
        credential = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except Exception as error:  # a stranger's text: whatever the library stumbles over
        raise Refused("Ihr Browser hat keinen Passkey geschickt. Bitte versuchen Sie es noch einmal.") from error
    if not challenges.is_ours(challenge, _to_add(user)):
        raise Refused("Das hat zu lange gedauert. Bitte versuchen Sie es noch einmal.")
    try:
        with transaction.atomic():
            if not challenges.spend(challenge):
                raise Refused("Dieser Passkey ist schon eingerichtet.")
            return _register(_Helper(request), user, challenge, answer, name)
    except IntegrityError as error:
        raise Refused("Dieser Passkey ist schon eingerichtet.") from error


def accept(owner: User, answer: str, *, really: bool) -> WebAuthnCredential | None:
    """The passkey of `owner` that has given this answer to a challenge of ours; None if there is none.

    Unless `really`, the result is None, and the same statements leave the passkey as it is.
    """
    assertion = _read(answer)
    if assertion is None or not challenges.is_ours(assertion.challenge, TO_SIGN_IN):
        return None
    key = WebAuthnCredential.get_credential_id_sha256(assertion.credential.raw_id)
    with transaction.atomic():
        passkeys = WebAuthnCredential.objects.select_for_update().filter(user=owner, confirmed=True)
        passkey = passkeys.filter(credential_id_sha256=key).first()
        verified = _verified(assertion, passkey) if passkey else None
        if passkey is None or verified is None or not challenges.spend(assertion.challenge):
            return None
        WebAuthnCredential.objects.filter(pk=passkey.pk if really else 0).update(
            sign_count=verified.new_sign_count,
            backup_state=verified.credential_backed_up,
            last_used_at=timezone.now(),
        )
    return passkey if really else None


def _register(helper: _Helper, user: User, challenge: bytes, answer: str, name: str) -> WebAuthnCredential:
    state = {"challenge": bytes_to_base64url(challenge), "require_user_verification": True}
    try:
        passkey = helper.register_complete(user, state, json.loads(answer))
    except (WebAuthnException, ValueError, TypeError, LookupError) as error:
        raise Refused("Dieser Passkey lässt sich hier nicht einrichten. Nehmen Sie einen anderen.") from error
    passkey.name = name
    passkey.save(update_fields=["name"])
    return passkey


def _read(answer: str) -> _Assertion | None:
    try:
        credential = parse_authentication_credential_json(answer)
        return _Assertion(credential, parse_client_data_json(credential.response.client_data_json).challenge)
    except Exception:  # a stranger's text: whatever the library stumbles over
        return None


def _verified(assertion: _Assertion, passkey: WebAuthnCredential) -> VerifiedAuthentication | None:
    helper = _Helper(HttpRequest())
    try:
        return verify_authentication_response(
            credential=assertion.credential,
            expected_challenge=assertion.challenge,
            expected_rp_id=helper.get_relying_party_domain(),
            expected_origin=helper.get_allowed_origins(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:  # see `_read`
        return None


def _to_add(user: User) -> str:
    return f"add {user.pk}"
