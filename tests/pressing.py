"""Presses a button of a page without a browser: sends what stands in the form around it, as a browser would."""

from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

Data = dict[str, str | list[str]]


def press(client: Client, html: str, button: str, at: str = "", **changes: str | list[str]) -> str:
    """The page that follows. `changes` are what somebody chose or typed before; `at` is the page's own path."""
    answer = send(client, html, button, at, **changes)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, html: str, button: str, at: str = "", **changes: str | list[str]) -> HttpResponse:
    """The answer, after what it leads to."""
    path, data = form_of(html, button, at, **changes)
    return client.post(path, data, follow=True, headers={"referer": f"http://testserver{at}"} if at else None)


def form_of(html: str, button: str, at: str = "", **changes: str | list[str]) -> tuple[str, Data]:
    """Where the form with this button sends, and what."""
    reader = _Forms()
    reader.feed(html)
    [form] = [form for form in reader.forms if button in form.buttons]
    pressed = form.buttons[button]
    assert changes.keys() <= form.names, (changes.keys() - form.names, sorted(form.names))
    data: Data = {name: values for name, values in form.values.items() if values}
    data |= {pressed["name"]: pressed.get("value") or ""} if pressed.get("name") else {}
    return pressed.get("formaction") or form.action or at, data | changes


class _Form:
    def __init__(self, action: str) -> None:
        self.action = action
        self.values: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.buttons: dict[str, dict[str, str]] = {}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = ""
        self._first: str | None = None  # what a browser chooses where nothing is chosen
        self._text: tuple[dict[str, str], list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = _Form(values.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        if tag == "input" and values.get("type") == "submit":
            self._form.buttons[values["value"]] = values
        elif tag == "input" and values.get("name"):
            self._form.names.add(values["name"])
            if values.get("type") not in ("radio", "checkbox", "file") or "checked" in values:
                self._add(values["name"], values.get("value", "on" if values.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._form.names.add(values["name"])
            self._select, self._first = values["name"], None
            self._chosen = "multiple" in values
        elif tag == "option" and self._select:
            self._first = values.get("value", "") if self._first is None else self._first
            if "selected" in values:
                self._add(self._select, values.get("value", ""))
                self._chosen = True
        elif tag in ("textarea", "button"):
            self._text = values, []

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if self._form is None:
            return
        if tag == "select" and self._select:
            if not self._chosen and self._first is not None:
                self._add(self._select, self._first)
            self._select = ""
        elif tag == "textarea" and self._text:
            self._form.names.add(self._text[0]["name"])
            self._add(self._text[0]["name"], "".join(self._text[1]).removeprefix("\n"))
            self._text = None
        elif tag == "button" and self._text:
            self._form.buttons[" ".join("".join(self._text[1]).split())] = self._text[0]
            self._text = None

    def _add(self, name: str, value: str) -> None:
        assert self._form is not None
        self._form.values.setdefault(name, []).append(value)
