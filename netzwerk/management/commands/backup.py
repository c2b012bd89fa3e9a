from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from netzwerk.backups import Refused, archive, checking, making
from netzwerk.watching import operator


class Command(BaseCommand):
    help = "Schreibt eine verschlüsselte Sicherung nach BACKUP_DIR und löscht, was älter als 35 Tage ist."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", type=Path, metavar="DATEI", help="prüft eine Sicherung, statt eine zu machen")
        what.add_argument("--new-key", type=Path, metavar="DATEI", help="macht ein Schlüsselpaar (nicht am Server)")
        parser.add_argument("--identity", type=Path, metavar="DATEI", help="privater Schlüssel, statt BACKUP_IDENTITY")

    def handle(self, *args: Any, check: Path | None, new_key: Path | None, **options: Any) -> None:
        try:
            if new_key:
                self._new_key(new_key)
            elif check:
                identity = options["identity"] or settings.BACKUP_IDENTITY
                self._check(check, Path(identity) if identity else None)
            else:
                self._make()
        except Refused as reason:
            raise CommandError(str(reason)) from None

    def _make(self) -> None:
        try:
            made = making.make()
        except Exception as reason:
            operator.broke("backup", f"Die Sicherung ist gescheitert. {reason}")
            raise
        operator.well("backup")
        self.stdout.write(f"{made} ({made.stat().st_size / 1_000_000:.1f} MB)")

    def _check(self, file: Path, identity: Path | None) -> None:
        same = checking.matches_checksum(file)
        if same is False:
            raise Refused(archive.DAMAGED)
        if identity is None:
            if same is None:
                raise Refused("Neben der Datei steht keine Prüfsumme, und ein Schlüssel fehlt: nichts zu prüfen.")
            self.stdout.write(
                "Die Datei ist noch, wie sie geschrieben wurde. Mit --identity wird auch der Inhalt geprüft."
            )
            return
        found = checking.unpack(file, archive.identities(identity))
        rows = sum(rows for rows, _ in found.tables.values())
        self.stdout.write(
            f"In Ordnung: Sicherung vom {timezone.localtime(found.moment):%d.%m.%Y, %H:%M} Uhr, "
            f"PostgreSQL {found.postgresql}, {len(found.tables)} Tabellen, {rows} Zeilen."
        )

    def _new_key(self, file: Path) -> None:
        try:
            file.touch(mode=0o600, exist_ok=False)
        except OSError as reason:
            raise Refused(f"{file} lässt sich nicht anlegen: {reason.strerror}.") from None
        identity = pyrage.x25519.Identity.generate()
        public = identity.to_public()
        file.write_text(f"# Öffentlicher Schlüssel: {public}\n{identity}\n")
        self.stdout.write(
            f"Der private Schlüssel steht in {file}. Bringen Sie ihn an einen sicheren Ort, nicht auf den Server.\n"
            f"Auf den Server kommt nur: BACKUP_KEY={public}"
        )
