from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wegweiser.search import quality
from wegweiser.search.quality import Answer, InvalidQuestions, Score


class Command(BaseCommand):
    help = "Misst die Suche an einer Datei mit Fragen und den Angeboten, die helfen (anfrage, erwartet, art)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--missed", action="store_true", help="auch zeigen, was nicht an erster Stelle steht")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            questions = quality.read(Path(options["file"]))
        except OSError as error:
            raise CommandError(f"„{options['file']}“ lässt sich nicht öffnen: {error.strerror}.") from error
        except InvalidQuestions as error:
            raise CommandError(str(error)) from error
        answers = [quality.ask(question) for question in questions]
        kinds: dict[str, list[Answer]] = defaultdict(list)
        for answer in answers:
            kinds[answer.question.kind].append(answer)
        self.stdout.write(f"{'':18}Fragen  hit@1  hit@5    MRR")
        self._row("gesamt", quality.measure(answers))
        for kind, of_kind in kinds.items():
            self._row(kind, quality.measure(of_kind))
        if options["missed"]:
            self._missed(answers)

    def _row(self, label: str, score: Score) -> None:
        figures = f"{score.questions:6}  {score.hit1:5.2f}  {score.hit5:5.2f}  {score.mrr:5.2f}"
        self.stdout.write(f"{label:18}{figures}")

    def _missed(self, answers: list[Answer]) -> None:
        self.stdout.write("")
        for answer in answers:
            if answer.rank != 1:
                place = f"Platz {answer.rank}" if answer.rank else "nicht gefunden"
                self.stdout.write(f"{answer.question.text}: {place}")
                self.stdout.write(f"    erwartet: {', '.join(answer.question.expected[:4]) or 'nichts'}")
                self.stdout.write(f"    gefunden: {', '.join(answer.found[:4])}")
