"""What goes into the image of a container: the portal's own files, no secrets and nothing of the machine (O-06)."""

from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings

NEEDED = ["manage.py", "requirements.txt", "pyproject.toml", "locale", "static", "templates"]
SECRET = [".git", ".data", ".venv", "deploy", "env", "netzwerk.dump"]


def goes_in(path: str, rules: list[str]) -> bool:
    """As the tools read their file: the last rule that fits decides."""
    inside = True
    for rule in rules:
        if fnmatch(path, rule.removeprefix("!")):
            inside = rule.startswith("!")
    return inside


def lines(name: str) -> list[str]:
    return [line for line in Path(settings.BASE_DIR, name).read_text().splitlines() if line and line[0] != "#"]


def test_the_image_holds_the_portal_and_no_secret() -> None:
    rules = lines(".dockerignore")
    apps = [path.parent.name for path in Path(settings.BASE_DIR).glob("*/__init__.py") if path.parent.name != "tests"]
    assert len(apps) >= 5
    for path in [*NEEDED, *apps]:
        assert goes_in(path, rules), path
    assert not [path for path in SECRET if goes_in(path, rules)]


def test_the_settings_of_the_containers_never_go_into_the_repository() -> None:
    assert "env_file: env" in Path(settings.BASE_DIR, "deploy/compose.yaml").read_text()
    assert "deploy/env" in lines(".gitignore")
