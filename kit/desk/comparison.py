"""Two versions of a record side by side: where they differ, what each has changed, and what an officer has chosen."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.forms import BoundField, ModelForm
from django.http import QueryDict
from django.utils.safestring import SafeString

from kit.desk import versions
from kit.desk.versions import Form, FormSet, Part, Version

CHOICE = "keep"  # of the whole, and with ":" and the key of a part for that one
MINE, THEIRS = "mine", "theirs"


class Forms(NamedTuple):
    """The form of a record and its inline lists."""

    form: ModelForm[Any]
    formsets: list[FormSet]

    @property
    def version(self) -> Version:
        return versions.of(self.form, self.formsets)


class Difference(NamedTuple):
    """One part of which the versions differ, with what each has changed marked; None: it has no such row."""

    name: str
    label: str
    mine: SafeString | None
    theirs: SafeString | None
    mine_is_new: bool
    theirs_is_new: bool

    @property
    def takes_theirs(self) -> bool:
        """What is suggested: theirs only where I have changed nothing."""
        return self.theirs_is_new and not self.mine_is_new


class Comparison(NamedTuple):
    """My version, theirs, and the one before both: empty if it is unknown."""

    forms: Forms
    mine: Version
    theirs: Version
    before: Version

    @property
    def overwrites(self) -> bool:
        """Whether saving mine would undo something that they have changed."""
        return any(
            self.before.get(key) != self.theirs.get(key) and not versions.same(self.mine.get(key), self.theirs.get(key))
            for key in {*self.before, *self.mine, *self.theirs}
        )

    def differences(self) -> Iterator[Difference]:
        for key, label, words in self._parts():
            mine, theirs, before = (version.get(key) for version in (self.mine, self.theirs, self.before))
            if not versions.same(mine, theirs):
                yield Difference(
                    f"{CHOICE}:{key}",
                    label,
                    _marked(words(mine), words(theirs if before is None else before)),
                    _marked(words(theirs), words(mine if before is None else before)),
                    not versions.same(mine, before),
                    not versions.same(theirs, before),
                )

    def changes(self) -> Iterator[tuple[str, str, str]]:
        """Label, my words and theirs, of each part in which the versions differ."""
        for key, label, words in self._parts():
            if not versions.same(self.mine.get(key), self.theirs.get(key)):
                yield label, words(self.mine.get(key)) or "", words(self.theirs.get(key)) or ""

    def equal(self) -> list[tuple[str, str]]:
        """Label and words of what is the same in both."""
        return [
            (label, words(self.mine.get(key)) or "")
            for key, label, words in self._parts()
            if versions.same(self.mine.get(key), self.theirs.get(key))
        ]

    def _parts(self) -> Iterator[tuple[str, str, Any]]:
        """Key, label, and what puts the part into words."""
        for field in versions.fields(self.forms.form):
            yield field.name, str(field.label), lambda part, field=field: _field_in_words(field, part)
        for formset in self.forms.formsets:
            name = str(versions.model_of(formset)._meta.verbose_name)
            known = {**self.theirs, **self.mine}
            for number, key in enumerate((key for key in known if versions.is_row(key, formset)), 1):
                yield key, f"{name} {number}", lambda part, row=formset.empty_form: _row_in_words(row, part)


def chosen(posted: QueryDict, mine: Version, theirs: Version) -> Version:
    """The version to store: each part as the officer chose it, mine or theirs."""
    whole = posted.get(CHOICE)
    result: Version = {}
    for key in {**theirs, **mine}:
        choice = whole if whole in (MINE, THEIRS) else posted.get(f"{CHOICE}:{key}", MINE)
        version = theirs if choice == THEIRS else mine
        if key in version:
            result[key] = version[key]
    return result


def _field_in_words(field: BoundField, part: Part | None) -> str | None:
    return None if part is None else versions.in_words(field, part)


def _row_in_words(row: Form, part: Part | None) -> str | None:
    if part is None:
        return None
    held = [
        (field, {name: part[name] for name in versions.names(field, field.name) if name in part})
        for field in versions.fields(row)
    ]
    return "\n".join(f"{field.label}: {versions.in_words(field, texts)}" for field, texts in held)


def _marked(text: str | None, before: str | None) -> SafeString | None:
    return None if text is None else versions.marked(text, before or "")
