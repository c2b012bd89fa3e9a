"""URLs of the report, below /verwaltung/."""

from django.contrib import admin
from django.urls import path

from netzwerk.report import views

app_name = "report"

_desk = admin.site.admin_view

urlpatterns = [
    path("bericht/", _desk(views.index), name="index"),
    path("bericht/hilfe/", _desk(views.explain), name="help"),
    path("bericht/genau/", _desk(views.exact), name="exact"),
    path("bericht/genau/zahlen.<str:kind>", _desk(views.exact_file), name="exact_file"),
    path("bericht/<slug:name>/", _desk(views.show), name="show"),
    path("bericht/<slug:name>/veroeffentlichen/", _desk(views.publish), name="publish"),
    path("bericht/<slug:name>/zwischenbilanz.<str:kind>", _desk(views.file), name="file"),
]
