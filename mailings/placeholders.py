"""The $placeholders of a text: how they are replaced, and which of them are unknown."""

import html
import re
from collections.abc import Iterable
from string import Template

_USED = re.compile(r"\$(?:\$|[a-zA-Z_][a-zA-Z_0-9]*|\{[^}]*\}?)?")


def fill(source: str, values: dict[str, str]) -> str:
    """`source` with its placeholders replaced. Raises KeyError for one that has no value."""
    return Template(source).substitute(values)


def parts(source: str) -> list[str]:
    """`source` split for `join`: text, placeholder, text, placeholder …, text. Raises ValueError for a lone $."""
    found, text, end = [], "", 0
    for match in Template.pattern.finditer(source):
        text, end = text + source[end : match.start()], match.end()
        name = match["named"] or match["braced"]
        if name:
            found += [text, name]
            text = ""
        elif match["escaped"] is not None:
            text += "$"
        else:
            raise ValueError(f"A lone $ in {source!r}.")
    return [*found, text + source[end:]]


def join(taken_apart: list[str], values: dict[str, str]) -> str:
    """The same result as `fill`, from the output of `parts`. Raises KeyError for a placeholder without a value."""
    return "".join([values[part] if place % 2 else part for place, part in enumerate(taken_apart)])


def escaped(values: dict[str, str]) -> dict[str, str]:
    return {name: html.escape(value) for name, value in values.items()}


def fill_html(source: str, values: dict[str, str]) -> str:
    return fill(source, escaped(values))


def literal(text: str) -> str:
    """Escapes `text` so that no part of it is a placeholder."""
    return text.replace("$", "$$")


def unknown(source: str, known: Iterable[str], *, braces: bool = False) -> list[str]:
    """What `source` has of placeholders that are not `known`, as written; a lone $ too, but not the escaped "$$".

    `${name}` is known only with `braces`.
    """
    names = list(known)
    right = {"$$", *(f"${name}" for name in names), *(f"${{{name}}}" for name in names if braces)}
    return [used for used in _USED.findall(source) if used not in right]
