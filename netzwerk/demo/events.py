"""What the demo shows of events: five that really were, invented ones to come with answers in every state, a draft."""

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import F
from django.utils import timezone

from events import invitations, lifecycle
from events.answering import answers, signups
from events.answering import seats as seat_rules
from events.answering.answers import Details, Party
from events.counting import Numbers, States
from events.models import BANDS, Event, Reply
from mailings.models import Delivery
from members.audience import Audience
from netzwerk.demo.account import USER

INVITED_BEFORE = timedelta(days=14)

# Those of 2017 to 2022, as the press told of them. How many answered and came is invented.
PAST: list[dict[str, Any]] = [
    {
        "title": "Zweites Netzwerktreffen für alleinerziehende Mütter und Väter",
        "kind": Event.Kind.MEETING,
        "from": "2017-04-01 14:30", "to": "2017-04-01 16:30",
        "place": "Kulturhaus Lÿz, Raum 204", "address": "St.-Johann-Str. 18, 57074 Siegen",
        "text": "Informationen zu regionalen Planungen, zu Vernetzung und Selbsthilfe, Austausch und Gespräch. Idee: "
        "Gruppen nach gemeinsamen Aktivitäten oder gleichem Alter der Kinder.",
        "invited": States(yes=17, no=9, cancelled=2, unanswered=24), "unasked": States(yes=3),
        "adults": 20, "came": (18, 0),
    },
    {
        "title": "Impulsvortrag: Wie kommen Kinder mit heiler Haut durch Trennung und Scheidung?",
        "kind": Event.Kind.TALK,
        "from": "2018-11-17 14:00", "to": "2018-11-17 17:00",
        "address": "Siegen",
        "text": "Vortrag einer Sozialpädagogin der Erziehungsberatungsstelle, danach Austausch. Verbindliche Anmeldung "
        "erbeten.",
        "care": 15, "invited": States(yes=22, no=14, waiting=2, cancelled=3, unanswered=31), "unasked": States(yes=4),
        "adults": 27, "children": [3, 6, 7, 3, 0], "childcare": [2, 6, 6, 1, 0], "came": (24, 15),
    },
    {
        "title": "Impulsvortrag: Präventive Selbstfürsorge – Burn-out-Prophylaxe für Alleinerziehende",
        "kind": Event.Kind.TALK,
        "from": "2018-12-08 14:00", "to": "2018-12-08 17:00",
        "address": "Siegen",
        "text": "Vortrag und Austausch.",
        "care": 15, "invited": States(yes=19, no=12, cancelled=4, unanswered=38), "unasked": States(yes=2),
        "adults": 21, "children": [2, 5, 5, 2, 1], "childcare": [2, 5, 4, 1, 0], "came": (19, 12),
    },
    {
        "title": "InNaturSein – InBalanceKommen",
        "kind": Event.Kind.OUTING,
        "from": "2019-07-06 14:00", "to": "2019-07-06 17:00",
        "place": "Waldland Hohenroth", "address": "57250 Netphen",
        "text": "Spaziergang auf dem Seelenpfad für die Erwachsenen; für die Kinder gleichzeitig ein "
        "Märchenspaziergang.",
        "seats": 40, "care": 20,
        "invited": States(yes=15, no=11, waiting=1, cancelled=2, unanswered=47), "unasked": States(yes=2),
        "adults": 18, "children": [1, 7, 9, 4, 1], "childcare": [0, 7, 9, 3, 0], "came": (16, 20),
    },
    {
        "title": "Online-Netzwerktreffen",
        "kind": Event.Kind.ONLINE,
        "from": "2022-02-22 17:00", "to": "2022-02-22 18:15",
        "online_link": "https://video.example/netzwerktreffen",
        "text": "Austausch per Videokonferenz. Der Link geht nur an Angemeldete.",
        "invited": States(yes=13, no=16, cancelled=1, unanswered=58), "unasked": States(yes=1),
        "adults": 14, "came": (12, 0),
    },
]  # fmt: skip

