"""Which groups anybody may see, and which are near somebody."""

from collections.abc import Iterable

from django.utils import timezone

from members.groups.models import AGES, ONLINE
from members.models import Group, Member

MOST_NAMED = 3


def public() -> list[Group]:
    """The groups that want to be shown, those that take people first. One query."""
    return list(Group.objects.public().order_by("-takes_members", "title", "pk"))


def where() -> list[str]:
    """The towns in which a group takes people now, as people write them; one query."""
    groups = Group.objects.public().filter(takes_members=True).order_by("town").distinct("town")
    return [group.where for group in groups]


def near(member: Member) -> list[Group]:
    """Groups that take people now, in the member's town or online, for children of these ages. One query."""
    open_now = Group.objects.public().filter(takes_members=True, town__in=[member.municipality, ONLINE])
    bands = bands_of(member.children_years)
    found = [group for group in open_now.order_by("title") if not bands or not group.ages or bands & set(group.ages)]
    return sorted(found, key=lambda group: group.town == ONLINE)[:MOST_NAMED]


def bands_of(years: Iterable[int]) -> set[int]:
    """The bands of AGES that children born in these years may belong to: only the year is known."""
    this = timezone.localdate().year
    ages = {age for year in years for age in (this - year - 1, this - year)}
    return {index for index, (low, high) in enumerate(AGES) if any(low <= age <= high for age in ages)}
