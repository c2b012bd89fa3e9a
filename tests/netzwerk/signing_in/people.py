"""Officers with second factors. All of them are invented."""

import time

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP

from kit import sealing
from netzwerk.models import AuthenticatorApp, CodeSheet, PrintedCode
from netzwerk.models.factors import code_digests, keys
from tests.pressing import press

LOGIN = "/verwaltung/login/"
PASSWORD = "ein langes Passwort"
SEED = "3132333435363738393031323334353637383930"


def with_app(owner: User, seed: str = SEED) -> AuthenticatorApp:
    return AuthenticatorApp.objects.create(user=owner, name="Handy", sealed_seed=sealing.seal(seed, keys()))


def with_codes(owner: User, *codes: str) -> CodeSheet:
    sheet = CodeSheet.objects.create(user=owner, name="Blatt")
    for code in codes or ("zettel12",):
        PrintedCode.objects.create(sheet=sheet, digest=code_digests(owner.pk, code)[0])
    return sheet


def shown(seed: str = SEED, steps: int = 0) -> str:
    """What an app with this seed shows, now or some half-minutes later."""
    totp = TOTP(bytes.fromhex(seed))
    totp.time = time.time() + steps * totp.step
    return f"{totp.token():06d}"


def on_the_desk(device: AuthenticatorApp | CodeSheet) -> Client:
    """The browser of its owner, who has signed in with this device."""
    client = Client()
    client.force_login(device.user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def sign_in(client: Client, name: str, password: str, code: str = "", place: str = LOGIN) -> str:
    """The page that follows when the form is filled in and sent as it stands on its page."""
    html = client.get(place, follow=True).content.decode()
    return press(client, html, "Anmelden", username=name, password=password, otp_token=code)
