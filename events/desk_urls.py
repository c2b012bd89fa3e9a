"""The pages of the desk about one event, below its number: address, view, name (admin:event_…)."""

from collections.abc import Callable

from django.http import HttpResponseBase

from events import desk_views, door_views, entry_views, invite_views, reply_views, run_views

PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("ueberblick/", desk_views.overview, "overview"),
    ("veroeffentlichen/", desk_views.publish, "publish"),
    ("mitteilen/", desk_views.tell, "tell"),
    ("absagen/", desk_views.cancel, "cancel"),
    ("loeschen/", desk_views.discard, "discard"),
    ("gekommen/", desk_views.came, "came"),
    ("einladen/", invite_views.choose, "choose"),
    ("einladen/html/", invite_views.preview_html, "preview_html"),
    ("einladen/testmail/", invite_views.send_test, "test"),
    ("einladen/verschicken/", invite_views.send, "send"),
    ("mails/<int:mailing_pk>/", run_views.progress, "run"),
    ("mails/<int:mailing_pk>/zahlen/", run_views.numbers, "run_numbers"),
    ("mails/<int:mailing_pk>/anhalten/", run_views.hold, "run_hold"),
    ("mails/<int:mailing_pk>/weiter/", run_views.go_on, "run_go_on"),
    ("mails/<int:mailing_pk>/stoppen/", run_views.stop, "run_stop"),
    ("antworten/", reply_views.replies, "replies"),
    ("antworten/<int:reply_pk>/", entry_views.edit, "entry"),
    ("eintragen/", entry_views.find, "find"),
    ("eintragen/neu/", entry_views.name, "entry_name"),
    ("eintragen/mitglied/<int:member_pk>/", entry_views.member, "entry_member"),
    ("warteliste/", reply_views.line, "line"),
    ("warteliste/nachruecken/", reply_views.move_up, "move_up"),
    ("tuer/", door_views.show, "door"),
    ("tuer/liste.<str:kind>", door_views.download, "door_file"),
]
