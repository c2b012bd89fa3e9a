"""The portal's addresses, and samples of what cannot be asked for by an address: errors, forms, messages."""

import time
from collections.abc import Iterator

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import URLPattern, path

from netzwerk import urls
from netzwerk.pages import errors
from netzwerk.urls import handler400, handler403, handler404, handler500  # noqa: F401 - URLs name their own error pages

FORM = """
{% extends "base.html" %}
{% load crispy_forms_tags %}
{% block title %}Muster{% endblock %}
{% block content %}
<div class="wrap section"><div class="narrow">
  {% include "includes/error_summary.html" %}
  <h1>Muster</h1>
  <form method="post" novalidate>{{ form|crispy }}<button class="btn btn-primary btn-wide">Mitmachen</button></form>
</div></div>
{% endblock %}
"""


class Sample(forms.Form):
    """One field of every kind."""

    email = forms.EmailField(label="Ihre E-Mail-Adresse", help_text="Nehmen Sie eine, die nur Sie kennen.")
    name = forms.CharField(label="Wie dürfen wir Sie ansprechen?", required=False)
    note = forms.CharField(label="Nachricht", widget=forms.Textarea)
    town = forms.ChoiceField(label="Wo wohnen Sie?", choices=[("", "Bitte wählen"), ("siegen", "Siegen")])
    way = forms.ChoiceField(label="Wie?", choices=[("a", "Post"), ("b", "Mail")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Wann?", choices=[("1", "morgens"), ("2", "abends")], widget=forms.CheckboxSelectMultiple
    )
    consent = forms.BooleanField(label="Ja, das Netzwerk darf mir schreiben.")


def form(request: HttpRequest, wrong: bool) -> HttpResponse:
    sample = Sample({"email": "sommer.k@postfach"} if wrong else None)
    return HttpResponse(engines["django"].from_string(FORM).render({"form": sample}, request))


def error(request: HttpRequest, status: int) -> HttpResponse:
    response = errors.page(status)
    response.status_code = 200  # only to be looked at: nothing went wrong
    return response


def in_two_parts(request: HttpRequest, milliseconds: int) -> StreamingHttpResponse:
    """A page whose title comes later than its first line."""

    def parts() -> Iterator[str]:
        yield "<!doctype html>"
        time.sleep(milliseconds / 1000)
        yield "<title>Ganz da</title>"

    return StreamingHttpResponse(parts())


SAMPLES = [
    *(path(f"muster/{status}/", error, {"status": status}) for status in (400, 403, 413, 500, 503)),
    path("muster/csrf/", errors.csrf_failure),
    path("muster/link/", lambda request: render(request, "invalid_link.html")),
    path("muster/formular/", form, {"wrong": False}),
    path("muster/fehler/", form, {"wrong": True}),
    path("muster/spaet/<int:milliseconds>/", in_two_parts),
]
urlpatterns = [*SAMPLES, *urls.urlpatterns]

NOT_PAGES = ("verwaltung/", "healthz", "post/", "termine/feed/", "wegweiser/feed/", "wegweiser/services")


def _plain(patterns: list, before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if route.startswith(NOT_PAGES) or any(char in route for char in "<^."):  # with a dot it is a file
            continue
        found += [f"/{route}"] if isinstance(pattern, URLPattern) else _plain(pattern.url_patterns, route)
    return found


# Every page that can be had without a token, those of later capabilities too; at last one that is not there.
PAGES = [*_plain(urlpatterns), "/gibt-es-nicht/"]
