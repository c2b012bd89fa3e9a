"""The drawings of the pages for print: each by itself, in the colours of the day."""

import functools
import io
import re
from pathlib import Path
from typing import Any

import segno
from django.contrib.staticfiles import finders
from django.template.loader import get_template

_INK, _LAMP = "#14302a", "#ffc94a"
# On the pages they come from the stylesheet (static/css/tokens.css).
_STYLES = {
    "s-hill1": "fill:#2b6560", "s-hill2": "fill:#1c4c46", "s-hill3": "fill:#123a34", "s-ground": "fill:#0d2b27",
    "s-wall": "fill:#f3ede0", "s-timber": "fill:#3a2a26", "s-roof": "fill:#3c4a50", "s-glow": "fill:#ffd469",
    "s-moon": "fill:#f6ead0", "s-roofline": "fill:none;stroke:#57676d;stroke-width:2",
    "s-bar": "fill:none;stroke:#3a2a26",
}  # fmt: skip
_OPENING = re.compile(r"<svg [^>]*>")
_SYMBOL = re.compile(r'<symbol id="i-([a-z]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)
_SVG = 'xmlns="http://www.w3.org/2000/svg"'


def logo(ink: str = _INK) -> str:
    found = finders.find("logo.svg")
    assert found
    return Path(found).read_text().replace(_INK, ink)


@functools.cache
def scene(view_box: str) -> str:
    """The house at dusk. The hills go on to both sides, beyond the "0 0 720 470" of the pages."""
    rules = "".join(f".{name}{{{style}}}" for name, style in _STYLES.items())
    opening = f'<svg {_SVG} viewBox="{view_box}"><style>{rules}</style>'
    return _OPENING.sub(opening, get_template("drawings/house.svg").render(), count=1)


@functools.cache
def icons() -> dict[str, str]:
    """The icons by name, without "i-"."""
    style = f"fill:none;stroke:{_INK};stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round"
    return {
        name: f'<svg {_SVG} viewBox="{box}" style="{style}"><style>.lit{{fill:{_LAMP}}}</style>{paths}</svg>'
        for name, box, paths in _SYMBOL.findall(get_template("includes/sprite.html").render())
    }


def qr(text: str, error: str, **look: Any) -> str:
    """`error`: how much of the code may be damaged, from "l" (7 %) to "h" (30 %). Drawn for print; `look` is what segno
    is to do otherwise.
    """
    drawn = io.BytesIO()
    how = {"border": 0, "dark": _INK, "xmldecl": False, "nl": False, **look}
    segno.make(text, error=error, micro=False).save(drawn, kind="svg", **how)
    return drawn.getvalue().decode()
