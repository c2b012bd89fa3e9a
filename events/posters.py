"""Posters for notice boards: one A4 sheet with a QR code and strips to tear off, as tagged PDF (PDF/UA-1).

A strip is carried in a pocket: it says when, where to look and whom to call, but not what for. A sheet that cannot be
set raises TypesettingFailed.
"""

import json
import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date

from events import programme, wording
from events.links import public_url
from events.models import Event
from events.place import Told
from kit.printing import characters, drawings, typesetting
from mailings.templates import one_line

TEMPLATE = settings.BASE_DIR / "templates" / "posters" / "poster.typ"
_POSTCODE = re.compile(r"\b(\d{5}) (?=\w)")
_BREAKS = re.compile(r"\S{24}(?=\S)")
# A word that may not fit on a line, whatever it is set in.
_LONG_WORD = 18


def for_event(event: Event) -> bytes:
    """The sheet for an event that is announced."""
    return _sheet(**_told(event))


def unprintable(event: Event) -> str:
    """The letters of its sheet that no font has: on paper they are question marks."""
    return characters.missing([json.dumps(_told(event), ensure_ascii=False)])


def _told(event: Event) -> dict[str, Any]:
    begin = timezone.localtime(event.begins_at)
    shown = programme.show(event, timezone.now())
    place = _POSTCODE.sub("\\1\u00a0", wording.where(event, Told.LATER))
    lines = [
        _fact(shown.hours, strong=True),
        _fact(place[:1].upper() + place[1:]),
        _fact(f"Mit: {one_line(event.host)}" if event.host else ""),
        _fact(wording.childcare(event, event.capacity), children=True),
    ]
    strip = [(f"{event.get_kind_display()}, {wording.day(event.begins_at)}", True), (shown.hours, False)]
    return {
        "name": f"{one_line(event.title)}, {wording.day(event.begins_at)}",
        "title": one_line(event.title),
        "lead": one_line(event.summary),
        "date": {
            "weekday": format_date(begin, "l"),
            "day": format_date(begin, "j."),
            "month": format_date(begin, "F"),
        },
        "facts": [line for line in lines if line["text"]],
        "schedule": [item._asdict() for item in wording.schedule(event)],
        "appeal": "Mehr erfahren und anmelden",
        "call": "oder rufen Sie an:",
        "url": public_url(event),
        "strip": strip,
    }


def for_joining() -> bytes:
    """The sheet that asks to join the network."""
    return _sheet(
        name=f"Mitmachen: {settings.SITE_NAME}",
        title="Alleinerziehend?",
        lead=f"In {_whole(settings.REGION)} brennt Licht. Wir treffen uns, die Kinder werden betreut, und wir wissen, "
        "wo es Hilfe gibt.",
        date=None,
        schedule=[],
        facts=[
            _fact("Eine E-Mail-Adresse genügt. Auch ohne Namen."),
            _fact("Etwa vier Einladungen im Jahr. Kein Betreff verrät, worum es geht."),
            _fact("Kostenlos. Andere Mitglieder sehen nicht, dass Sie angemeldet sind."),
        ],
        appeal="Machen Sie mit",
        call="Lieber mit jemandem reden?",
        url=f"{settings.SITE_URL}/mitmachen/",
        strip=[(settings.SITE_NAME, True)],
        scene=drawings.scene("-218 12 1156 400"),
    )


def _sheet(*, url: str, strip: list[tuple[str, bool]], scene: str = "", **texts: Any) -> bytes:
    host, path = _readable(url)
    lines = [*strip, (host, False), (path, False), (f"Telefon {settings.CONTACT_PHONE}", True)]
    title = texts["title"]
    data = texts | {
        "site": settings.SITE_NAME,
        "owners": settings.SITE_OWNERS,
        "hyphenate": any(len(word) > _LONG_WORD for word in re.split(r"[\s-]", title)),
        "address": {"host": host, "path": path},
        "phone": settings.CONTACT_PHONE,
        "strip": [{"text": text, "strong": strong} for text, strong in lines],
        "qr": drawings.qr(url, "m"),
        "qr_alt": f"QR-Code mit der Adresse {host}{path}",
        "logo": drawings.logo(),
        "scene": scene,
    }
    return typesetting.pdf(TEMPLATE, json.dumps(characters.text(data)))


def _fact(text: str, *, strong: bool = False, children: bool = False) -> dict[str, Any]:
    return {"text": _BREAKS.sub("\\g<0>\u200b", text), "strong": strong, "children": children}


def _whole(name: str) -> str:
    """The name with its hyphens kept on one line."""
    return name.replace("-", "-\u2060")


def _readable(url: str) -> tuple[str, str]:
    """Host and path as they are typed."""
    host, _, path = url.partition("://")[2].partition("/")
    return host.removeprefix("www."), f"/{path}"
