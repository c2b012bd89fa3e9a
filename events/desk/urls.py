"""The desk pages of one event, below its key: path, view, name (admin:event_…)."""

from collections.abc import Callable

from django.http import HttpResponseBase

from events.desk import answers, calls, door, invite, mailings, notices, overview, phone_answers, places

PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("ueberblick/", overview.overview, "overview"),
    ("veroeffentlichen/", overview.publish, "publish"),
    ("mitteilen/", notices.tell, "tell"),
    ("absagen/", notices.cancel, "cancel"),
    ("loeschen/", overview.discard, "discard"),
    ("gekommen/", overview.came, "came"),
    ("einladen/", invite.choose, "choose"),
    ("einladen/html/", invite.preview_html, "preview_html"),
    ("einladen/testmail/", invite.send_test, "test"),
    ("einladen/verschicken/", invite.send, "send"),
    ("mails/<int:mailing_pk>/", mailings.progress, "run"),
    ("mails/<int:mailing_pk>/zahlen/", mailings.numbers, "run_numbers"),
    ("mails/<int:mailing_pk>/anhalten/", mailings.hold, "run_hold"),
    ("mails/<int:mailing_pk>/weiter/", mailings.go_on, "run_go_on"),
    ("mails/<int:mailing_pk>/stoppen/", mailings.stop, "run_stop"),
    ("antworten/", answers.replies, "replies"),
    ("antworten/liste.<str:kind>", answers.download, "replies_file"),
    ("antworten/<int:reply_pk>/", phone_answers.edit, "entry"),
    ("eintragen/", phone_answers.find, "find"),
    ("eintragen/neu/", phone_answers.name, "entry_name"),
    ("eintragen/mitglied/<int:member_pk>/", phone_answers.member, "entry_member"),
    ("anrufen/", calls.show, "calls"),
    ("warteliste/", answers.waiting_list, "line"),
    ("warteliste/nachruecken/", answers.move_up, "move_up"),
    ("ort/", places.places, "places"),
    ("ort/<int:reply_pk>/mitteilen/", places.tell_place, "tell_place"),
    ("tuer/", door.show, "door"),
    ("tuer/liste.<str:kind>", door.download, "door_file"),
]
