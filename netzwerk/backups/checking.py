"""Proves a backup as far as the machine can: by the hash beside it, and with a private key by all that is in it."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netzwerk.backups import Refused, archive, keys
from netzwerk.backups.archive import DUMP
from netzwerk.backups.making import checksum_of
from netzwerk.backups.manifest import Manifest

Take = Callable[[str, bytes], object]
_BLOCK = 1024 * 1024
_PIECE = re.compile(rf"{re.escape(DUMP)}\.\d{{6}}")


def matches_checksum(file: Path) -> bool | None:
    """Whether the file is still what was written; None without a hash beside it. Raises Refused if it is gone."""
    beside = checksum_of(file)
    if not file.is_file():
        raise Refused(f"Diese Datei gibt es nicht: {file}")
    if not beside.is_file():
        return None
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == beside.read_text()[:64]


def unpack(file: Path, identities: list[Any], take: Take = lambda name, block: None) -> Manifest:
    """Decrypts the whole file and compares everything in it with its manifest; `take` gets each file in blocks.

    Raises Refused for a file that is damaged, incomplete, not ours, or newer than this portal.
    """
    if not file.is_file():
        raise Refused(f"Diese Datei gibt es nicht: {file}")
    hashes: dict[str, Any] = {}
    found: Manifest | None = None
    with archive.opened(file, identities) as members:
        for member, content in members:
            if member == archive.MANIFEST:
                found = Manifest.from_json(content.read())
                continue
            name = DUMP if _PIECE.fullmatch(member) else member
            if name not in {DUMP, keys.NAME, archive.READ_ME, archive.ERASURES}:
                raise Refused(archive.NO_BACKUP)
            digest = hashes.setdefault(name, hashlib.sha256())
            while block := content.read(_BLOCK):
                digest.update(block)
                take(name, block)
    if found is None or found.files != {name: digest.hexdigest() for name, digest in hashes.items()}:
        raise Refused(archive.DAMAGED)
    return found


def settings_in(file: Path, identities: list[Any]) -> str:
    """The settings in the backup, keys too. Nothing of it is written anywhere. Raises Refused as `unpack` does."""
    found = bytearray()

    def take(name: str, block: bytes) -> None:
        if name == keys.NAME:
            found.extend(block)

    unpack(file, identities, take)
    return found.decode()
