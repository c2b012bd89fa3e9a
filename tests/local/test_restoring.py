"""`make restore`: what make passes on."""

import contextlib
import subprocess
from pathlib import Path

import pytest

from netzwerk.local import restoring


@pytest.mark.parametrize(("replace", "last"), [("", "key.txt"), ("0", "key.txt"), ("1", "--replace")])
def test_replace_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, replace: str, last: str) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, **options: called.append(command) or 1)
    monkeypatch.setattr(restoring, "alone", contextlib.nullcontext)
    monkeypatch.setattr(restoring, "database", lambda stack: None)
    monkeypatch.setattr(restoring, "NOTE", tmp_path / "run.env")
    assert restoring.main(["b.tar.age", "key.txt", replace]) == 1
    assert called[0][2:5] == ["restore", "b.tar.age", "--identity"]
    assert called[0][-1] == last


def test_without_a_key_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert restoring.main(["b.tar.age", "", ""]) == 2
    assert "make restore FILE=" in capsys.readouterr().out
