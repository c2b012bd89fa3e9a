"""A group of invented people, made by the portal's own actions: Jana founds it, Sven is the second contact."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from mailings import antispam
from mailings.models import Address
from members.groups import founding, joining, links
from members.groups.forms import ProposalForm, RequestForm
from members.groups.founding import Proposal
from members.groups.joining import Decision
from members.models import Group, GroupMembership, GroupRequest, Member
from tests.members.people import active

PROPOSAL = Proposal(
    "Draußen mit Kindern",
    "Wir sitzen auf der Bank, die Kinder toben. Kaffee bringt jede und jeder selbst mit.",
    "kreuztal",
    [1],
    Group.Rhythm.FORTNIGHTLY,
)
IP = "198.51.100.7"


def email(name: str) -> str:
    return f"{name.lower()}@example.org"


def address(name: str) -> Address:
    return Address.objects.get(email=email(name))


def proposed(proposal: Proposal = PROPOSAL, founder: str = "Jana", second: str = "Sven") -> Group:
    """A group that waits for its second contact."""
    if not Member.objects.active().filter(address__email=email(founder)).exists():
        active(email(founder))
    # What somebody may ask for has limits, which other tests are about.
    return founding.propose(address(founder), proposal, founder, email(second), None).group


def ready(proposal: Proposal = PROPOSAL, founder: str = "Jana", second: str = "Sven") -> Group:
    """A group that waits for the officers."""
    group = proposed(proposal, founder, second)
    founding.say_yes(GroupRequest.objects.get(group=group), second)
    return group


def circle(*names: str, proposal: Proposal = PROPOSAL, knowing: bool = True) -> Group:
    """A group that meets, with Jana and Sven, and these people, who know of its meetings if they are `knowing`."""
    group = ready(proposal)
    founding.approve(group)
    for name in names:
        join(group, name, knowing=knowing)
    return Group.objects.get(pk=group.pk)


def asking(group: Group, name: str, sentence: str = "Meine Tochter ist 5.") -> GroupMembership:
    """Somebody who has confirmed, and waits for the answer."""
    joining.ask(group, email(name), name, sentence, None)
    joining.confirm(GroupRequest.objects.filter(group=group, address__email=email(name)).latest("pk"))
    return member(group, name)


def join(group: Group, name: str, *, knowing: bool = False) -> GroupMembership:
    joining.decide(contact(group), asking(group, name).pk, Decision.YES)
    if knowing:
        GroupMembership.objects.filter(group=group, address__email=email(name)).update(released_at=timezone.now())
    return member(group, name)


def member(group: Group, name: str) -> GroupMembership:
    rows = GroupMembership.objects.select_related("group", "address")
    return rows.get(group=group, address__email=email(name))


def contact(group: Group) -> GroupMembership:
    return GroupMembership.objects.contacts().filter(group=group).select_related("group", "address")[0]


def page_of(group: Group, name: str) -> str:
    """The path of the person's page."""
    return links.page_url(member(group, name)).removeprefix(settings.SITE_URL)


def found_path(name: str) -> str:
    return links.found_url(address(name)).removeprefix(settings.SITE_URL)


def request_form(who: str, **fields: object) -> dict[str, object]:
    """What a browser sends from the page of a group, ten seconds after it was opened."""
    typed = {"name": who, "sentence": "Meine Tochter ist 5.", "email": email(who), "consent": "on"}
    return {**typed, "seen": antispam.stamp(RequestForm, 10), **fields}


def proposal_form(second: str = "Sven", **fields: object) -> dict[str, object]:
    typed = {
        "title": "Reihum kochen",
        "text": "Eine Person kocht, alle essen.",
        "town": "siegen",
        "rhythm": "monthly",
        "name": "Jana",
        "email": email(second),
        "consent": "on",
    }
    return {**typed, "seen": antispam.stamp(ProposalForm, 10), **fields}


def days(number: float) -> timedelta:
    return timedelta(days=number)
