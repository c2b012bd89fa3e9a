"""Words as the search compares them: folded, stemmed, by their sound, taken apart and put together.

Knows no database. What is found under a word is found under all its spellings and endings: everything here is done
alike to what is searched and to what is asked.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

# Said with every wish and never the wish itself. Negations are no such words: see NEGATIONS.
STOP = frozenset(
    """
    ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim bin bis
    bist bitte bloss da dabei dafur dagegen daher damit danach dann daran darauf darf darum das dass davon dazu dein
    deine deinem deinen deiner dem den denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses
    dir doch dort du durch durfen eben ein eine einem einen einer eines einfach einmal er es etwa etwas euch euer eure
    fast fur ganz gar gegen gehabt genau gern gerne gewesen gibt gibts gerade hab habe haben habt halt hat hatte
    hatten hatte her hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in ins ist ja je jede jedem
    jeden jeder jedes jetzt jemand jemanden kann kannst konnen konnte konnt lassen lasst leider mal man manchmal mehr
    mein meine meinem meinen meiner meines mich mir mit mochte mochten muss musst mussen nach nachdem noch nun nur ob
    oben oder oft per pro schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar soll sollen
    sollte sollt sonst sowie standig total trotzdem u uber uberhaupt uberall um und uns unser unsere unserem unseren
    unserer unter vom von vor wahrend war ware waren warum was wegen weil wenn wer werde werden wem wen wessen wie
    wieder wieso wieviel will willst wir wird wo woher wohin wollen womit worum wurde wurden ziemlich zu zum zur
    zwischen a and are at be can do does for from get have how i is it me my of on or the to we what where who with
    you your bir bu icin ile ve ben benim i v na mi ja je się sie jest dla mam u mene мне меня мой моя я в на и с у
    для мені мій є где де как як по в من في على هل
    """.split()  # noqa: SIM905 - words to read, not a list
)
# Said with many wishes: these count a little, and only beside others. Of a turn of phrase they are no part, …
FILLERS = frozenset(
    """
    hilfe hilfen helfen hilft helft brauche brauchen braucht suche suchen sucht finde finden findet bekomme bekommen
    bekommt kriege kriegen kriegt mache machen macht gehe gehen geht komme kommen kommt weiss wissen frage fragen
    problem probleme angebot angebote gut viele zeit tag wunsche info infos information nahe unterstutzung schnell
    dringend bestimmt letzte nachste woche moglich moglichkeit gebe geben soll wirklich endlich paar bekam hole holen
    need want find looking give yardim ariyorum istiyorum lazim pomoc szukam potrzebuje шукаю потрібна потрібно
    потрібен допомога ищу нужна нужен нужно помощь помогите
    """.split()
)
# … but these are: "Kind krank" is not "krank".
PERSONS = frozenset(
    """
    alleinerziehend alleinerziehende alleinerziehenden familie familien kind kinder kindern kindes kids kleine kleinen
    kleiner mutter mama vater papa eltern mann frau freund freundin partner partnerin ex typ sohn sohnes tochter
    child children kid husband wife man woman cocuk cocugum дитина ребенок dziecko neu neue neuen viel wenig gross
    klein weg arbeite 0 1 2 3 4 5 6 7 8 9 10 12
    """.split()
)
LIGHT = FILLERS | PERSONS
NEGATION = "nicht"
NEGATIONS = frozenset("nicht nichts nix nie kein keine keinen keinem keiner keines ohne not no".split())  # noqa: SIM905
NUMBERS = {"ii": "2", "iii": "3", "iv": "4", "zwei": "2", "drei": "3", "vier": "4"}
JOINTS = ("", "s", "n", "en", "es", "er", "e")
LONGEST = 40

_WORD = re.compile(r"[^\W_]+")
_CHAIN = re.compile(r"[^\W_]+(?:[-–/][^\W_]+)+|\d+(?: \d+)+")
_APOSTROPHES = str.maketrans("", "", "'’`´ʼ\u0640")
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d"})
_PAIRS = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_FEMALE = re.compile(r"(?<=.{4}[^aeiou])in(?:nen)?$|(?<=rzt)in(?:nen)?$")
_ABSTRACT = re.compile(r"(?:ung|ungs|ungen|heit|keit|igkeit|heiten|keiten)$")
_SOUNDS = (
    ("sch", "ch"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("tz", "z"), ("ck", "k"), ("chs", "x"), ("ks", "x"),
    ("qu", "kw"), ("ai", "ei"), ("ay", "ei"), ("ey", "ei"), ("eu", "oi"), ("au", "ao"), ("ie", "i"), ("ih", "i"),
    ("y", "i"), ("v", "f"), ("w", "f"), ("c", "k"), ("d", "t"), ("b", "p"), ("g", "k"), ("z", "s"), ("j", "i"),
)  # fmt: skip


def fold(text: str) -> str:
    """Lower case, no accents, umlauts as plain letters however they were written: Müller, Mueller, Muller."""
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_APOSTROPHES)
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(_LETTERS)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in their order; negations are all the same one."""
    found = (NUMBERS.get(word, word)[:LONGEST] for word in _WORD.findall(fold(text)))
    return [NEGATION if word in NEGATIONS else word for word in found]


