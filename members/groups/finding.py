"""Which groups anybody may see, and which are near somebody."""

from collections.abc import Iterable

from django.db.models import Case, CharField, Expression, Func, Q, Value, When
from django.utils import timezone

from members.groups import wording
from members.groups.models import AGES, ONLINE
from members.models import Group, Member

MOST_NAMED = 3


def public() -> list[Group]:
    """The groups that want to be shown, those that take people first. One query."""
    return list(Group.objects.public().order_by("-takes_members", "title", "pk"))


def near(member: Member) -> str:
    """The groups near the member, in words; "" without any, and for somebody who is not stored. Two queries."""
    return Member.objects.filter(pk=member.pk).values_list(near_in_sql(), flat=True).first() or ""


def near_in_sql(member: str = "") -> Expression:
    """The same for the member of each row, as "„Draußen mit Kindern“ (Kreuztal), „Reihum kochen“ (online)".

    At most MOST_NAMED groups that take people now, in the member's town or online, for children of these ages. `member`
    is the path to the columns, as "address__member__". One query now, and none for any number of rows.
    """
    groups = Group.objects.public().filter(takes_members=True).order_by("title", "pk")
    named = [
        Case(When(_fits(group, member), then=Value(wording.quoted(group))), output_field=CharField())
        for group in sorted(groups, key=lambda group: group.town == ONLINE)
    ]
    if not named:
        return Value("", CharField())
    in_a_row = f"array_to_string((array_remove(ARRAY[%(expressions)s]::text[], NULL))[1:{MOST_NAMED}], ', ')"
    return Func(*named, template=in_a_row, output_field=CharField())


def years_of(bands: Iterable[int]) -> list[int]:
    """The years in which children of these bands of AGES may be born: only the year is known."""
    this = timezone.localdate().year
    spans = [AGES[index] for index in bands]
    return sorted({year for low, high in spans for year in range(this - high - 1, this - low + 1)})


def _fits(group: Group, member: str) -> Q:
    """Members of its town (anywhere if it is online), with a child of its ages or without a child of any of AGES."""
    here = Q() if group.town == ONLINE else Q(**{f"{member}municipality": group.town})
    if not group.ages:
        return here & Q(**{f"{member}pk__isnull": False})
    years = f"{member}children_years__overlap"
    return here & (Q(**{years: years_of(group.ages)}) | ~Q(**{years: years_of(range(len(AGES)))}))
