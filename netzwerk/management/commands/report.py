import argparse
from datetime import date
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kit.printing.typesetting import TypesettingFailed
from netzwerk.report import counting, files, paper, publishing, sheet
from netzwerk.report.publishing import NotOver, NotPublic
from netzwerk.report.sheet import Sheet
from netzwerk.report.spans import Span


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} ist kein Tag. Schreiben Sie ihn so: 2026-01-31") from None


class Command(BaseCommand):
    help = (
        "Zwischenbilanz eines Zeitraums auf der Standardausgabe: genau und nicht zur Veröffentlichung, mit --public"
        " gerundet und von da an unverändert."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--from", dest="begin", type=day, required=True, help="erster Tag, 2026-01-01")
        parser.add_argument("--to", dest="end", type=day, required=True, help="letzter Tag, 2026-12-31")
        parser.add_argument("--format", choices=["json", "csv", "pdf"], default="json")
        parser.add_argument("--public", action="store_true", help="veröffentlichen: nur ganze Jahre und Halbjahre")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["begin"] > options["end"]:
            raise CommandError("Der erste Tag liegt nach dem letzten.")
        if not all(2000 <= options[name].year <= 2100 for name in ("begin", "end")):
            raise CommandError("Wählen Sie ein Jahr zwischen 2000 und 2100.")
        found = self._sheet(Span(options["begin"], options["end"]), public=options["public"])
        if options["format"] == "json":
            self.stdout.write(files.as_json(found), ending="")
        else:
            bytes_of = {"pdf": paper.pdf, "csv": files.as_csv}[options["format"]]
            try:
                text = bytes_of(found)
            except TypesettingFailed:
                raise CommandError("Das Blatt ließ sich nicht setzen. Als CSV und JSON gibt es die Zahlen.") from None
            cast(Any, self.stdout).buffer.write(text)

    def _sheet(self, span: Span, *, public: bool) -> Sheet:
        if not public:
            counting.catch_up(timezone.now())
            return sheet.exact(span)
        try:
            return sheet.published(publishing.publish(span, ""))
        except NotPublic:
            raise CommandError(
                "Veröffentlicht werden nur ganze Jahre und Halbjahre, zum Beispiel --from 2026-01-01 --to 2026-12-31 "
                "oder --from 2026-01-01 --to 2026-06-30. Aus anderen Zeiträumen ließe sich auf einzelne "
                "Menschen schließen."
            ) from None
        except NotOver:
            raise CommandError(
                f"Der Zeitraum ist noch nicht vorbei. Veröffentlichen können Sie ihn nach dem {span.end:%d.%m.%Y}."
            ) from None
