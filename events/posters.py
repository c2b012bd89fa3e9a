"""Posters for notice boards: one A4 sheet with a QR code and strips to tear off, as tagged PDF (PDF/UA-1).

A strip is carried in a pocket: it says when, where to look and whom to call, but not what for.
"""

import functools
import io
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from events import programme, wording
from events.links import public_url
from events.models import Event
from mailings.templates import one_line

FONTS = Path(str(files("fontpkg_figtree") / "files"))
TEMPLATE = settings.BASE_DIR / "templates" / "posters" / "poster.typ"
# The drawings take their colours from the stylesheet of the pages; here they are those of the day.
_COLOURS = {
    "s-hill1": "#2b6560", "s-hill2": "#1c4c46", "s-hill3": "#123a34", "s-ground": "#0d2b27", "s-wall": "#f3ede0",
    "s-timber": "#3a2a26", "s-roof": "#3c4a50", "s-glow": "#ffd469", "s-moon": "#f6ead0",
}  # fmt: skip
_LINES = {"s-roofline": "fill:none;stroke:#57676d;stroke-width:2", "s-bar": "fill:none;stroke:#3a2a26"}
_POSTCODE = re.compile(r"\b(\d{5}) (?=\w)")
_BREAKS = re.compile(r"\S{24}(?=\S)")
# A word that may not fit on a line, whatever it is set in.
_LONG_WORD = 18
# Letters of the title up to which it is set in this size.
_SIZES = ((28, 46), (55, 38), (90, 31), (200, 25))


def for_event(event: Event) -> bytes:
    """The sheet for an event that is announced."""
    begin = timezone.localtime(event.begins_at)
    shown = programme.show(event, timezone.now())
    place = _POSTCODE.sub("\\1\u00a0", wording.where(event, coming=False))
    lines = [
        _fact(shown.hours, strong=True),
        _fact(place[:1].upper() + place[1:]),
        _fact(f"Mit: {one_line(event.host)}" if event.host else ""),
        _fact(wording.childcare(event, event.capacity), children=True),
    ]
    url = public_url(event)
    strip = [(f"{event.get_kind_display()}, {wording.day(event.begins_at)}", True), (shown.hours, False)]
    return _sheet(
        name=f"{one_line(event.title)}, {wording.day(event.begins_at)}",
        title=one_line(event.title),
        lead=one_line(event.summary),
        date={
            "weekday": format_date(begin, "l"),
            "day": format_date(begin, "j."),
            "month": format_date(begin, "F"),
        },
        facts=[line for line in lines if line["text"]],
        appeal="Mehr erfahren und anmelden",
        call="oder rufen Sie an:",
        url=url,
        strip=strip,
    )


def for_joining() -> bytes:
    """The sheet that asks to join the network."""
    return _sheet(
        name=f"Mitmachen: {settings.SITE_NAME}",
        title=f"Alleinerziehend in {_whole(settings.REGION)}?",
        lead="Bei uns brennt Licht. Wir treffen uns mit Kinderbetreuung, helfen einander und wissen, wo es Hilfe gibt.",
        date=None,
        facts=[
            _fact("Eine E-Mail-Adresse genügt. Auch ohne Namen."),
            _fact("Etwa vier Einladungen im Jahr. Kein Betreff verrät, worum es geht."),
            _fact("Kostenlos. Niemand sieht, dass Sie dabei sind."),
        ],
        appeal="Machen Sie mit",
        call="Lieber mit jemandem reden?",
        url=f"{settings.SITE_URL}/mitmachen/",
        strip=[(settings.SITE_NAME, True)],
        scene=_scene(),
    )


def _sheet(*, url: str, strip: list[tuple[str, bool]], scene: str = "", **texts: Any) -> bytes:
    host, path = _readable(url)
    lines = [*strip, (host, False), (path, False), (f"Telefon {settings.CONTACT_PHONE}", True)]
    title = texts["title"]
    data = texts | {
        "site": settings.SITE_NAME,
        "owners": settings.SITE_OWNERS,
        "hyphenate": any(len(word) > _LONG_WORD for word in re.split(r"[\s-]", title)),
        "title_size": next((size for most, size in _SIZES if len(title) <= most), 22),
        "address": {"host": host, "path": path},
        "phone": settings.CONTACT_PHONE,
        "strip": [{"text": text, "strong": strong} for text, strong in lines],
        "qr": _qr(url),
        "qr_alt": f"QR-Code mit der Adresse {host}{path}",
        "logo": (settings.BASE_DIR / "static" / "logo.svg").read_text(),
        "scene": scene,
    }
    try:
        return _compile(data)
    except typst.TypstError:
        return _compile(_drawable(data))  # a letter that no font has


def _compile(data: dict[str, Any]) -> bytes:
    pdf = typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"data": json.dumps(data)},
    )
    assert isinstance(pdf, bytes)
    return pdf


def _qr(url: str) -> str:
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#14302a", xmldecl=False)
    return drawn.getvalue().decode()


def _fact(text: str, *, strong: bool = False, children: bool = False) -> dict[str, Any]:
    return {"text": _BREAKS.sub("\\g<0>\u200b", text), "strong": strong, "children": children}


def _whole(name: str) -> str:
    """The name with its hyphens kept on one line."""
    return name.replace("-", "-\u2060")


def _readable(url: str) -> tuple[str, str]:
    """Host and path as they are typed."""
    host, _, path = url.partition("://")[2].partition("/")
    return host.removeprefix("www."), f"/{path}"


def _scene() -> str:
    """The house with its lit windows, in colours of its own."""
    drawing = get_template("drawings/house.svg").render()
    rules = [f".{name}{{fill:{colour}}}" for name, colour in _COLOURS.items()]
    rules += [f".{name}{{{rule}}}" for name, rule in _LINES.items()]
    opening = re.compile(r"<svg ([^>]*)>")
    # the hills go on to both sides
    drawing = drawing.replace('viewBox="0 0 720 470" width="720"', 'viewBox="-218 0 1156 470" width="1156"')
    namespace = "" if "xmlns=" in drawing else 'xmlns="http://www.w3.org/2000/svg" '
    return opening.sub(rf"<svg {namespace}\1><style>{''.join(rules)}</style>", drawing, count=1)


def _drawable(value: Any) -> Any:
    """The data without letters that the portal's font lacks."""
    if isinstance(value, dict):
        return {name: _drawable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_drawable(each) for each in value]
    return "".join(char for char in value if ord(char) in _letters()) if isinstance(value, str) else value


@functools.cache
def _letters() -> frozenset[int]:
    with TTFont(FONTS / "Figtree[wght].ttf", lazy=True) as font:
        return frozenset(font.getBestCmap()) | {ord("\n")}
