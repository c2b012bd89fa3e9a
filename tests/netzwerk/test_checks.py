"""`manage.py check` refuses settings that protect nothing; on this machine they may stay."""

import secrets

import pytest
from django.core.checks import run_checks

SOUND = {
    "LOCAL": False,
    "SECRET_KEY": secrets.token_urlsafe(32),
    "SECRET_KEY_FALLBACKS": [],
    "HASH_KEY": secrets.token_hex(32),
    "FACTOR_KEY": secrets.token_urlsafe(32),
    "FACTOR_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["netzwerk.example", "www.netzwerk.example"],
    "EMAIL_URL": "smtps://amt:geheim@mail.netzwerk.example",
    "BOUNCE_IMAP_URL": "imaps://amt:geheim@mail.netzwerk.example/INBOX",
}


def found(settings, **changed: object) -> list[tuple[str, str]]:
    for name, value in {**SOUND, **changed}.items():
        setattr(settings, name, value)
    return [(str(error.id), error.msg) for error in run_checks() if str(error.id).startswith("netzwerk.")]


def test_nothing_is_said_of_a_sound_portal(settings) -> None:
    assert found(settings) == []


KEYS, LISTS = ["SECRET_KEY", "HASH_KEY", "FACTOR_KEY"], ["SECRET_KEY_FALLBACKS", "FACTOR_KEY_FALLBACKS"]
WEAK = ["x", "x" * 60, "abcdefgh", "0123456789abcdef", "change-me-please!"]


@pytest.mark.parametrize("weak", WEAK)
@pytest.mark.parametrize("name", [*KEYS, *LISTS])
def test_a_key_that_could_be_guessed_is_an_error(name: str, weak: str, settings) -> None:
    value = [SOUND["SECRET_KEY"], weak] if name in LISTS else weak
    said = f"{name} must hold 128 bits or more: it is too short or too simple."
    assert found(settings, **{name: value}) == [("netzwerk.E001", said)]
    assert found(settings, **{name: value}, LOCAL=True) == []


@pytest.mark.parametrize("wild", ["*", ".netzwerk.example", "*.netzwerk.example"])
def test_hosts_are_named_in_full(wild: str, settings) -> None:
    """S-16"""
    hosts = ["netzwerk.example", wild]
    assert found(settings, ALLOWED_HOSTS=hosts) == [
        ("netzwerk.E002", f"ALLOWED_HOSTS must name each host in full, not {wild}.")
    ]
    assert found(settings, ALLOWED_HOSTS=hosts, LOCAL=True) == []


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("EMAIL_URL", "smtp://amt:geheim@mail.netzwerk.example:587", True),
        ("EMAIL_URL", "smtp://amt:geheim@mail.netzwerk.example:587?tls=0", True),
        ("EMAIL_URL", "smtp://amt:geheim@mail.netzwerk.example:587?tls=1", False),
        ("EMAIL_URL", "smtp://mail.netzwerk.example", False),
        ("EMAIL_URL", "smtp://amt:geheim@127.0.0.1:2525", False),
        ("EMAIL_URL", "smtp://amt:geheim@[::1]:2525", False),
        ("EMAIL_URL", "brevo://geheim@", False),
        ("BOUNCE_IMAP_URL", "imap://amt:geheim@mail.netzwerk.example/INBOX", True),
        ("BOUNCE_IMAP_URL", "imap://amt:geheim@mail.netzwerk.example/INBOX?tls=1", False),
        ("BOUNCE_IMAP_URL", "imap://amt:geheim@localhost/INBOX", False),
        ("BOUNCE_IMAP_URL", "", False),
    ],
)
def test_no_password_goes_over_a_network_in_the_open(name: str, url: str, said: bool, settings) -> None:
    for local in (False, True):
        errors = found(settings, **{name: url}, LOCAL=local)
        assert [message for _, message in errors] == (
            [f"{name} sends its password to mail.netzwerk.example without TLS."] if said else []
        )
        assert "geheim" not in str(errors)
