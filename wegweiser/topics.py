"""The topics that a new Wegweiser begins with; officers change them in the admin."""

from typing import NamedTuple

from slugify import slugify

from wegweiser.models import Topic

_UMLAUTS = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue"), ("ß", "ss")]


class First(NamedTuple):
    title: str
    icon: str
    text: str
    emergency: bool = False


# In the order of the tiles and of need: what cannot wait comes before what makes life better. Money is missing in most
# of these families, and counts only from the day on which it is applied for; then safety (its numbers stand on the page
# anyway); a home; childcare, without which nobody can work. Then the separation, and those who help with all of it.
FIRST = [
    First("Finanzielle Unterstützung", "euro", "Unterhalt, Zuschüsse, Schulden"),
    First("Gewalt und Notlagen", "notlagen", "Schutz und Hilfe, rund um die Uhr", emergency=True),
    First("Wohnen", "wohnen", "Wohnung, Wohngeld, Mietrecht"),
    First("Kinderbetreuung", "care", "Kita, Tagesmutter, Ferien"),
    First("Trennung und Scheidung", "trennung", "Umgang, Sorgerecht, Beratung", emergency=True),
    First("Beratungsstellen", "beratung", "Jemand hört zu und weiß weiter"),
    First("Gesundheit und Erholung", "gesundheit", "Kur, Haushaltshilfe, Vorsorge"),
    First("Arbeit", "arbeit", "Stelle, Wiedereinstieg, Rechte"),
    First("Bildung", "bildung", "Schule, Abschluss, Nachhilfe"),
    First("Treffpunkte und Selbsthilfe", "treffpunkte", "Andere kennenlernen"),
]


def slug(title: str, longest: int = 80) -> str:
    """Makes "vaeter-soehne" of "Väter & Söhne"."""
    return slugify(title, replacements=_UMLAUTS, max_length=longest, word_boundary=True)


def by_title() -> dict[str, Topic]:
    """Every topic by its title in lower case: those in the database, and of the first ones those that are not yet."""
    known = {topic.title.casefold(): topic for topic in Topic.objects.all()}
    for order, first in enumerate(FIRST, 1):
        row = Topic(slug=slug(first.title), order=10 * order, **first._asdict())
        known.setdefault(first.title.casefold(), row)
    return known


def ensure() -> dict[str, Topic]:
    """Stores the first topics that are missing; every topic as `by_title` returns it."""
    Topic.objects.bulk_create([topic for topic in by_title().values() if topic.pk is None], ignore_conflicts=True)
    return by_title()
