"""Headers on every kind of answer, and what is refused before anything is read (S-01, S-02, S-03, S-16, S-17)."""

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

from netzwerk import urls
from netzwerk.urls import handler400, handler403, handler404, handler500  # noqa: F401 - URLs name their own error pages

pytestmark = pytest.mark.urls(__name__)

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


def away(*args: object, **kwargs: object) -> HttpResponse:
    raise OperationalError("connection refused")


def closed(request: HttpRequest) -> HttpResponse:
    raise InterfaceError("connection already closed")


def form(request: HttpRequest) -> HttpResponse:
    get_token(request)
    return HttpResponse(f"{len(request.POST)}")


urlpatterns = [
    path("boom/", boom),
    path("away/", away),
    path("closed/", closed),
    path("form/", form),
    *urls.urlpatterns,
]


@pytest.fixture
def visitor() -> Client:
    """Somebody with a session cookie: no error page may look into the session."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = "x" * 32
    return client


def check(response: HttpResponse) -> None:
    headers = response.headers
    assert set(headers["Content-Security-Policy"].split("; ")) == CSP
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers  # http here; https: see below
    if response.streaming:  # a file, which nobody read
        response.close()


def check_page(response: HttpResponse) -> None:
    """The error page stands in our frame: a way out, a way home, the imprint."""
    check(response)
    html = response.content.decode()
    for part in ('class="exit"', 'href="/impressum/"', 'class="btn btn-primary" href="/"'):
        assert part in html
    assert "Traceback" not in html


@pytest.mark.django_db
def test_pages_files_and_redirects(visitor):
    del visitor.cookies["sessionid"]
    for url, status in {
        "/": 200,
        "/verwaltung/login/": 200,
        "/verwaltung/": 302,
        "/static/css/tokens.css": 200,
    }.items():
        response = visitor.get(url)
        assert response.status_code == status, url
        check(response)


def test_unknown_page(visitor):
    response = visitor.get("/gibt-es-nicht/")
    assert response.status_code == 404
    check_page(response)


@pytest.mark.logs_errors
@pytest.mark.parametrize("headers", [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "127.0.0.1@evil.example"}])
def test_foreign_host(visitor, headers):
    response = visitor.get("/", **headers)
    assert response.status_code == 400
    check_page(response)
    assert "evil" not in response.content.decode()


def test_forwarded_host_is_ignored(visitor):
    del visitor.cookies["sessionid"]
    forwarded = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"}
    response = visitor.get("/mitmachen/unterwegs/", **forwarded)
    assert response.status_code == 200
    assert "evil" not in response.content.decode()


def test_form_without_its_cookie(visitor):
    response = visitor.post("/form/")  # with something in it, the page is another: tests/netzwerk/pages/test_errors.py
    assert response.status_code == 403
    check_page(response)
    assert "laden Sie die Seite neu" in response.content.decode()


@pytest.mark.logs_errors
def test_our_own_mistake(visitor):
    response = visitor.get("/boom/")
    assert response.status_code == 500
    check_page(response)
    assert "boom" not in response.content.decode()


@pytest.mark.logs_errors
@pytest.mark.parametrize("url", ["/away/", "/closed/"])
def test_database_away_in_a_view(visitor, url):
    response = visitor.get(url)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    check_page(response)


@pytest.mark.logs_errors
@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/impressum/", "/verwaltung/", "/wegweiser/"])
def test_database_away_anywhere(visitor, monkeypatch, url):
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
    response = visitor.get(url)
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    check_page(response)


@pytest.mark.django_db
def test_database_away_leaves_the_start_page_with_its_numbers(visitor, monkeypatch, settings):
    """To officers, too: no public page looks into their session."""
    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", away)
    response = visitor.get("/")
    assert response.status_code == 200
    assert settings.CONTACT_PHONE in response.content.decode()


@pytest.mark.logs_errors
def test_database_away_in_a_middleware(visitor, monkeypatch):
    monkeypatch.setattr("django.contrib.sessions.middleware.SessionMiddleware.process_response", away)
    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request",
        lambda middleware, request: away(request),
    )
    response = visitor.get("/form/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    check_page(response)


def test_large_body_is_refused_at_once(visitor):
    body = io.BytesIO(b"x" * 1000)
    claimed: dict[str, Any] = {"wsgi.input": body, "CONTENT_LENGTH": "10000000"}
    response = visitor.generic("POST", "/form/", content_type="application/octet-stream", **claimed)
    assert response.status_code == 413
    assert body.tell() == 0, "nobody waited for what was still to come"
    check_page(response)


def test_officers_may_upload_more(visitor):
    size = 256 * 1024 + 1
    del visitor.cookies["sessionid"]
    assert visitor.post("/form/", b"x" * size, content_type="text/plain").status_code == 413
    assert visitor.post("/verwaltung/", b"x" * size, content_type="text/plain").status_code != 413


@pytest.mark.logs_errors
def test_thousands_of_fields_are_refused(visitor):
    visitor.cookies["csrftoken"] = "x" * 32  # or the form is refused unread
    body = "&".join(f"f{n}=x" for n in range(5000))
    response = visitor.post("/form/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
    check_page(response)


def test_the_cookie_of_a_form_ends_with_the_browser(visitor):
    """S-03: the device may be watched; once it stayed for a year."""
    cookie = visitor.get("/form/").cookies["csrftoken"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


_HTTPS = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
settings.ROOT_URLCONF = "tests.netzwerk.test_headers"
client = Client(HTTP_HOST="netzwerk.example")
seen = []
for url in ("/mitmachen/unterwegs/", "/gibt-es-nicht/", "/static/css/tokens.css", "/form/"):
    response = client.get(url, secure=True)
    cookies = [morsel.OutputString() for morsel in response.cookies.values()]
    seen.append([url, response.status_code, response.headers.get("Strict-Transport-Security", ""), cookies])
print(json.dumps([settings.SESSION_COOKIE_NAME, seen]))
"""


@pytest.mark.slow
def test_https_brings_hsts_and_host_cookies():
    secrets = dict.fromkeys(["SECRET_KEY", "HASH_KEY", "FACTOR_KEY", "WEBHOOK_SECRET"], "x" * 60)
    mail = {"DEFAULT_FROM_EMAIL": "post@netzwerk.example", "REPLY_TO": "kontakt@netzwerk.example"}
    site = {"SITE_URL": "https://netzwerk.example", "DJANGO_SETTINGS_MODULE": "netzwerk.settings"}
    environment = {**os.environ, **secrets, **mail, **site, "EMAIL_URL": "smtp://127.0.0.1:2525"}
    done = subprocess.run([sys.executable, "-c", _HTTPS], env=environment, capture_output=True, text=True, check=True)
    session, seen = json.loads(done.stdout.splitlines()[-1])
    assert session == "__Host-sessionid"
    assert [status for _, status, _, _ in seen] == [200, 404, 200, 200]
    for url, _, hsts, cookies in seen:
        assert hsts == "max-age=31536000; includeSubDomains; preload", url
        for cookie in cookies:
            assert cookie.startswith("__Host-")
            assert set(cookie.split("; ")[1:]) == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}  # no Max-Age
    assert [len(cookies) for *_, cookies in seen] == [0, 0, 0, 1]
