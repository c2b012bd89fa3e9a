"""Groups in German words."""

from collections import Counter
from collections.abc import Iterable

from members.groups.models import AGES
from members.models import Group, GroupMembership

_ALL = "Alle Kinder sind willkommen"


def age_choices() -> list[tuple[int, str]]:
    return [(index, _band(index)) for index in range(len(AGES))]


def ages(chosen: list[int]) -> str:
    """The ages in words, such as "Kinder von 3 bis 11 Jahren" or "Jugendliche ab 12 Jahren"."""
    bands = sorted(set(chosen))
    if not bands or len(bands) == len(AGES):
        return _ALL
    if bands == [len(AGES) - 1]:
        return f"Jugendliche ab {AGES[-1][0]} Jahren"
    touching = bands == list(range(bands[0], bands[-1] + 1))
    if not touching:
        return f"Kinder: {' und '.join(_band(index) for index in bands)}"
    if bands[-1] == len(AGES) - 1:
        return f"Kinder ab {AGES[bands[0]][0]} Jahren"
    last = AGES[bands[-1]][1]
    if bands[0] == 0:
        return f"Babys und Kinder bis {last} {'Jahre' if last > 1 else 'Jahr'}"
    return f"Kinder von {AGES[bands[0]][0]} bis {last} Jahren"


def picture(chosen: list[int]) -> str:
    """The window that is drawn beside a group, by the children's ages."""
    if not chosen or len(set(chosen)) == len(AGES):
        return "drawings/window-scarf.svg"
    if max(chosen) == 0:
        return "drawings/window-baby.svg"
    return "drawings/window-teen.svg" if min(chosen) == len(AGES) - 1 else "drawings/window-dad.svg"


def count(number: int) -> str:
    """The number of groups, in words up to ten: "Eine Gruppe", "Vier Gruppen"."""
    words = ("Keine", "Eine", "Zwei", "Drei", "Vier", "Fünf", "Sechs", "Sieben", "Acht", "Neun", "Zehn")
    word = words[number] if number < len(words) else str(number)
    return f"{word} Gruppe" if number == 1 else f"{word} Gruppen"


def quoted(group: Group) -> str:
    """Title and town of a group within a sentence: „Draußen mit Kindern“ (Kreuztal)."""
    return f"„{group.title}“ ({group.where})"


def called(people: Iterable[GroupMembership], *, marked: bool = False) -> dict[int, str]:
    """What to call each person of one group, by key: of those with the same first name, all but the first to join have
    a number, "Jana (2)". If `marked`, it tells contacts and those who have gone: "Jana (2, Ansprechperson)".

    Nobody can take such a name: names have no digits or brackets.
    """
    member = GroupMembership.State.MEMBER
    found: dict[int, str] = {}
    counts: Counter[str] = Counter()
    for each in sorted(people, key=lambda each: (each.state != member, each.joined_at or each.asked_at, each.pk)):
        counts[each.name.casefold()] += 1
        number = counts[each.name.casefold()]
        marks = [str(number)] if number > 1 else []
        if marked:
            marks += ["Ansprechperson"] if each.contact else []
            marks += ["nicht mehr dabei"] if each.state != member else []
        found[each.pk] = f"{each.name} ({', '.join(marks)})" if marks else each.name
    return found


def _band(index: int) -> str:
    low, high = AGES[index]
    return f"ab {low} Jahren" if index == len(AGES) - 1 else f"{low} bis {high} Jahre"
