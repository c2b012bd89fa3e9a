"""The figures of the Zwischenbilanz: what each counts, what not, and which tallies it is made of."""

from dataclasses import dataclass
from enum import Enum

from events.models import BANDS, Event
from kit.tallies import Channel, What
from netzwerk.report.spans import Span


class Part(Enum):
    """The parts of the sheet, in their order."""

    PEOPLE = "Menschen"
    EVENTS = "Treffen"
    CHILDREN = "Angemeldete Kinder"
    ANSWERS = "Antworten auf Einladungen"
    GROUPS = "Gruppen, die sich selbst verabreden"
    GUIDE = "Wegweiser"
    MAIL = "Post"


@dataclass(frozen=True)
class Figure:
    """`key` names it in JSON, a dot for each level. The sum of the tallies `plus`, less those of `minus`.

    `of` takes only the tallies with this key. A `level` is the number at the end, not what was added meanwhile.
    What counts `people`, or what they do, is rounded before it is published. `only_years`: not in half-years, where
    it would tell more about another figure (docs/decisions/published-figures-add-up.md).
    """

    key: str
    label: str
    part: Part
    counts: str
    not_counted: str
    plus: tuple[What, ...] = ()
    minus: tuple[What, ...] = ()
    of: str = ""
    level: bool = False
    people: bool = True
    only_years: bool = False

    def is_for(self, span: Span, *, public: bool = True) -> bool:
        return span.is_year or not public or not self.only_years

    @property
    def whats(self) -> tuple[What, ...]:
        return self.plus + self.minus


def _band(low: int, high: int) -> Figure:
    return Figure(
        f"children_by_age.{low}-{high}", f"{low} bis {high} Jahre", Part.CHILDREN,
        f"Kinder von {low} bis {high} Jahren, die für ein Treffen angemeldet waren, das stattgefunden hat.",
        "Wer ohne Anmeldung kam. Wer angemeldet war und nicht kam, zählt mit.",
        (What.CHILDREN,), of=f"{low}-{high}", only_years=True,
    )  # fmt: skip


def _answers(channel: Channel, counts: str) -> Figure:
    return Figure(
        f"answers.{channel.value}", str(channel.label), Part.ANSWERS, counts,
        "Spätere Änderungen: Jede Familie zählt bei jedem Treffen einmal, mit ihrer ersten Antwort.",
        (What.ANSWERED,), of=channel.value,
    )  # fmt: skip


