"""What a form of the desk holds, as plain text: to see whether it has changed, and to lay two versions side by side.

A version says for each part of a form (a field, or a row of an inline list) what a browser would send of it. So the
page as it was loaded, what an officer has typed, and the row as it is now can be compared, whatever the fields are.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple, TypeAlias, cast

from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import (
    BaseForm,
    BaseInlineFormSet,
    BoundField,
    CheckboxInput,
    FileInput,
    ModelChoiceField,
    MultiWidget,
    Widget,
)
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.widgets import ChoiceWidget
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Form = BaseForm
FormSet: TypeAlias = "BaseInlineFormSet[Any, Any, Any]"
Part = dict[str, list[str]]  # the name of a field → what is sent of it
Version = dict[str, Part]

_SALT = "kit.desk.versions"
# With the spaces behind it. "8.30" and "23125-145" are one word each.
_WORD = re.compile(r"(?:\w[\w.-]*\w|\w|[^\w\s]+)\s*")


class Loaded(NamedTuple):
    """A version as a page has shown it, and when that was (seconds)."""

    version: Version
    at: float


def of(form: Form, formsets: list[FormSet]) -> Version:
    """What is in the form, bound or not."""
    version: Version = {field.name: _sent(field, field.html_name) for field in fields(form)}
    for formset in formsets:
        for key, row in rows(formset):
            version[key] = dict(item for field in fields(row) for item in _sent(field, field.name).items())
    return version


def fields(form: Form) -> Iterator[BoundField]:
    """The fields that people fill in."""
    for field in form:
        if not (field.is_hidden or field.field.disabled or field.name == DELETION_FIELD_NAME):
            yield field


def rows(formset: FormSet) -> Iterator[tuple[str, Form]]:
    """The rows of an inline list, each with the key of its part; without the empty and the deleted ones."""
    if formset.is_bound and not formset.management_form.is_valid():
        return
    for place, row in enumerate(formset.forms):
        if formset.is_bound and formset.can_delete and row.data.get(row.add_prefix(DELETION_FIELD_NAME)):
            continue
        pk = row[_pk_name(formset)].value()
        if pk:
            yield f"{formset.prefix}:{pk}", row
        elif formset.is_bound and row.has_changed():
            yield f"{formset.prefix}:new{place}", row


def model_of(formset: FormSet) -> type[Model]:
    return cast(type[Model], formset.model)


def is_row(key: str, formset: FormSet) -> bool:
    return key.startswith(f"{formset.prefix}:")


def names(field: BoundField, name: str) -> list[str]:
    """The names under which a browser sends the field that is called `name`: some have several widgets."""
    widget = _widget(field)
    return [name + suffix for suffix in (_suffixes(widget) if isinstance(widget, MultiWidget) else [""])]


def pack(version: Version, at: float) -> str:
    return signing.dumps([version, at], salt=_SALT, compress=True)


def unpack(packed: str) -> Loaded | None:
    """None unless this portal has packed it."""
    try:
        return Loaded(*signing.loads(packed, salt=_SALT))
    except signing.BadSignature:
        return None


def same(one: Part | None, other: Part | None) -> bool:
    """Spaces around a text do not count: forms drop them."""
    return one is other or (one is not None and other is not None and _plain(one) == _plain(other))


def in_words(field: BoundField, part: Part) -> str:
    """What the part holds, as people read it; "" means nothing."""
    widget, values = _widget(field), [value for texts in part.values() for value in texts if value]
    if isinstance(widget, CheckboxInput):
        return "ja" if values else "nein"
    if isinstance(widget, ChoiceWidget):
        known = {str(value): str(label) for group in widget.optgroups("", []) for value, label in _options(group)}
        return ", ".join(known.get(value, value) for value in values)
    if isinstance(field.field, ModelChoiceField) and values:
        try:
            return str(field.field.clean(values[0]))
        except ValidationError:
            return values[0]
    return "\n".join(values) if len(values) < 2 else " ".join(values)


def marked(text: str, before: str) -> SafeString:
    """The text with <mark> around the words that did not stand in it before."""
    words, old = _WORD.findall(text), _WORD.findall(before)
    pieces = []
    compared = SequenceMatcher(None, [word.rstrip() for word in old], [word.rstrip() for word in words])
    for kind, _from, _to, start, end in compared.get_opcodes():
        piece = "".join(words[start:end])
        if kind in ("insert", "replace") and piece:
            pieces.append(f"<mark>{escape(piece.rstrip())}</mark>{piece[len(piece.rstrip()) :]}")
        else:
            pieces.append(escape(piece))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


def merged(typed: QueryDict, form: Form, formsets: list[FormSet], chosen: Version, stored: Version) -> QueryDict:
    """`typed` with the chosen parts, as a browser would send it over the `stored` version."""
    result = typed.copy()
    for field in fields(form):
        for name in names(field, field.html_name):
            result.pop(name, None)
        for name, values in chosen.get(field.name, {}).items():
            result.setlist(name, values)
    for formset in formsets:
        _merge_rows(result, formset, chosen, stored)
    return result


def _merge_rows(result: QueryDict, formset: FormSet, chosen: Version, stored: Version) -> None:
    prefix, pk_name = str(formset.prefix), _pk_name(formset)
    for name in [name for name in result if re.match(rf"{re.escape(prefix)}-\d+-", name)]:
        del result[name]
    held = [key for key in stored if is_row(key, formset)]
    more = [key for key in chosen if is_row(key, formset) and key not in stored]
    for place, key in enumerate([*held, *more]):
        part = chosen.get(key)
        for name, values in (stored[key] if part is None else part).items():
            result.setlist(f"{prefix}-{place}-{name}", values)
        if key in stored:
            result[f"{prefix}-{place}-{pk_name}"] = key.rpartition(":")[2]
        if part is None:
            result[f"{prefix}-{place}-{DELETION_FIELD_NAME}"] = "on"
    result[f"{prefix}-TOTAL_FORMS"] = str(len(held) + len(more))
    result[f"{prefix}-INITIAL_FORMS"] = str(len(held))


def _pk_name(formset: FormSet) -> str:
    return str(model_of(formset)._meta.pk.name)


def _sent(field: BoundField, name: str) -> Part:
    return dict(_of_widget(_widget(field), name, field.value()))


def _of_widget(widget: Widget, name: str, value: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(widget, MultiWidget):
        values = value if isinstance(value, list) else widget.decompress(value)
        for suffix, each, one in zip(_suffixes(widget), widget.widgets, values or [], strict=True):
            yield from _of_widget(each, name + suffix, one)
    elif isinstance(widget, CheckboxInput):
        yield name, ["on"] if widget.check_test(value) else []
    elif isinstance(widget, ChoiceWidget):
        yield name, list(widget.format_value(value))
    elif not isinstance(widget, FileInput):
        shown = widget.format_value(value)
        yield name, ["" if shown is None else str(shown)]


def _suffixes(widget: MultiWidget) -> list[str]:
    names: list[str] = widget.widgets_names  # type: ignore[attr-defined] # missing in the stubs
    return names


def _widget(field: BoundField) -> Widget:
    widget = field.field.widget
    return widget.widget if isinstance(widget, RelatedFieldWidgetWrapper) else widget


def _options(group: Any) -> list[tuple[Any, Any]]:
    return [(option["value"], option["label"]) for option in group[1]]


def _plain(part: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: [text for value in values if (text := value.replace("\r\n", "\n").strip())]
        for name, values in part.items()
    }
