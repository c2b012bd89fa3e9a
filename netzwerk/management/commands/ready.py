from typing import Any

from django.core.management.base import BaseCommand, CommandError

from netzwerk.watching import ready


class Command(BaseCommand):
    help = "Sagt, was fehlt, bevor das Portal öffentlich wird, und wo es zu richten ist."

    def handle(self, *args: Any, **options: Any) -> None:
        gaps = ready.gaps()
        for gap in gaps:
            self.stdout.write(f"- {gap.what}\n  {gap.where}")
        if gaps:
            raise CommandError("Eines fehlt noch." if len(gaps) == 1 else f"{len(gaps)} Dinge fehlen noch.")
        self.stdout.write("Es kann losgehen: Nichts fehlt.")
