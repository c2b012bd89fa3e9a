"""Fills a form of a page with what somebody had typed into it before. Everything else of the page stays as it is."""

from collections import defaultdict
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.template.response import TemplateResponse

from kit.desk.typed import KEPT, OWNER, Typed

_OURS = {"csrfmiddlewaretoken", OWNER, KEPT}
_BUTTONS = {"submit", "button", "image", "reset"}
Attributes = list[tuple[str, str | None]]


@dataclass
class _Form:
    action: str
    method: str
    names: set[str] = field(default_factory=set)
    buttons: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Element:
    """A tag or the text of a textarea: where it stands in the page, and in which form."""

    kind: str
    attributes: Attributes
    start: int
    end: int
    form: int


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        for line in html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.forms: list[_Form] = []
        self.elements: list[_Element] = []
        self._form = -1
        self._select: Attributes = []
        self._textarea: tuple[Attributes, int] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        values = dict(attrs)
        if tag == "form":
            self._form = len(self.forms)
            self.forms.append(_Form(values.get("action") or "", (values.get("method") or "get").lower()))
            self._add(tag, attrs, start, end)
        elif self._form >= 0 and tag in ("input", "select", "textarea", "button", "option"):
            self._field(tag, attrs, start, end)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea:
            attributes, start = self._textarea
            self._add("text", attributes, start, self._here())
            self._textarea = None
        elif tag == "form":
            self._add("/form", [], self._here(), self._here())
            self._form = -1

    def _field(self, tag: str, attrs: Attributes, start: int, end: int) -> None:
        values, form = dict(attrs), self.forms[self._form]
        name = values.get("name") or ""
        if tag == "button" or (tag == "input" and values.get("type") in _BUTTONS):
            form.buttons.add(name)
            return
        if tag == "select":
            self._select = attrs
        elif tag == "textarea":
            self._textarea = attrs, end
        elif tag == "option":
            name = ""
            attrs = [*attrs, (" of", dict(self._select).get("name"))]
            self._add(tag, attrs, start, end)
        else:
            self._add(tag, attrs, start, end)
        form.names.add(name)

    def _add(self, kind: str, attributes: Attributes, start: int, end: int) -> None:
        self.elements.append(_Element(kind, attributes, start, end, self._form))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def fill(html: str, typed: Typed) -> str | None:
    """The page with the form filled in; None if it has no such form. What the form has no field for is kept hidden."""
    page = _Reader(html)
    found = _form_of(page, typed)
    if found is None:
        return None
    left: dict[str, list[str]] = defaultdict(list)
    for name, text in typed.fields:
        left[name].append(text.replace("\0", ""))
    chosen = {name: set(texts) for name, texts in left.items()}
    pieces, at = [], 0
    for element in page.elements:
        if element.form == found:
            pieces += [html[at : element.start], _filled(element, html, typed, left, chosen, page.forms[found])]
            at = element.end
    return "".join([*pieces, html[at:]])


def filled(answer: HttpResponse, typed: Typed) -> HttpResponse:
    """The page with its form filled in; as it is if it has no such form, or only leads elsewhere."""
    if isinstance(answer, TemplateResponse):
        answer.render()
        answer.content = fill(answer.content.decode(), typed) or answer.content
    return answer


def _form_of(page: _Reader, typed: Typed) -> int | None:
    """The form that sends to the same path and has most of the fields."""
    names = {name for name, _text in typed.fields}
    fitting = [
        (len(names & form.names), -place)
        for place, form in enumerate(page.forms)
        if form.method == "post" and _path(urljoin(typed.page, form.action)) == _path(typed.path)
    ]
    return -max(fitting)[1] if fitting else None


def _filled(
    element: _Element,
    html: str,
    typed: Typed,
    left: dict[str, list[str]],
    chosen: dict[str, set[str]],
    form: _Form,
) -> str:
    values = dict(element.attributes)
    name, as_it_is = values.get("name") or "", html[element.start : element.end]
    if element.kind == "form":
        return _tag("form", element.attributes, action=typed.path)
    if element.kind == "/form":
        return _hidden(left, form)
    if element.kind == "option":
        within = values.get(" of") or ""
        if within not in chosen:
            return as_it_is
        return _tag("option", element.attributes, selected=(values.get("value") or "") in chosen[within])
    if name in _OURS or values.get("type") == "file":
        return as_it_is
    if values.get("type") in ("checkbox", "radio"):
        return _tag("input", element.attributes, checked=(values.get("value") or "on") in chosen.get(name, set()))
    if not left.get(name):
        return as_it_is
    text = left[name].pop(0)
    # HTML drops one newline at the beginning of a textarea.
    return f"\n{escape(text)}" if element.kind == "text" else _tag("input", element.attributes, value=text)


def _hidden(left: dict[str, list[str]], form: _Form) -> str:
    """What the form has no field for: rows that a script had added."""
    more = [(name, text) for name, texts in left.items() if name not in form.names | form.buttons for text in texts]
    return "".join(
        _tag("input", [("type", "hidden"), ("name", name), ("value", text)]) for name, text in more if name[:1] != "_"
    )


def _tag(kind: str, attributes: Attributes, **changes: str | bool) -> str:
    kept = [(name, value) for name, value in attributes if name not in changes and name != " of"]
    added = [(name, None if value is True else value) for name, value in changes.items() if value is not False]
    return f"<{kind}{''.join(_attribute(name, value) for name, value in [*kept, *added])}>"


def _attribute(name: str, value: str | None) -> str:
    return f" {name}" if value is None else f' {name}="{escape(value)}"'


def _path(url: str) -> str:
    return urlsplit(url).path
