"""The URLs of "Meine Anmeldung", below the desk's."""

from django.urls import path

from netzwerk.signing_in import views

urlpatterns = [
    path("login/passkey/", views.sign_in_options, name="sign_in_options"),
    path("meine-anmeldung/", views.overview, name="my_sign_in"),
    path("meine-anmeldung/handy/", views.app, name="my_app"),
    path("meine-anmeldung/passkey/", views.passkey, name="my_passkey"),
    path("meine-anmeldung/passkey/aufgabe/", views.passkey_options, name="my_passkey_options"),
    path("meine-anmeldung/codes/", views.codes, name="my_codes"),
    path("meine-anmeldung/<slug:factor>/entfernen/", views.end, name="my_factor_end"),
]
