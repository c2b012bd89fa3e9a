"""What everybody may open on the desk; the rest of the table of roles is in table.py."""

# Without signing in.
GATE = """
login/
login/passkey/
passwort-vergessen/
passwort-vergessen/unterwegs/
passwort/gespeichert/
passwort/<str:token>/
einladung/angenommen/
einladung/<str:token>/
widerspruch/eingelegt/
widerspruch/<str:token>/
zweiter-schritt/fertig/
zweiter-schritt/<str:token>/
"""

# The own account, and addresses that only lead on to others.
OWN = """
mein-zweiter-schritt/widersprechen/
meine-adresse/
meine-zweite-adresse/
meine-anmeldung/
meine-anmeldung/handy/
meine-anmeldung/passkey/
meine-anmeldung/passkey/aufgabe/
meine-anmeldung/codes/
meine-anmeldung/<slug:factor>/entfernen/
angefangen/<int:pk>/
auth/user/
wegweiser/miss/
.
password_change/
alles/
flatpages/flatpage/<path:object_id>/
events/event/<path:object_id>/
mailings/mailing/<path:object_id>/
mailings/delivery/<path:object_id>/
mailings/bouncegroup/<path:object_id>/change/
mailings/bouncegroup/<path:object_id>/
mailings/suppression/<path:object_id>/
members/newsletter/<path:object_id>/change/
members/newsletter/<path:object_id>/
members/group/<path:object_id>/
members/groupreport/<path:object_id>/
members/member/<path:object_id>/
netzwerk/barrierreport/<path:object_id>/
netzwerk/auditentry/<path:object_id>/
wegweiser/submission/<path:object_id>/change/
wegweiser/submission/<path:object_id>/
wegweiser/hint/<path:object_id>/
wegweiser/check/<path:object_id>/
wegweiser/situation/<path:object_id>/
wegweiser/synonym/<path:object_id>/
wegweiser/failedsearch/<path:object_id>/
wegweiser/offer/<path:object_id>/
wegweiser/provider/<path:object_id>/
wegweiser/topic/<path:object_id>/
<app_label>/
"""
