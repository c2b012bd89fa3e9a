"""All addresses of the portal (design: they are stable, German, readable aloud)."""

from django.contrib import admin
from django.urls import path

from netzwerk import pages, views

handler400 = "netzwerk.errors.bad_request"
handler403 = "netzwerk.errors.forbidden"
handler404 = "netzwerk.errors.not_found"
handler500 = "netzwerk.errors.server_error"

urlpatterns = [
    path("", views.start, name="start"),
    path("impressum/", pages.show, name="imprint"),
    path("datenschutz/", pages.show, name="privacy"),
    path("barrierefreiheit/", pages.show, name="accessibility"),
    path("hilfe/spuren/", pages.show, name="traces"),
    path("verwaltung/", admin.site.urls),
]