FIGURES = [
    Figure(
        "members", "auf der Liste am Ende", Part.PEOPLE,
        "Menschen, die sich angemeldet und das bestätigt haben, am letzten Tag.",
        "Wer noch nicht bestätigt hat. Wer gerade Pause macht, zählt mit.",
        (What.JOINED, What.RETURNED), (What.LEFT,), level=True,
    ),
    Figure(
        "joined", "dazugekommen", Part.PEOPLE,
        "Menschen, die neu auf die Liste kamen, auch von Ihnen eingetragene mit Einwilligung.",
        "Anmeldungen, die niemand bestätigt hat. Wer ging und später wiederkam, zählt zweimal.",
        (What.JOINED,),
    ),
    Figure(
        "confirmed", "davon mit dem Link aus der Mail", Part.PEOPLE,
        "Menschen, die ihre Anmeldung selbst bestätigt haben.",
        "Wen Sie eingetragen haben und wessen Einwilligung bei Ihnen liegt.",
        (What.CONFIRMED,), only_years=True,
    ),
    Figure(
        "left", "gegangen", Part.PEOPLE,
        "Menschen, die sich abgemeldet haben oder alles löschen ließen.",
        "Wer es sich innerhalb eines Tages anders überlegt hat. Wer nur Pause macht.",
        (What.LEFT,), (What.RETURNED,),
    ),
    Figure(
        "events", "Treffen und Vorträge", Part.EVENTS,
        "Veranstaltungen, die stattgefunden haben.", "Abgesagte. Treffen der Gruppen.",
        (What.HELD,), people=False,
    ),
    Figure(
        "talks", "davon Vorträge", Part.EVENTS,
        "Veranstaltungen der Art „Vortrag“, die stattgefunden haben.", "Abgesagte.",
        (What.HELD,), of=Event.Kind.TALK.value, people=False,
    ),
    Figure(
        "invited", "Einladungen", Part.EVENTS,
        "Wie oft eine Familie zu einem Treffen eingeladen wurde, am Tag der Einladung.",
        "Erinnerungen. Wer ohne Einladung kam.",
        (What.INVITED,),
    ),
    Figure(
        "came.adults", "Erwachsene dabei", Part.EVENTS,
        "Erwachsene, die an der Tür gezählt und eingetragen wurden.",
        "Treffen, bei denen niemand gezählt hat.", (What.CAME_ADULTS,),
    ),
    Figure(
        "came.children", "Kinder dabei", Part.EVENTS,
        "Kinder, die an der Tür gezählt und eingetragen wurden.",
        "Treffen, bei denen niemand gezählt hat.", (What.CAME_CHILDREN,),
    ),
    Figure(
        "childcare.used", "Kinder in der Betreuung", Part.EVENTS,
        "Kinder mit einem Platz in der Betreuung, bei Treffen, die stattgefunden haben.",
        "Kinder, die ohne Anmeldung betreut wurden.", (What.CHILDCARE,),
    ),
    Figure(
        "childcare.turned_away", "Kinder ohne Betreuungsplatz", Part.EVENTS,
        "Kinder, die bis zum Ende des Treffens auf einen Platz in der Betreuung warteten.",
        "Kinder, deren Eltern ohne Betreuung gekommen sind.", (What.TURNED_AWAY,),
    ),
    Figure(
        "families", "Familien, die von der Warteliste nachrückten", Part.EVENTS,
        "Wie oft eine Familie Plätze bekam, auf die sie gewartet hatte.",
        "Familien, die bis zuletzt gewartet haben.", (What.MOVED_UP,),
    ),
    *(_band(*band) for band in BANDS),
    _answers(Channel.LINK, "Familien, die selbst geantwortet haben, über den Link in der Mail oder im Internet."),
    _answers(Channel.PHONE, "Familien, deren Antwort Sie eingetragen haben."),
    _answers(Channel.DOOR, "Familien, die ohne Antwort kamen und an der Tür eingetragen wurden."),
    Figure(
        "groups.founded", "gegründet", Part.GROUPS, "Gruppen, die Eltern gegründet haben.",
        "Anfragen nach einer Gruppe.",
        (What.GROUP_FOUNDED,), people=False,
    ),
    Figure(
        "groups.alive", "treffen sich am Ende", Part.GROUPS,
        "Gruppen, die sich am letzten Tag trafen.", "Gruppen, die ruhen oder zu Ende sind.",
        (What.GROUP_FOUNDED, What.GROUP_REVIVED), (What.GROUP_RESTED, What.GROUP_CLOSED), level=True, people=False,
    ),
    Figure(
        "groups.resting", "ruhen am Ende", Part.GROUPS,
        "Gruppen, von denen am letzten Tag länger nichts zu hören war.", "Gruppen, die zu Ende sind.",
        (What.GROUP_RESTED,), (What.GROUP_REVIVED, What.GROUP_ENDED), level=True, people=False,
    ),
    Figure(
        "groups.ended", "beendet", Part.GROUPS,
        "Gruppen, die zu Ende gingen, auch nach einer Ruhezeit.", "Gruppen, die ruhen.",
        (What.GROUP_ENDED, What.GROUP_CLOSED), people=False,
    ),
    Figure(
        "groups.meetings", "Treffen der Gruppen", Part.GROUPS,
        "Treffen, von denen die Gruppen erzählt haben.", "Treffen, von denen niemand erzählt hat.",
        (What.GROUP_MET,), people=False,
    ),
    Figure(
        "offers", "Angebote", Part.GUIDE,
        "Angebote, die am letzten Tag im Wegweiser zu sehen waren.", "Entwürfe und abgelaufene Angebote.",
        (What.OFFERS,), level=True, people=False,
    ),
    Figure(
        "percent.checked", "in den letzten zwölf Monaten geprüft, in Prozent", Part.GUIDE,
        "Anteil der Angebote, von denen jemand in den zwölf Monaten davor bestätigt hat, dass alles stimmt.",
        "Beispiele: Sie gelten als ungeprüft, bis jemand sie prüft.",
        (What.FRESH_OFFERS,), level=True, people=False,
    ),
    Figure(
        "checks", "Prüfungen", Part.GUIDE,
        "Wie oft ein Anbieter oder jemand aus der Verwaltung ein Angebot bestätigt hat.",
        "Eine zweite Prüfung am selben Tag.", (What.CHECKED,), people=False,
    ),
    Figure(
        "reports", "Meldungen von Anbietern", Part.GUIDE,
        "Neue Angebote und Änderungen, die Anbieter gemeldet haben.",
        "Meldungen, deren Adresse niemand bestätigt hat.", (What.REPORTED,), people=False,
    ),
    Figure(
        "hints", "Hinweise auf Fehler", Part.GUIDE,
        "Wie oft jemand geschrieben hat, dass eine Angabe nicht stimmt.",
        "Was Sie selbst ändern, ohne dass jemand schrieb.", (What.HINTED,), people=False,
    ),
    Figure(
        "searches_without_hit", "Suchen ohne Treffer", Part.GUIDE,
        "Wie oft im Wegweiser gesucht und nichts gefunden wurde.",
        "Suchen nach Namen, Adressen und Nummern, und lange: Die merkt sich das Portal nicht.",
        (What.SEARCHED_IN_VAIN,),
    ),
    Figure(
        "brochures", "Hefte geöffnet", Part.GUIDE,
        "Wie oft der Wegweiser als Heft (PDF) geöffnet wurde, höchstens 1.000 am Tag.",
        "Hefte, die Sie gedruckt und verteilt haben.", (What.BROCHURE,),
    ),
    Figure(
        "mails.sent", "Mails verschickt", Part.MAIL,
        "Mails, die ein Mailserver angenommen hat: Rundmails, Einladungen, Bestätigungen.",
        "Mails, die noch warten oder abgelehnt wurden.", (What.MAIL_SENT,),
    ),
    Figure(
        "mails.returned", "zurückgekommen", Part.MAIL,
        "Mails, die nach dem Versand als unzustellbar zurückkamen.",
        "Beschwerden.", (What.MAIL_BOUNCED,), only_years=True,
    ),
]  # fmt: skip
BY_KEY = {figure.key: figure for figure in FIGURES}
CHECKED = "percent.checked"
