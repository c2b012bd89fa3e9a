"""Presses a button of a page without a browser: sends what stands in the form around it, as a browser would."""

import re
from html import unescape

from django.test import Client

TICKED = ("radio", "checkbox")


def press(client: Client, html: str, button: str, **changes: str) -> str:
    """The page that follows. `changes` are what somebody chose or typed before."""
    [form] = [form for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL) if _button(form, button)]
    pressed = _button(form, button)
    fields = [_attributes(tag) for tag in re.findall(r"<input\b[^>]*>", form)]
    data = {
        field["name"]: field.get("value", "on" if field.get("type") in TICKED else "")
        for field in fields
        if "name" in field and (field.get("type") not in TICKED or "checked" in field)
    }
    assert changes.keys() <= {field.get("name") for field in fields}
    data |= {pressed["name"]: pressed.get("value", "")} if "name" in pressed else {}
    path = pressed.get("formaction") or _attributes(form)["action"]
    answer = client.post(path, data | changes, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def _button(form: str, words: str) -> dict[str, str]:
    """The attributes of the button; empty if the form has none with these words."""
    found = re.search(rf"<button\b[^>]*>\s*{re.escape(words)}\s*</button>", form)
    return _attributes(found[0]) if found else {}


def _attributes(tag: str) -> dict[str, str]:
    begin = tag[: tag.index(">")]
    found = re.findall(r'([\w-]+)(?:="([^"]*)")?', begin)
    return {name: unescape(value) for name, value in found[1:]}
