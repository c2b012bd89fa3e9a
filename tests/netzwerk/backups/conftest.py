"""A key, a folder for backups, and one backup of the migrated portal for all tests that only read it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest
from django.test import override_settings
from django.utils import timezone

from netzwerk.backups import making
from netzwerk.models import Heartbeat


class Key(NamedTuple):
    public: str
    file: Path


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return new_key(tmp_path_factory.mktemp("key") / "schluessel.txt")


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker, tmp_path_factory, key: Key) -> Iterator[Path]:
    """Made once: pg_dump costs half a second."""
    folder = tmp_path_factory.mktemp("backups")
    with django_db_blocker.unblock(), override_settings(BACKUP_DIR=str(folder), BACKUP_KEY=[key.public]):
        path = making.make()
        Heartbeat.objects.filter(name=Heartbeat.Name.BACKUP).delete()
    return path


@pytest.fixture
def backup_dir(settings, tmp_path: Path, key: Key) -> Path:
    settings.BACKUP_DIR, settings.BACKUP_KEY = str(tmp_path / "sicherungen"), [key.public]
    return tmp_path / "sicherungen"


def new_key(file: Path) -> Key:
    identity = pyrage.x25519.Identity.generate()
    file.write_text(f"# Kreishaus, Tresor\n{identity}\n")
    return Key(str(identity.to_public()), file)


def old(folder: Path, days: float) -> Path:
    """What looks like a backup from so many days ago."""
    folder.mkdir(exist_ok=True)
    path = folder / f"netzwerk-{timezone.now() - timedelta(days=days):%Y%m%d-%H%M%S}.tar.age"
    path.write_bytes(b"alt")
    making.checksum_of(path).write_text("alt")
    return path