def chains(text: str) -> list[str]:
    """What hyphens tie together, as one word: "Mutter-Kind-Kur" is "mutterkindkur" as well, "116 016" a number."""
    return ["".join(_WORD.findall(chain))[:LONGEST] for chain in _CHAIN.findall(fold(text))]


def stem(word: str) -> str:
    """The word without endings, and without "ge-": betreut, Betreuung, betreuen; getrennt, Trennung.

    The endings go as in CISTEM (Weißweiler and Fraser 2017), after those that make nouns.
    """
    if word == NEGATION:
        return word
    if len(word) > 4 and word.startswith("ال"):
        word = word[2:]
    if not word.isascii():
        return word
    word = _FEMALE.sub("", word)
    shorter = _ABSTRACT.sub("", word)
    word = shorter if len(shorter) > 3 else word
    if len(word) > 5 and word.startswith("ge"):
        word = word[2:]
    word = word.replace("sch", "\x01").replace("ei", "\x02").replace("ie", "\x03")
    word = re.sub(r"(.)\1", "\\1\x04", word)
    while len(word) > 3:
        if len(word) > 5 and word.endswith(("em", "er", "nd")):
            word = word[:-2]
        elif word.endswith(("e", "n")) or (len(word) > 4 and word.endswith(("s", "t"))):  # not "Kurs": "Kur"
            word = word[:-1]
        else:
            break
    word = re.sub("(.)\x04", r"\1\1", word)
    return word.replace("\x01", "sch").replace("\x02", "ei").replace("\x03", "ie")


def sound(word: str) -> str:
    """Nearly how it is spoken, to find what people write by ear: "fohrschus" is "Vorschuss"."""
    for letters, same in _SOUNDS:
        word = word.replace(letters, same)
    word = re.sub(r"(?<=[aeiou])h", "", word)
    return re.sub(r"(.)\1+", r"\1", word)


def content(text: str) -> list[str]:
    """The stems of the words that carry the wish, in their order."""
    return [stem(word) for word in tokens(text) if word not in STOP]


def phrase(text: str) -> list[str]:
    """What a turn of phrase is recognised by: the stems it cannot do without, each once."""
    words = tokens(text)
    for without in (STOP | FILLERS, STOP, frozenset[str]()):
        if found := {stem(word) for word in words if word not in without}:
            return sorted(found)
    return []


def key(stems: list[str]) -> str:
    """One lexeme for a turn of phrase, whatever the order of its words."""
    return "_".join(sorted(set(stems)))


def take_apart(word: str, known: Callable[[str], bool], least: int = 3) -> list[str]:
    """The parts of a compound, all of them known words: kindertagespflege → kinder, tages, pflege. [] if it is none.

    The longest first part that leaves a known rest wins.
    """
    if len(word) < 2 * least + 1 or not word.isalpha():
        return []
    for end in range(len(word) - least, least - 1, -1):
        head, rest = word[:end], word[end:]
        if not _any(head, known):
            continue
        if _any(rest, known):
            return [head, rest]
        if parts := take_apart(rest, known, least):
            return [head, *parts]
    return []


def _any(part: str, known: Callable[[str], bool]) -> bool:
    return any(
        known(part[: len(part) - len(joint)]) for joint in JOINTS if part.endswith(joint) and len(part) - len(joint) > 2
    )


def put_together(first: str, second: str) -> Iterator[str]:
    """The compounds that two neighbouring words may be: unterhalt vorschuss → unterhaltsvorschuss."""
    for joint in JOINTS:
        yield (first + joint + second)[:LONGEST]


def distance(first: str, second: str) -> int:
    """How many letters are wrong, missing, too many or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for y, one in enumerate(first, 1):
        last, before, row = before, row, [y] + [0] * len(second)
        for x, two in enumerate(second, 1):
            row[x] = min(before[x] + 1, row[x - 1] + 1, before[x - 1] + (one != two))
            if last and x > 1 and one == second[x - 2] and first[y - 2] == two:
                row[x] = min(row[x], last[x - 2] + 1)
    return row[-1]