# Invented: weeks from now, weekday (Monday is 0), begin and end of the day.
COMING: list[dict[str, Any]] = [
    {
        "when": (2, 5, "10:00", "12:30"),
        "title": "Frühstück für Groß und Klein",
        "kind": Event.Kind.MEETING,
        "summary": "Wir decken den Tisch, Sie setzen sich hin. Die Kinder spielen nebenan.",
        "text": "Kein Programm, kein Vortrag: Kaffee, Brötchen und Zeit zum Reden.\n\n"
        "- Für die Kinder gibt es eine **Spielecke** und Leute, die aufpassen.\n"
        "- Sie müssen nichts mitbringen.\n"
        "- Der Bus hält vor der Tür.",
        "schedule": "10 Uhr: Ankommen, Kaffee ist da\n10.30 Uhr: Frühstück, die Kinder gehen in die Spielecke\n"
        "12 Uhr: Was wünschen Sie sich vom Netzwerk?",
        "place": "Bürgertreff am Park", "address": "Parkweg 3, 57072 Siegen",
        "host": "Gleichstellungsstellen von Kreis und Stadt",
        "contact": "Frau Beispiel, montags bis freitags bis 12 Uhr",
        "childcare_bands": [0, 1, 2], "childcare_note": "Zwei Erzieherinnen sind da.",
        "seats": 21, "care": 8,
    },
    {
        "when": (6, 3, "17:30", "19:30"),
        "title": "Wer hilft wobei? Wir schreiben am Wegweiser",
        "kind": Event.Kind.WORKSHOP,
        "summary": "Sie wissen, wo es Hilfe gibt. Andere suchen sie noch. Ein Abend, an dem beides zusammenkommt.",
        "text": "Bringen Sie Adressen, Telefonnummern und gute Erfahrungen mit. Wir sammeln sie gemeinsam für den "
        "Wegweiser.\n\nFür Essen ist gesorgt.",
        "place": "Haus am Bach", "address": "Am Bach 3, 57223 Kreuztal", "asks_for_offers": True,
        "childcare_bands": [1, 2, 3], "care": 6,
    },
    {
        "when": (10, 1, "20:30", "21:30"),
        "title": "Wenn die Kinder schlafen: Abend am Bildschirm",
        "kind": Event.Kind.ONLINE,
        "summary": "Von zu Hause, in Hausschuhen. Mit Kamera oder ohne.",
        "text": "Eine Stunde zum Reden, was gerade dran ist. Sie können auch nur zuhören.",
        "online_link": "https://video.example/abend", "host": "Frau Beispiel", "seats": 4,
    },
]  # fmt: skip
DRAFT: dict[str, Any] = {
    "when": (15, 5, "14:00", "17:00"),
    "title": "Mit dem Förster in den Wald",
    "kind": Event.Kind.OUTING,
    "summary": "Ein Nachmittag draußen, für große und kleine Schritte.",
    "text": "Den Treffpunkt klären wir noch.",
    "address": "57250 Netphen", "childcare_bands": [1, 2, 3], "seats": 30, "care": 12,
}  # fmt: skip


class Family(NamedTuple):
    """A household that comes: name, adults, ages of the children, how many of them (the first) in childcare."""

    name: str
    adults: int
    ages: list[int]
    cared: int

    def party(self) -> Party:
        children, childcare = [0] * len(BANDS), [0] * len(BANDS)
        for number, age in enumerate(self.ages):
            band = next(index for index, (low, high) in enumerate(BANDS) if low <= age <= high)
            children[band] += 1
            childcare[band] += number < self.cared
        return Party(self.adults, children, childcare)


# The households that answer the first of these, in this order.
COME = [
    Family("Frau Sommer", 1, [3, 6], 2),
    Family("Lea Grebe", 1, [2], 1),
    Family("Olena Kovalenko", 1, [2, 5, 11], 2),
    Family("Frau Yıldız", 1, [6, 8, 9], 2),
    Family("Thomas Weber", 1, [10, 13], 0),
    Family("Sofia Rossi", 1, [3], 1),
]
GIVES_UP = "Lea Grebe"
CALLED_UP, PHONE = Family("Frau Hartmann", 1, [7], 0), "030 23125-417"
FROM_THE_WEB, EMAIL = Family("Carla Voss", 1, [], 0), "carla.voss@zuhause.example"
LAST = Family("Aylin Demir", 1, [4], 1)
COMES_WITH_MORE = Family("Aylin Demir", 2, [4], 1)
WAIT = [Family("Marek Zieliński", 1, [4, 7], 0), Family("Jonas Krämer", 1, [1], 0)]
# The households that answer the online meeting, one seat each: the last two wait.
AT_HOME = ["Herr Wagener", "Olena Kovalenko", "Birgit Afholderbach", "Deniz Kaya", "Frau Öztürk", "Anna-Lena Roth"]
CANNOT = {"Kim Althaus": "Schade, ich habe Schicht. Nächstes Mal gern.", "Frau Nowak": "", "Ute Menn": ""}


