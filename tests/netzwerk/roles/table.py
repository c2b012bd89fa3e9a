"""Which role may do what on the desk: every address below /verwaltung/, as in docs/roles.md (R-03, S-06).

K Koordination, V Veranstaltungen, W Wegweiser, B Bericht, T Tür. Each group names who may open its addresses (GET,
HEAD), and who may send something there (POST). The dot is
the index. An address of which no group knows fails test_table.py: think about who
needs it, and list it.
"""

from tests.netzwerk.roles.everybody import OWN

TABLE = {
    # one's own account, and URLs that only lead on to others
    ("KVWBT", "KVWBT"): OWN,
    ("KVWBT", ""): """
password_change/done/
jsi18n/
    """,
    ("", "KVWBT"): """
logout/
    """,
    ("KVT", "KVT"): """
events/event/
events/event/<path:object_id>/change/
    """,
    ("KVT", ""): """
aushang/mitmachen.pdf
aushang/<int:pk>.pdf
events/event/<int:pk>/ueberblick/
events/event/<int:pk>/tuer/
    """,
    ("", "KVT"): """
events/event/<int:pk>/gekommen/
events/event/<int:pk>/tuer/dazu/
events/event/<int:pk>/tuer/<int:reply_pk>/
events/event/<int:pk>/tuer/<int:reply_pk>/streichen/
    """,
    ("KV", "KV"): """
events/event/<int:pk>/mitteilen/
events/event/<int:pk>/absagen/
events/event/<int:pk>/reihe/
events/event/<int:pk>/reihe/entwuerfe/
events/event/<int:pk>/loeschen/
events/event/<int:pk>/einladen/verschicken/
events/event/<int:pk>/schreiben/
events/event/<int:pk>/schreiben/<int:mail_pk>/
events/event/<int:pk>/schreiben/<int:mail_pk>/verschicken/
events/event/<int:pk>/schreiben/<int:mail_pk>/loeschen/
events/event/<int:pk>/danken/
events/event/<int:pk>/antworten/<int:reply_pk>/
events/event/<int:pk>/eintragen/neu/
events/event/<int:pk>/eintragen/mitglied/<int:member_pk>/
events/event/add/
events/event/<path:object_id>/history/
members/member/
members/member/<path:object_id>/history/
    """,
    ("KV", ""): """
events/event/<int:pk>/einladen/
events/event/<int:pk>/einladen/html/
events/event/<int:pk>/vorschau/
events/event/<int:pk>/vorschau/mail/
events/event/<int:pk>/vorschau/mail/html/
events/event/<int:pk>/schreiben/<int:mail_pk>/ansehen/
events/event/<int:pk>/schreiben/<int:mail_pk>/html/
events/event/<int:pk>/mails/<int:mailing_pk>/
events/event/<int:pk>/mails/<int:mailing_pk>/zahlen/
events/event/<int:pk>/antworten/
events/event/<int:pk>/eintragen/
events/event/<int:pk>/warteliste/
events/event/<int:pk>/ort/
events/event/<int:pk>/anrufen/
members/member/<int:pk>/nachweis/
menschen/
mitglied/<int:pk>/
    """,
    ("", "KV"): """
events/event/<int:pk>/antworten/liste.<str:kind>
events/event/<int:pk>/tuer/liste.<str:kind>
events/event/<int:pk>/veroeffentlichen/
events/event/<int:pk>/einladen/testmail/
events/event/<int:pk>/schreiben/<int:mail_pk>/testmail/
events/event/<int:pk>/schreiben/<int:mail_pk>/zurueckholen/
events/event/<int:pk>/mails/<int:mailing_pk>/anhalten/
events/event/<int:pk>/mails/<int:mailing_pk>/weiter/
events/event/<int:pk>/mails/<int:mailing_pk>/stoppen/
events/event/<int:pk>/warteliste/nachruecken/
events/event/<int:pk>/ort/<int:reply_pk>/mitteilen/
    """,
    ("KV", "K"): """
members/member/<path:object_id>/change/
    """,
    ("KW", "KW"): """
wegweiser/submission/
wegweiser/submission/<int:pk>/berichtigen/
wegweiser/submission/<path:object_id>/history/
wegweiser/hint/
wegweiser/hint/<path:object_id>/history/
wegweiser/check/
wegweiser/check/<path:object_id>/history/
wegweiser/situation/
wegweiser/situation/add/
wegweiser/situation/<path:object_id>/history/
wegweiser/situation/<path:object_id>/delete/
wegweiser/situation/<path:object_id>/change/
wegweiser/synonym/
wegweiser/synonym/add/
wegweiser/synonym/<path:object_id>/history/
wegweiser/synonym/<path:object_id>/delete/
wegweiser/synonym/<path:object_id>/change/
wegweiser/failedsearch/
wegweiser/failedsearch/<path:object_id>/history/
wegweiser/offer/einlesen/
wegweiser/offer/
wegweiser/offer/add/
wegweiser/offer/<path:object_id>/history/
wegweiser/offer/<path:object_id>/change/
wegweiser/provider/
wegweiser/provider/add/
wegweiser/provider/<path:object_id>/history/
wegweiser/provider/<path:object_id>/change/
wegweiser/topic/
wegweiser/topic/add/
wegweiser/topic/<path:object_id>/history/
wegweiser/topic/<path:object_id>/change/
    """,
    ("KW", ""): """
wegweiser/submission/<int:pk>/ansehen/
wegweiser/hint/<path:object_id>/change/
wegweiser/check/<path:object_id>/change/
wegweiser/failedsearch/<path:object_id>/change/
    """,
    ("", "KW"): """
wegweiser/offer/herunterladen/<slug:kind>/
wegweiser/offer/rueckgaengig/
wegweiser/submission/<int:pk>/uebernehmen/
wegweiser/hint/rueckgaengig/
wegweiser/situation/zurueckholen/
wegweiser/synonym/zurueckholen/
wegweiser/hint/<int:pk>/erledigt/
wegweiser/hint/<int:pk>/wieder-offen/
wegweiser/submission/<int:pk>/ablehnen/
wegweiser/offer/einlesen/uebernehmen/
    """,
    ("KB", ""): """
bericht/
bericht/hilfe/
bericht/<slug:name>/
bericht/<slug:name>/zwischenbilanz.<str:kind>
    """,
    ("K", "K"): """
netzwerk/auditentry/
netzwerk/auditentry/<path:object_id>/history/
netzwerk/barrierreport/
netzwerk/barrierreport/<path:object_id>/change/
netzwerk/barrierreport/<path:object_id>/history/
mitglied/<int:pk>/adresse/
mitglied/<int:pk>/loeschen/
wartende/<slug:kind>/
nach-dem-einspielen/
konten/einladen/
konten/<int:pk>/rollen/
konten/<int:pk>/abschalten/
konten/<int:pk>/einschalten/
konten/<int:pk>/zuruecksetzen/
flatpages/flatpage/
flatpages/flatpage/<path:object_id>/history/
flatpages/flatpage/<path:object_id>/change/
mailings/mailing/
mailings/mailing/<path:object_id>/history/
mailings/delivery/<int:pk>/wieder-versuchen/
mailings/delivery/
mailings/delivery/<path:object_id>/history/
mailings/bouncegroup/
mailings/bouncegroup/<path:object_id>/history/
mailings/suppression/
mailings/suppression/<path:object_id>/history/
members/newsletter/<int:pk>/verschicken/
members/newsletter/<int:pk>/loeschen/
members/group/
members/group/<path:object_id>/history/
members/groupreport/
members/groupreport/<path:object_id>/history/
members/newsletter/
members/newsletter/add/
members/newsletter/<path:object_id>/history/
members/member/einlesen/
members/member/<int:pk>/wieder-versuchen/
members/member/add/
    """,
    ("K", ""): """
mitglied/<int:pk>/gespeichert/
bericht/genau/
netzwerk/auditentry/<path:object_id>/change/
konten/
konten/einladung/<int:pk>/
konten/<int:pk>/
notfall/
notfall/karte/
notfall/telefonliste/
mailings/mailing/<path:object_id>/change/
mailings/delivery/<path:object_id>/change/
mailings/bouncegroup/<int:pk>/ansehen/
mailings/suppression/<path:object_id>/change/
members/group/<path:object_id>/change/
members/groupreport/<path:object_id>/change/
members/newsletter/<int:pk>/vorschau/
members/newsletter/<int:pk>/vorschau/html/
members/newsletter/<int:pk>/verlauf/
members/newsletter/<int:pk>/verlauf/zahlen/
    """,
    ("", "K"): """
mailings/delivery/gesehen/
bericht/<slug:name>/veroeffentlichen/
bericht/genau/zahlen.<str:kind>
members/member/herunterladen/<slug:kind>/
netzwerk/auditentry/herunterladen/<slug:kind>/
netzwerk/barrierreport/<int:pk>/zwischenbescheid/
netzwerk/barrierreport/<int:pk>/beantwortet/
konten/einladung/<int:pk>/noch-einmal/
konten/einladung/<int:pk>/zurueckziehen/
konten/<int:pk>/zuruecksetzen/zuruecknehmen/
mailings/bouncegroup/<int:pk>/entscheiden/
members/group/<int:pk>/freigeben/
members/group/<int:pk>/nicht-freigeben/
members/group/<int:pk>/entfernen/
members/group/<int:pk>/nicht-einlassen/
members/group/<int:pk>/wieder-einlassen/
members/group/<int:pk>/schliessen/
members/groupreport/<int:pk>/erledigt/
members/newsletter/<int:pk>/testmail/
members/newsletter/<int:pk>/flyer/
members/newsletter/<int:pk>/flyer/entfernen/
members/newsletter/<int:pk>/flyer/aus-dem-netz/
members/newsletter/<int:pk>/zurueckholen/
members/newsletter/<int:pk>/vorlage/
members/newsletter/<int:pk>/anhalten/
members/newsletter/<int:pk>/weiter/
members/newsletter/<int:pk>/stoppen/
members/member/einlesen/uebernehmen/
members/member/<int:pk>/abmelden/
members/member/<int:pk>/noch-einmal-fragen/
members/member/<int:pk>/pause/
mitglied/<int:pk>/mails/<int:delivery_pk>/noch-einmal/
    """,
    # nobody but a technician, or nobody at all
    ("", ""): """
netzwerk/auditentry/add/
netzwerk/auditentry/<path:object_id>/delete/
netzwerk/barrierreport/add/
netzwerk/barrierreport/<path:object_id>/delete/
autocomplete/
r/<path:content_type_id>/<path:object_id>/
flatpages/flatpage/add/
flatpages/flatpage/<path:object_id>/delete/
events/event/<path:object_id>/delete/
mailings/mailing/add/
mailings/mailing/<path:object_id>/delete/
mailings/delivery/add/
mailings/delivery/<path:object_id>/delete/
mailings/bouncegroup/add/
mailings/bouncegroup/<path:object_id>/delete/
mailings/suppression/add/
mailings/suppression/<path:object_id>/delete/
members/group/add/
members/group/<path:object_id>/delete/
members/groupreport/add/
members/groupreport/<path:object_id>/delete/
members/newsletter/<path:object_id>/delete/
members/member/<path:object_id>/delete/
wegweiser/submission/add/
wegweiser/submission/<path:object_id>/delete/
wegweiser/hint/add/
wegweiser/hint/<path:object_id>/delete/
wegweiser/check/add/
wegweiser/check/<path:object_id>/delete/
wegweiser/failedsearch/add/
wegweiser/failedsearch/<path:object_id>/delete/
wegweiser/offer/<path:object_id>/delete/
wegweiser/provider/<path:object_id>/delete/
wegweiser/topic/<path:object_id>/delete/
<url>
    """,
}
