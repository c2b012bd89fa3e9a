"""The desk pages of one event, below its key: path, view, name (admin:event_…)."""

from collections.abc import Callable

from django.http import HttpResponseBase

from events.desk import (
    answers,
    calls,
    door,
    invite,
    overview,
    phone_answers,
    places,
    preview,
    series,
)
from events.desk.mails import event_mails, mailings, notices

PAGES: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
    ("ueberblick/", overview.overview, "overview"),
    ("reihe/", series.plan, "series"),
    ("reihe/entwuerfe/", series.publish, "series_publish"),
    ("vorschau/", preview.public_page, "preview"),
    ("vorschau/mail/", preview.invitation, "preview_mail"),
    ("vorschau/mail/html/", preview.invitation_html, "preview_mail_html"),
    ("veroeffentlichen/", overview.publish, "publish"),
    ("mitteilen/", notices.tell, "tell"),
    ("absagen/", notices.cancel, "cancel"),
    ("loeschen/", overview.discard, "discard"),
    ("gekommen/", overview.came, "came"),
    ("einladen/", invite.choose, "choose"),
    ("einladen/html/", invite.preview_html, "preview_html"),
    ("einladen/testmail/", invite.send_test, "test"),
    ("einladen/verschicken/", invite.send, "send"),
    ("schreiben/", event_mails.write, "write"),
    ("schreiben/<int:mail_pk>/", event_mails.edit, "mail_edit"),
    ("schreiben/<int:mail_pk>/ansehen/", event_mails.preview, "mail_preview"),
    ("schreiben/<int:mail_pk>/html/", event_mails.preview_html, "mail_html"),
    ("schreiben/<int:mail_pk>/testmail/", event_mails.send_test, "mail_test"),
    ("schreiben/<int:mail_pk>/verschicken/", event_mails.send, "mail_send"),
    ("schreiben/<int:mail_pk>/loeschen/", event_mails.discard, "mail_discard"),
    ("danken/", event_mails.thank, "thank"),
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
    ("tuer/dazu/", door.add, "door_add"),
    ("tuer/<int:reply_pk>/", door.tick, "door_tick"),
    ("tuer/liste.<str:kind>", door.download, "door_file"),
]