def events() -> list[str]:
    """Nothing is made twice; of each kind of mail one is left to go out: the postbox should stay readable."""
    if Event.objects.exists():
        return []
    for facts in PAST:
        _past(dict(facts))
    coming = [_coming(dict(facts)) for facts in COMING]
    for event in coming:
        lifecycle.publish(event)
        event.refresh_from_db()
    _coming(dict(DRAFT))
    invitations.invite(coming[0], Audience())
    _answer(coming[0])
    invitations.invite(coming[1], Audience(municipalities=["kreuztal"]))
    _say(coming[1], Family("Ivana Petrović", 1, [5], 1))
    invitations.invite(coming[2], Audience(municipalities=["kreuztal", "netphen"]))
    for name in AT_HOME:
        _say(coming[2], Family(name, 1, [], 0))
    Reply.objects.exclude(invited_at=None).update(
        invited_at=F("invited_at") - INVITED_BEFORE, asked_at=F("asked_at") - INVITED_BEFORE
    )
    _deliver_most()
    invited = Reply.objects.invited().count()
    return [f"{len(PAST)} vergangene Veranstaltungen, {len(COMING)} kommende mit {invited} Einladungen, ein Entwurf"]


def _past(facts: dict[str, Any]) -> None:
    numbers = {name: facts.pop(name) for name in ("invited", "unasked", "adults")}
    numbers |= {name: facts.pop(name, [0] * len(BANDS)) for name in ("children", "childcare")}
    came_adults, came_children = facts.pop("came")
    begins_at, ends_at = _moment(facts.pop("from")), _moment(facts.pop("to"))
    _create(
        facts, begins_at, ends_at, begins_at - timedelta(days=3), counts=asdict(Numbers(**numbers)),
        came_adults=came_adults, came_children=came_children, state=Event.State.PUBLISHED,
    )  # fmt: skip


def _coming(facts: dict[str, Any]) -> Event:
    weeks, weekday, first, last = facts.pop("when")
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    day = monday + timedelta(weeks=weeks, days=weekday)
    answer_by = timezone.make_aware(datetime.combine(day - timedelta(days=3), time(12)))
    return _create(facts, _moment(f"{day} {first}"), _moment(f"{day} {last}"), answer_by)


def _create(facts: dict[str, Any], begins_at: datetime, ends_at: datetime, answer_by: datetime, **more: Any) -> Event:
    seats, care = facts.pop("seats", None), facts.pop("care", 0)
    event = Event.objects.create(
        slug=f"{_day(begins_at)}-{facts['kind']}",
        begins_at=begins_at, ends_at=ends_at, answer_by=answer_by, **facts, **more,
    )  # fmt: skip
    seat_rules.create(event, seats, care)
    return event


def _answer(event: Event) -> None:
    """Fills the places, and goes on answering."""
    for family in COME:
        _say(event, family)
    _decline(event, GIVES_UP, "Die Kleine ist krank.")
    signups.ask(event, EMAIL, ip=None)
    from_the_web = event.replies.filter(address__email=EMAIL).first()
    if from_the_web:
        answers.accept(from_the_web, FROM_THE_WEB.party(), Details(name=FROM_THE_WEB.name))
    called = Details(name=CALLED_UP.name, phone=PHONE)
    answers.accept(Reply.objects.create(event=event, **called.fields()), CALLED_UP.party(), called, by=USER)
    for family in (LAST, COMES_WITH_MORE, *WAIT):
        _say(event, family)
    for name, remark in CANNOT.items():
        _decline(event, name, remark)


def _say(event: Event, family: Family) -> None:
    reply = _reply(event, family.name)
    if reply:
        answers.accept(reply, family.party(), Details(name=family.name), wait_for_childcare=True)


def _decline(event: Event, name: str, remark: str) -> None:
    reply = _reply(event, name)
    if reply:
        answers.decline(reply, Details(remark=remark, name=name))


def _reply(event: Event, name: str) -> Reply | None:
    """None if somebody has erased this member since the demo began."""
    return event.replies.filter(name=name).exclude(invited_at=None).first()


def _deliver_most() -> None:
    """All but one mail of each kind went out when they were due, before there was a postbox."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, mailing__template__startswith="events/")
    by_letter = waiting.filter(address__discreet=False).order_by("mailing__template", "pk")
    left = list(by_letter.distinct("mailing__template").values_list("pk", flat=True))
    now = timezone.now()
    waiting.exclude(pk__in=left).update(state=Delivery.State.SENT, attempts=1, finished_at=now)


def _moment(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)
