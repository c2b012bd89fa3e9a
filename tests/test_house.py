"""The house stays one in which a stranger finds the way: small modules, small folders, words that are explained."""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import global_settings, settings

LONGEST_MODULE, LONGEST_FUNCTION, FULLEST_FOLDER = 300, 40, 20
APPS = ("netzwerk", "events", "members", "wegweiser", "mailings", "kit")
DJANGO_AND_MODELS = {"models", "apps", "management", "templatetags"}
PLAIN = {
    "mailings.tokens", "members.greeting", "members.groups", "netzwerk.environment", "netzwerk.gunicorn.conf",
    "netzwerk.settings", "netzwerk.wsgi", "wegweiser.languages",
}  # fmt: skip
PRIVATE = re.compile(r"_(?!_|meta$)").match
NUMBER = re.compile(r"\b[DGLMOPRS]-\d\d[a-z]?\b")
# What belongs to a session of PostgreSQL gets lost, or reaches somebody else, behind a pooler (M-22).
SESSION_STATE = re.compile(
    r"""pg_(?:try_)?advisory_lock|\bPREPARE\b|\bLISTEN\b|\bTEMP(?:ORARY)? TABLE|\bWITH HOLD\b|\.iterator\("""
    r"""|["'`;]\s*SET\s+(?!LOCAL\b)\w|set_config\([^)]*,\s*(?:false|False)\s*\)"""
)
ROW = re.compile(r"^\| ([DGLMOPRS]-\d\d[a-z]?) \| .* \| `tests/[^|]+` \|$", re.MULTILINE)
TEST_NAMED = re.compile(r"`([^`]*\.py)`")


def tracked(*patterns: str) -> list[Path]:
    """The repository's own files, relative to its top."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in listed.stdout.splitlines() if (settings.BASE_DIR / line).exists()]


def modules() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def text(path: Path) -> str:
    return (settings.BASE_DIR / path).read_text(encoding="utf-8")


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """The node and every statement in it, at any depth. Most nodes are expressions, which hold none."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from statements(child)


@cache
def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in statements(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lengths(source: str) -> Iterator[tuple[str, int]]:
    """Every function with its length in lines, decorators left out."""
    for function in functions(source):
        assert function.end_lineno is not None
        yield function.name, function.end_lineno - function.lineno + 1


def inner_imports(source: str) -> Iterator[int]:
    """The lines of imports that stand inside a function."""
    for function in functions(source):
        for node in statements(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno


def test_no_module_is_longer_than_300_lines() -> None:
    assert {str(path): n for path in modules() if (n := text(path).count("\n")) > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    found = {f"{path}: {name}": n for path in modules() for name, n in lengths(text(path)) if n > LONGEST_FUNCTION}
    assert found == {}


def test_no_folder_holds_more_than_20_modules() -> None:
    folders = Counter(str(path.parent) for path in modules() if path.name != "__init__.py")
    assert {folder: n for folder, n in folders.items() if n > FULLEST_FOLDER} == {}


def test_nothing_is_imported_inside_a_function() -> None:
    assert [f"{path}:{line}" for path in modules() for line in inner_imports(text(path))] == []


def test_nothing_depends_on_a_session_of_the_database() -> None:
    own = [path for path in tracked("*.py") if path.parts[0] != "tests"]
    assert [(str(path), found[0]) for path in own for found in SESSION_STATE.finditer(text(path))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('cursor.execute("SET lock_timeout = 5")', True),
        ('"SELECT pg_try_advisory_lock(1)"', True),
        ("PREPARE receipts (bigint) AS", True),
        ("Offer.objects.iterator(500)", True),
        ("set_config('TimeZone', 'UTC', false)", True),
        ('cursor.execute("SET LOCAL lock_timeout = 5")', False),
        ("UPDATE mailings_delivery d SET state = 'sent'", False),
        ("SELECT set_config('x', 'y', true)", False),
        ("SELECT pg_advisory_xact_lock(1)", False),
    ],
)
def test_what_depends_on_a_session_is_found(source: str, found: bool) -> None:
    assert bool(SESSION_STATE.search(source)) is found


def not_there(promises: str) -> list[str]:
    return [path for path in TEST_NAMED.findall(promises) if not (settings.BASE_DIR / path).is_file()]


def test_every_promise_that_is_cited_is_explained_once_and_its_test_exists() -> None:
    promises = text(Path("docs/promises.md"))
    rows = ROW.findall(promises)
    assert [number for number, count in Counter(rows).items() if count > 1] == []
    cited = {
        number for path in tracked("*.py", "*.html", "*.md", "*.css", "*.js") for number in NUMBER.findall(text(path))
    }
    assert sorted(cited - set(rows)) == []
    assert not_there(promises) == []


def test_every_test_that_a_promise_names_is_looked_for() -> None:
    row = "| M-01 | It holds (`test_a.py`). | `tests/gone.py`, `tests/test_house.py` |"
    assert ROW.findall(row) == ["M-01"]
    assert not_there(row) == ["test_a.py", "tests/gone.py"]


def only_slow(source: str) -> bool:
    """Whether `make test` leaves out every test of this file; what only `make proof` can run is none of it."""
    tests = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef) and each.name[:5] == "test_"]
    marks = [{ast.unparse(mark) for mark in each.decorator_list} for each in tests]
    return bool(marks) and all("pytest.mark.slow" in each for each in marks)


def test_every_promise_is_proven_by_a_test_that_is_not_slow() -> None:
    rows = [row for row in text(Path("docs/promises.md")).splitlines() if ROW.match(row)]
    named = [[path for path in TEST_NAMED.findall(row) if path.startswith("tests/")] for row in rows]
    assert len(named) > 100
    assert [paths for paths in named if paths and all(only_slow(text(Path(path))) for path in paths)] == []


