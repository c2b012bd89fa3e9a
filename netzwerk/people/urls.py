from collections.abc import Callable

from django.contrib import admin
from django.http import HttpResponseBase
from django.urls import path

from netzwerk.people import views

_PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("menschen/", views.find, "people"),
    ("mitglied/<int:pk>/", views.show, "person"),
    ("mitglied/<int:pk>/adresse/", views.change_address, "person_address"),
    ("mitglied/<int:pk>/gespeichert/", views.held, "person_held"),
    ("mitglied/<int:pk>/mails/<int:delivery_pk>/noch-einmal/", views.send_again, "person_send_again"),
]

urlpatterns = [path(route, admin.site.admin_view(view), name=name) for route, view, name in _PAGES]
