"""The demo's groups: four on the public page, one that waits for the officers. All people are invented."""

from datetime import timedelta

from django.utils import timezone

from events.groups import meetings
from events.groups.meetings import Plan
from mailings.models import Address, Delivery
from members.groups import founding, joining, memberships, talking
from members.groups.founding import Proposal
from members.groups.joining import Decision
from members.models import Group, GroupMembership, GroupRequest

_RHYTHM = Group.Rhythm
# What each is, and the two who look after it: the address of a member of the demo, and the first name in the group.
OUTSIDE = Proposal(
    "Draußen mit Kindern",
    "Wir sitzen auf der Bank, die Kinder toben. Kaffee bringt jede und jeder selbst mit.",
    "kreuztal",
    [1, 2],
    _RHYTHM.FORTNIGHTLY,
)
FOUNDED = [
    (OUTSIDE, ("ivana.petrovic", "Ivana"), ("frau.oeztuerk", "Sevgi")),
    (
        Proposal(
            "Spaziergang mit Kinderwagen",
            "Eine Stunde gehen und reden. Wer müde ist, darf auch schweigen.",
            "siegen",
            [0],
            _RHYTHM.WEEKLY,
        ),
        ("sofia.rossi", "Sofia"),
        ("aylin.demir", "Aylin"),
    ),
    (
        Proposal(
            "Große Kinder, große Fragen",
            "Ein Abend am Bildschirm für Eltern von Jugendlichen. Mit Kamera oder ohne.",
            "online",
            [3],
            _RHYTHM.MONTHLY,
        ),
        ("ute.menn", "Ute"),
        ("thomas.weber", "Thomas"),
    ),
    (
        Proposal(
            "Reihum kochen",
            "Eine Person kocht, alle essen. Immer reihum, die Kinder helfen mit.",
            "hilchenbach",
            [],
            _RHYTHM.MONTHLY,
        ),
        ("jonas.kraemer", "Jonas"),
        ("amal.said", "Amal"),
    ),
]
WAITING = (
    Proposal(
        "Frühstück für Frühaufsteher",
        "Wir frühstücken, wenn die Kinder sowieso schon wach sind.",
        "bad-berleburg",
        [0, 1],
        _RHYTHM.WEEKLY,
    ),
    ("farid.rahimi", "Farid"),
    ("lea.grebe", "Lea"),
)
JOINED = [("olena.kovalenko", "Olena"), ("kim.althaus", "Kim")]
ASKS = ("marek.zielinski", "Marek", "Meine Tochter ist 5. Wir sind neu in Kreuztal und kennen noch niemanden.")
FULL = "Reihum kochen"
_DOMAIN = "zuhause.example"


def groups() -> list[str]:
    """Nothing is made twice. Only two mails are left to go out: the postbox should stay readable."""
    if Group.objects.exists():
        return []
    for proposal, founder, second in FOUNDED:
        founding.approve(_propose(proposal, founder, second))
    _propose(*WAITING)
    _talk(Group.objects.get(title=OUTSIDE.title))
    Group.objects.filter(title=FULL).update(takes_members=False)
    _deliver_most()
    return [f"{len(FOUNDED)} Gruppen, eine wartet auf ein Ja"]


def _propose(proposal: Proposal, founder: tuple[str, str], second: tuple[str, str]) -> Group:
    group = founding.propose(_address(founder[0]), proposal, founder[1], _email(second[0]), None).group
    founding.say_yes(GroupRequest.objects.get(group=group), second[1])
    return group


def _talk(group: Group) -> None:
    """Two have joined, one asks, and a meeting is to come."""
    people = GroupMembership.objects.members().filter(group=group).select_related("group", "address")
    contact, other = people[0], people[1]
    for local, name in JOINED:
        _ask(group, local, name, "Ich freue mich auf euch.")
        joining.decide(contact, GroupMembership.objects.asking().get(group=group).pk, Decision.YES)
    olena = people.get(name="Olena")
    meetings.release(contact, olena)
    begins_at = timezone.localtime().replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=6)
    meetings.propose(
        other, Plan("Spielplatz am Bach", begins_at, begins_at + timedelta(hours=2), "Bei Regen: Bücherei")
    )
    event = meetings.coming(group, timezone.now())[0]
    meetings.answer(olena, event, comes=True, children=2)
    talking.say(other, "Kommt ihr diesmal? Wenn es regnet, bringe ich Spiele mit.")
    talking.say(olena, "Ich bringe Tee mit. Hat jemand noch ein Laufrad, das zu klein geworden ist?")
    memberships.show_phone(other, "030 23125-167", [contact, olena])
    _ask(group, *ASKS)


def _ask(group: Group, local: str, name: str, sentence: str) -> None:
    joining.ask(group, _email(local), name, sentence, ip=None)
    joining.confirm(GroupRequest.objects.filter(group=group, as_contact=False).latest("pk"))


def _deliver_most() -> None:
    """A message and a request are left; everything else went out before there was a postbox."""
    waiting = Delivery.objects.filter(state=Delivery.State.QUEUED, mailing__template__startswith="groups/")
    kept = waiting.filter(mailing__template__in=["groups/asked", "groups/message"], address__discreet=False)
    left = kept.order_by("mailing__template", "-pk").distinct("mailing__template").values_list("pk", flat=True)
    waiting.exclude(pk__in=list(left)).update(state=Delivery.State.SENT, attempts=1, finished_at=timezone.now())


def _address(local: str) -> Address:
    return Address.objects.ensure(_email(local))


def _email(local: str) -> str:
    return f"{local}@{_DOMAIN}"
