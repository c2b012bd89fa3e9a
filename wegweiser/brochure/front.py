"""The front matter of a brochure: everything but its offers."""

from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kit import phones


def front(chosen: list[str], day: date) -> dict[str, Any]:
    """Cover and first page of a brochure for a topic, a town, or everything.

    The title of the file is neutral: windows, lists of downloads and lock screens show it.
    """
    return {
        "title": _("Wegweiser – %(site)s") % {"site": settings.SITE_NAME},
        "site": settings.SITE_NAME,
        "about": _("Wo es Hilfe gibt, mit Telefonnummern"),
        "name": _("Wegweiser %(region)s") % {"region": settings.REGION},
        "cover": _("Wegweiser"),
        "subtitle": chosen or [_("Wo es Hilfe gibt"), _("in %(region)s") % {"region": settings.REGION}],
        "state": _("Stand: %(day)s") % {"day": date_format(day, "j. F Y")},
        "date": {"year": day.year, "month": day.month, "day": day.day},
        "how": [
            [
                _("Rufen Sie an"),
                _("Sie müssen nicht wissen, wie eine Hilfe heißt. Sagen Sie einfach, was Sie brauchen."),
            ],
            [
                _("Wie neu sind die Angaben?"),
                _(
                    "Bei jedem Angebot steht, wann es zuletzt jemand geprüft hat. Ist das lange her oder noch nie "
                    "geschehen, fragen Sie bitte nach."
                ),
            ],
            [
                _("Noch neuer im Netz"),
                _("Richten Sie die Kamera Ihres Handys auf das Muster neben einem Angebot: Es öffnet dessen Seite."),
            ],
        ],
        "phone": _call(settings.CONTACT_PHONE),
        "sos": [
            _number(_("Gefahr? Polizei"), _("Tag und Nacht"), "110"),
            _number(_("Hilfetelefon für Frauen"), _("Tag und Nacht, anonym, 18 Sprachen"), "116 016"),
            _number(_("Hilfetelefon für Männer"), _("vertraulich"), "0800 1239900"),
            _number(_("Elterntelefon"), _("wenn alles zu viel wird, anonym"), "0800 1110550"),
        ],
        "words": _labels(),
    }


def _number(name: str, note: str, number: str) -> dict[str, Any]:
    return {"name": name, "note": note, "call": _call(number)}


def _call(number: str) -> dict[str, Any]:
    """A number that never breaks within itself."""
    (call,) = phones.calls([number])
    return call._replace(text=call.text.replace(" ", "\u00a0"))._asdict()


def _labels() -> dict[str, str]:
    return {
        "how": _("So hilft dieses Heft"),
        "contents": _("Inhalt"),
        "index": _("Orte"),
        "index_note": _("Was für alle im Kreis oder überall gilt, steht am Ende."),
        "nothing": _("Hier steht noch kein Angebot."),
        "others": _("Hilft auch bei diesem Thema"),
        "sos": _("Soforthilfe"),
        "sos_note": _("Alle Nummern sind kostenlos. Ihr Anruf bleibt in der Anrufliste Ihres Handys stehen."),
        "talk": _("Lieber mit jemandem reden?"),
        "talk_text": _(
            "Die Gleichstellungsbeauftragten hören zu und wissen, wer weiterhilft. Sie müssen Ihren Namen nicht sagen."
        ),
    }
