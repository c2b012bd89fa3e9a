"""All addresses of the portal (design: they are stable, German, readable aloud)."""

from django.contrib import admin
from django.urls import path

handler400 = "netzwerk.errors.bad_request"
handler403 = "netzwerk.errors.forbidden"
handler404 = "netzwerk.errors.not_found"
handler500 = "netzwerk.errors.server_error"

urlpatterns = [
    path("verwaltung/", admin.site.urls),
]
