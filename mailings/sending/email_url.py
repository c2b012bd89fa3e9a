"""EMAIL_URL: how the portal's mail is sent."""

from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

_WITHOUT_PROVIDER = {"smtp", "smtps", "folder"}
# What anymail's backends call the key, where it is not api_key.
_KEYS = {"mailersend": "api_token", "mailtrap": "api_token", "postmark": "server_token", "scaleway": "secret_key"}


class Server(NamedTuple):
    """A mail server, and how to sign in there; TLS from the first byte, or after STARTTLS, or none."""

    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: bool


def provider_in(url: str) -> str:
    """anymail's name of the provider in `url`: brevo:// and anymail+brevo:// → "brevo"; "" for SMTP and a folder."""
    scheme = urlsplit(url).scheme
    return "" if scheme in _WITHOUT_PROVIDER else scheme.removeprefix("anymail+").replace("-", "_")


def options_in(url: str, key: str) -> dict[str, str]:
    """The options for anymail's backend, under its own names: `brevo://KEY@`, `mailjet://KEY:SECRET@`, and anything
    else as a query: `mailgun://KEY@?sender_domain=…&api_url=…`. `key` is used if the URL holds none.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if name := unquote(parts.username or "") or key:
        options[_KEYS.get(provider_in(url), "api_key")] = name
    if parts.password:
        options["secret_key"] = unquote(parts.password)
    return options


def server_in(url: str) -> Server:
    """The server of `smtps://USER:PASSWORD@HOST` or `smtp://USER:PASSWORD@HOST:PORT?tls=1`."""
    parts = urlsplit(url)
    implicit = parts.scheme == "smtps"
    return Server(
        parts.hostname or "localhost",
        parts.port or (465 if implicit else 25),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        implicit_tls=implicit,
        starttls=parse_qs(parts.query).get("tls") == ["1"],
    )
