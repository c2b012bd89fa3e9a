"""What is counted when it happens, for ever and without a person (R-07). Every app counts here; the site keeps it."""

from collections.abc import Callable
from datetime import date
from enum import unique

from django.db.models import TextChoices

from kit import months


@unique
class What(TextChoices):
    """What is counted. Values are stored and never change. A comment names the key that tells kinds apart (`of`)."""

    JOINED = "joined", "neu dabei"
    CONFIRMED = "confirmed", "Anmeldung selbst bestätigt"
    LEFT = "left", "abgemeldet"
    RETURNED = "returned", "Abmeldung zurückgenommen"  # on the day of leaving: nobody has gone then
    INVITED = "invited", "eingeladen"
    ANSWERED = "answered", "geantwortet"  # Channel
    MOVED_UP = "moved up", "von der Warteliste nachgerückt"
    HELD = "held", "Veranstaltung fand statt"  # kind of event
    CHILDREN = "children", "Kinder angemeldet"  # age band, "3-5"
    CHILDCARE = "childcare", "Kinder in der Betreuung"  # age band
    TURNED_AWAY = "turned away", "Kinder ohne Betreuungsplatz"
    DOOR_COUNTED = "door counted", "an der Tür gezählt"
    CAME_ADULTS = "came adults", "Erwachsene gekommen"
    CAME_CHILDREN = "came children", "Kinder gekommen"
    MAIL_SENT = "mail sent", "Mail verschickt"
    MAIL_BOUNCED = "mail bounced", "Mail zurückgekommen"
    OFFERS = "offers", "Angebote"  # how many there are: see `bring_to`
    FRESH_OFFERS = "fresh offers", "geprüfte Angebote"  # how many there are
    CHECKED = "checked", "Angebot geprüft"
    REPORTED = "reported", "Angebot oder Änderung gemeldet"
    HINTED = "hinted", "Hinweis auf falsche Angaben"
    SEARCHED_IN_VAIN = "searched in vain", "Suche ohne Treffer"  # "topic/town", either may be empty
    BROCHURE = "brochure", "Broschüre abgeholt"
    GROUP_FOUNDED = "group founded", "Gruppe gegründet"
    GROUP_RESTED = "group rested", "Gruppe ruht"
    GROUP_REVIVED = "group revived", "Gruppe trifft sich wieder"
    GROUP_ENDED = "group ended", "Gruppe nach einer Ruhezeit beendet"
    GROUP_CLOSED = "group closed", "Gruppe beendet"
    GROUP_MET = "group met", "Treffen einer Gruppe"


@unique
class Channel(TextChoices):
    """How an answer reached us."""

    LINK = "link", "über den Link"
    PHONE = "phone", "am Telefon"
    DOOR = "door", "an der Tür"


Writer = Callable[[What, int, date, str], None]
Total = Callable[[What], int]
_writers: list[Writer] = []
_totals: list[Total] = []


def keep_with(writer: Writer, total: Total) -> None:
    """From now on `count` hands everything to `writer`, and `bring_to` asks `total`. Called once, at the start."""
    _writers[:], _totals[:] = [writer], [total]


def count(what: What, number: int = 1, *, on: date | None = None, of: str = "") -> None:
    """Adds `number` in the current transaction, to today unless a day is given: a rollback counts nothing.

    `of` is one of few fixed keys, never what somebody typed. A correction is a negative number.
    """
    for writer in _writers:
        if number:
            writer(what, number, on or months.today(), of)


def bring_to(what: What, number: int) -> None:
    """Adds what is missing, today, so that all that was ever counted comes to `number`: there are so many now."""
    for total in _totals:
        count(what, number - total(what))
