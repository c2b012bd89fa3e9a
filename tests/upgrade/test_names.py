"""What people have in bookmarks, scripts and settings keeps its name (`names-5534b9c.json`)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import get_commands
from django.urls import URLPattern, get_resolver

from tests.test_house import text, tracked

NAMES: dict[str, list[str]] = json.loads(Path(__file__).with_name("names-5534b9c.json").read_text())


def paths(patterns: list[Any], before: str = "") -> Iterator[str]:
    """Every path of the portal, with <> for what varies."""
    for pattern in patterns:
        path = re.sub(r"<(?:\w+:)?\w+>", "<>", before + str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from paths(pattern.url_patterns, path)


def test_every_old_url_is_still_there() -> None:
    assert sorted(set(NAMES["urls"]) - set(paths(get_resolver().url_patterns))) == []


def test_every_old_command_is_still_there() -> None:
    assert sorted(set(NAMES["commands"]) - set(get_commands())) == []


def test_every_old_permission_is_still_there() -> None:
    found = {f"{model._meta.app_label}.{name}" for model in apps.get_models() for name, _ in model._meta.permissions}
    assert sorted(set(NAMES["permissions"]) - found) == []


def test_every_old_setting_is_still_read() -> None:
    source = "".join(text(path) for path in tracked("netzwerk/*.py"))
    assert [name for name in NAMES["settings"] if f'"{name}"' not in source] == []
