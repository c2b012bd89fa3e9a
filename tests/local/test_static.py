"""Static files are collected beside a portal that runs: it goes on serving those it has begun with."""

import json
from pathlib import Path

import pytest

from netzwerk.local import static


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    monkeypatch.setattr(static, "COLLECTED", folder)
    monkeypatch.setattr(static, "MANIFEST", folder / "staticfiles.json")
    monkeypatch.setattr(static, "STAMP", tmp_path / "static.stamp")
    monkeypatch.setattr(static, "ASIDE", tmp_path / "static.new")
    return folder


def lay(folder: Path, style: str, *others: str) -> None:
    (folder / "css").mkdir(parents=True, exist_ok=True)
    for name in (style, f"{style}.gz", *others):
        (folder / "css" / name).write_text(style)
    (folder / "staticfiles.json").write_text(json.dumps({"paths": {"css/site.css": f"css/{style}"}}))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def collect(collected: Path, style: str) -> None:
    static.STAMP.unlink(missing_ok=True)
    assert static.begin()
    lay(static.ASIDE / "static", style)
    static.done()


def test_nothing_is_gone_while_files_are_collected_and_last_times_stay(collected: Path) -> None:
    lay(collected, "site.1.css", "gone.css")
    assert static.begin()
    assert names(collected) == ["gone.css", "site.1.css", "site.1.css.gz", "staticfiles.json"]
    collect(collected, "site.2.css")
    assert names(collected) == ["site.1.css", "site.1.css.gz", "site.2.css", "site.2.css.gz", "staticfiles.json"]
    assert "site.2.css" in (collected / "staticfiles.json").read_text()
    collect(collected, "site.3.css")
    assert "site.1.css" not in names(collected)
    assert not static.ASIDE.exists()
    assert not static.begin()  # nothing has changed since


def test_a_collection_that_was_killed_is_done_again(collected: Path) -> None:
    assert static.begin()
    lay(static.ASIDE / "static", "site.1.css")
    assert static.begin()
    assert names(static.ASIDE) == ["staticfiles.json"]
