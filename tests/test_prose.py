"""What people read in code and documents is plain English: a sentence begins with the thing it speaks of."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

import pytest

from tests.test_house import statements, text, tracked

WHO = re.compile(r"(?:^[\s#*>-]*|[.:!?|(] )Who(?:ever)?\s", re.MULTILINE)
# "Of an open report." needs the line above it to be understood, and "Two queries." says nothing of what they are for.
FRAGMENT = re.compile(r"(?:Of (?!two |three )|As `|\w+ quer(?:y|ies)\.$)")
QUOTATION = re.compile(r"""\s*["'„“”«»‚‘]""")


@cache
def docstrings(source: str) -> list[str]:
    """The docstrings of a module. Each is read once for all tests: to walk the trees of all modules takes seconds."""
    return list(_docstrings(source))


def _docstrings(source: str) -> Iterator[str]:
    for node in statements(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def prose(source: str) -> Iterator[str]:
    """The docstrings and the comments of a module."""
    yield from docstrings(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def test_no_sentence_begins_with_who() -> None:
    # To take a module apart takes long, so only where the word stands at all.
    read = {path: list(prose(source)) for path in tracked("*.py") if "Who" in (source := text(path))}
    read |= {path: [text(path)] for path in tracked("*.md", "*.html", "*.css", "*.js")}
    assert [(str(path), found[0]) for path, said in read.items() for each in said for found in WHO.finditer(each)] == []


def test_no_docstring_begins_with_a_quotation() -> None:
    said = ((path, each) for path in tracked("*.py") for each in docstrings(text(path)))
    assert [(str(path), each[:40]) for path, each in said if QUOTATION.match(each)] == []


def test_no_docstring_is_a_fragment() -> None:
    said = ((path, each) for path in tracked("*.py") for each in docstrings(text(path)))
    assert [(str(path), each[:40]) for path, each in said if FRAGMENT.match(each)] == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Who has left is cancelled.", True),
        ("It is locked. Whoever comes waits.", True),
        ("It is locked.\nWho\ncomes waits.", True),
        ("| door | Who is there |", True),
        ("# Who may come?", True),
        ("- Who left", True),
        ("It says who comes. The one who waits is told.", False),
        ("Dr. Whoopi is no one we know.", False),
    ],
)
def test_a_sentence_that_begins_with_who_is_found(said: str, found: bool) -> None:
    assert bool(WHO.search(said)) is found


def test_what_is_read_is_a_module_s_docstrings_and_comments_and_nothing_else() -> None:
    source = '"""Top."""\n\n\ndef a() -> str:\n    """ "Quoted." """\n    return "Who"  # Why.\n'
    assert list(prose(source)) == ["Top.", '"Quoted." ', "# Why."]
    assert QUOTATION.match('"Quoted."')
