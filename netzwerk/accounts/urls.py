"""URLs below /verwaltung/: pages of the desk, and those that mails lead to before anybody has signed in."""

from django.contrib import admin
from django.urls import path

from netzwerk.accounts import link_views, views

app_name = "accounts"

_desk = admin.site.admin_view

urlpatterns = [
    path("konten/", _desk(views.index), name="index"),
    path("konten/einladen/", _desk(views.invite), name="invite"),
    path("konten/einladung/<int:pk>/", _desk(views.invitation), name="invitation"),
    path("konten/einladung/<int:pk>/noch-einmal/", _desk(views.invite_again), name="invite_again"),
    path("konten/einladung/<int:pk>/zurueckziehen/", _desk(views.withdraw_invitation), name="withdraw_invitation"),
    path("konten/<int:pk>/", _desk(views.account), name="account"),
    path("konten/<int:pk>/rollen/", _desk(views.change_roles), name="roles"),
    path("konten/<int:pk>/abschalten/", _desk(views.switch_off), name="switch_off"),
    path("konten/<int:pk>/einschalten/", _desk(views.switch_on), name="switch_on"),
    path("konten/<int:pk>/zuruecksetzen/", _desk(views.reset_factors), name="reset"),
    path("konten/<int:pk>/zuruecksetzen/zuruecknehmen/", _desk(views.withdraw_reset), name="withdraw_reset"),
    path("mein-zweiter-schritt/widersprechen/", _desk(views.own_reset), name="own_reset"),
    path("meine-adresse/", _desk(views.own_address), name="own_address"),
    path("meine-zweite-adresse/", _desk(views.second_address), name="second_address"),
    path("passwort-vergessen/unterwegs/", link_views.forgotten_sent, name="forgotten_sent"),
    path("passwort/gespeichert/", link_views.password_set, name="password_set"),
    path("passwort/<str:token>/", link_views.new_password, name="new_password"),
    path("einladung/angenommen/", link_views.accepted, name="accepted"),
    path("einladung/<str:token>/", link_views.accept, name="accept"),
    path("widerspruch/eingelegt/", link_views.objected, name="objected"),
    path("widerspruch/<str:token>/", link_views.object_to_reset, name="object"),
    path("zweiter-schritt/fertig/", link_views.reset_done, name="reset_done"),
    path("zweiter-schritt/<str:token>/", link_views.carry_out_reset, name="carry_out"),
]
