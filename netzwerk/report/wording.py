"""What the sheet says of its own figures, on the desk and on paper."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format

from netzwerk.report.figures import BY_KEY
from netzwerk.report.sheet import Sheet

WARNING = "Nicht zur Veröffentlichung. Aus diesen genauen Zahlen ließe sich auf einzelne Menschen schließen."
GAPS = "Dazu haben Eltern im Wegweiser gesucht, ohne etwas zu finden. Die gesuchten Wörter stehen nicht dabei."
_ROUNDED = (
    "Zahlen von Menschen und von dem, was sie tun, sind auf Vielfache von 5 gerundet, und zwar so, dass sie "
    "zusammenpassen. Deshalb lässt sich nicht auf einzelne Menschen schließen. Eine Zahl kann um einige Personen "
    "abweichen. Treffen, Gruppen, Angebote, Meldungen und Hinweise sind genau gezählt."
)
_MEANT = (
    "„Auf der Liste“ ist, wer sich angemeldet und das bestätigt hat. „Dabei“ ist, wer an der Tür gezählt wurde{where}. "
    "Wer sich abmeldet oder alles löschen lässt, bleibt in diesen Zahlen enthalten, ohne Namen."
)
_DASH = "Ein Strich heißt: Das wurde damals noch nicht gezählt."


def counted(sheet: Sheet) -> Iterator[str]:
    """How it was counted, paragraph by paragraph."""
    if sheet.public:
        yield _ROUNDED
    held = sheet.now.of("events")
    yield _MEANT.format(where=f": bei {min(sheet.now.doors, held)} von {held} Treffen" if held else "")
    yield _DASH
    yield from _since(sheet)


def _since(sheet: Sheet) -> Iterator[str]:
    """Which numbers of a column tell only a part of its time."""
    for column in sheet.columns:
        days: dict[date, list[str]] = {}
        for key, day in column.partial.items():
            days.setdefault(day, []).append(f"„{BY_KEY[key].label}“")
        for day, labels in sorted(days.items()):
            named = ", ".join(labels)
            yield f"In {column.span.label} erst seit dem {date_format(day, 'j. F Y')} gezählt: {named}."
