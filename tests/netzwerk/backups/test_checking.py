"""What a file of a backup proves, and by what two databases are compared (O-02)."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from netzwerk.backups import manifest
from netzwerk.models import Heartbeat
from tests.netzwerk.backups.conftest import Key

pytestmark = pytest.mark.django_db


def test_a_check_proves_as_much_as_the_machine_can(made: Path, key: Key, tmp_path: Path, settings) -> None:
    def checked(file: Path) -> str:
        out = io.StringIO()
        call_command("backup", "--check", str(file), stdout=out)
        return out.getvalue()

    assert "noch, wie sie geschrieben wurde" in checked(made)
    alone = tmp_path / made.name
    alone.write_bytes(made.read_bytes())
    with pytest.raises(CommandError, match="nichts zu prüfen"):
        checked(alone)
    (tmp_path / f"{made.name}.sha256").write_text(f"{'0' * 64}  {made.name}")
    with pytest.raises(CommandError, match="beschädigt"):
        checked(alone)
    settings.BACKUP_IDENTITY = str(key.file)
    assert "In Ordnung: Sicherung vom" in checked(made)
    with pytest.raises(CommandError, match="Diese Datei gibt es nicht"):
        checked(tmp_path / "fort.tar.age")


def test_tables_are_compared_by_what_is_in_them() -> None:
    def seen() -> dict[str, list]:
        with connection.cursor() as cursor:
            return manifest.fingerprints(cursor)

    before = seen()
    Heartbeat.objects.create(name="backup")
    assert manifest.differences(before, seen()) == ["public.netzwerk_heartbeat"]
    Heartbeat.objects.filter(name="backup").delete()
    assert manifest.differences(before, seen()) == []
    assert manifest.differences(before, before | {"public.neu": [0, "0"]}) == ["public.neu"]