def test_a_file_of_slow_tests_is_told_from_others() -> None:
    slow, quick = "@pytest.mark.slow\ndef test_one():\n    pass\n", "def test_two():\n    pass\n"
    assert [only_slow(source) for source in (slow, slow + quick, quick, "")] == [True, False, False, False]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_what_was_tried(name: str) -> None:
    """S-18: with one hash in the file, pip refuses every package that has none, or another."""
    entries = re.split(r"\n(?=\w)", text(Path(name)).strip())
    assert [
        entry for entry in entries if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry, re.DOTALL)
    ] == []


def test_models_know_nothing_of_their_app_but_what_is_listed_here() -> None:
    """A new module of rules is forbidden to models, or named here; a new module of views is known by URLs only."""
    contracts = tomllib.loads(text(Path("pyproject.toml")))["tool"]["importlinter"]["contracts"]
    forbidden, protected = (
        {name for contract in contracts for name in contract.get(key, [])}
        for key in ("forbidden_modules", "protected_modules")
    )
    own = [path.parent if path.name == "__init__.py" else path.with_suffix("") for path in modules()]
    apps_of_models = {("events",), ("members",), ("members", "groups"), ("wegweiser",), ("mailings",), ("netzwerk",)}
    found = {".".join(path.parts) for path in own if path.parts[:-1] in apps_of_models}
    assert {name for name in found - forbidden if name.split(".")[-1] not in DJANGO_AND_MODELS} == PLAIN
    views = {f"**.{path.stem}" for path in own if path.parts[0] in APPS and path.stem.endswith(("views", "admin"))}
    assert sorted(views - protected) == []


def test_the_pages_of_mailings_know_no_page_of_those_who_send() -> None:
    """What only those who send can say is a function named in the settings, as PERSON_URLS is."""
    known = re.compile(r"""\{% url ["'](?!admin:(?:mailings_|index)|mailings:)""")
    pages = tracked("templates/admin/mailings/*.html", "templates/mailings/*.html")
    assert len(pages) > 10
    assert [str(path) for path in pages if known.search(text(path))] == []


def test_every_rule_that_is_ignored_has_its_reason() -> None:
    bare = re.compile(r"# noqa(?!: [A-Z0-9, ]+ - \S)")
    own = [path for path in tracked("*.py") if path.name != "test_house.py"]
    assert [f"{path}: {line}" for path in own for line in text(path).splitlines() if bare.search(line)] == []
    ignored = re.compile(r"^(?:ignore = \"|\"\S+\" = \[\"[A-Z]| +\"[A-Z]+\d+\",).*$", re.MULTILINE)
    found = ignored.findall(text(Path("pyproject.toml")))
    assert len(found) >= 9
    assert [line for line in found if " # " not in line] == []


def test_migrations_carry_their_own_data() -> None:
    """They call no living code of ours; defaults and indexes of columns are what Django's own writer imports."""
    own = re.compile(rf"^from (?:{'|'.join(APPS)})\b(?!\.migrations\b).*$", re.MULTILINE)
    found = {f"{path.parts[0]} {path.stem}": own.findall(text(path)) for path in tracked("*/migrations/*.py")}
    assert [name for name, lines in found.items() if lines] == ["netzwerk 0007_take_over_factors"]  # it says why


def test_the_kit_has_no_model_and_no_setting_of_ours() -> None:
    sources = {path: text(path) for path in modules() if path.parts[0] == "kit"}
    read = {name for source in sources.values() for name in re.findall(r"settings(?:\.|, \")([A-Z_]+)", source)}
    assert "SECRET_KEY" in read
    assert sorted(read - set(dir(global_settings))) == []
    assert [str(path) for path, source in sources.items() if re.search(r"\bmodels\.Model\)|get_model\(", source)] == []


def private_names(source: str) -> Iterator[str]:
    """What a test takes from a module of ours by a name that begins with "_", or replaces there."""
    tree = ast.parse(source)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    ours = [node for node in imports if (node.module or "").split(".")[0] in APPS]
    names = {alias.asname or alias.name for node in ours for alias in node.names}
    yield from filter(PRIVATE, names)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                pass
            case ast.Call(args=[ast.Name(id=owner), ast.Constant(value=str(name)), *_]):
                pass
            case _:
                continue
        if owner in names and PRIVATE(name):
            yield f"{owner}.{name}"


def test_no_test_uses_a_private_name_of_another_module() -> None:
    found = [(str(path), name) for path in modules() if path.parts[0] == "tests" for name in private_names(text(path))]
    assert found == []
    hidden = "from events import seats, _a\nseats._b()\npatch.setattr(seats, '_c', None)\nother._d\nseats.e\n"
    assert sorted(private_names(hidden)) == ["_a", "seats._b", "seats._c"]


def test_every_model_stands_in_the_glossary() -> None:
    named = set(re.findall(r"`(\w+)`", text(Path("docs/glossary.md"))))
    own = {model.__name__ for label in APPS if label != "kit" for model in apps.get_app_config(label).get_models()}
    assert sorted(own - named) == []


@pytest.mark.parametrize(
    ("source", "longest", "imports"),
    [("def a():\n    import re\n    return re\n", 3, [2]), ("import re\n\n\ndef a():\n    return re\n", 2, [])],
)
def test_the_measures_themselves_find_what_they_look_for(source: str, longest: int, imports: list[int]) -> None:
    assert max(length for _, length in lengths(source)) == longest
    assert list(inner_imports(source)) == imports
