"""What people tell about themselves when they join, and later."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from mailings.models import Address
from members.models import GroupRequest, JoinRequest, Member

MOST_CHILDREN = 15
OLDEST_CHILD = 27  # child benefit ends at 25; some study on


@dataclass(frozen=True, kw_only=True)
class Details:
    """What somebody may tell about themselves when joining; nothing of it is required.

    A detail is a field of Member with the same name, except `discreet`, which belongs to the address.
    """

    name: str = ""
    municipality: str = ""
    children_years: list[int] = field(default_factory=list)
    discreet: bool = False
    note: str = ""

    # What people tell about themselves and change in "Meine Daten", with the empty values.
    FIELDS: ClassVar[dict[str, Any]]

    @classmethod
    def from_form(cls, data: dict[str, Any]) -> "Details":
        """The details in the cleaned data of a form; what it does not ask for stays empty."""
        return cls(**{each.name: data[each.name] for each in fields(cls) if each.name in data})

    def own(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name not in ("discreet", "note")}

    def noted(self, by: str, now: datetime) -> dict[str, Any]:
        """The fields of the officers' note, and who wrote it when."""
        return {"note": self.note, "noted_by": by, "noted_at": now} if self.note else {"note": ""}

    @classmethod
    def forgotten(cls) -> dict[str, Any]:
        """The values of a member whose details are deleted."""
        return {**cls.FIELDS, "phone": "", "note": "", "noted_by": "", "noted_at": None}


Details.FIELDS = Details().own()


def told(member: Member) -> dict[str, Any]:
    """The details of a member under their German names, the town as people write it."""
    values = {name: getattr(member, name) for name in Details.FIELDS} | {"municipality": member.town}
    return {str(field.verbose_name): values[field.name] for field in Member._meta.fields if field.name in values}


def told_with(request: JoinRequest) -> dict[str, Any]:
    """The same for what was typed with a request."""
    details = Details(**request.details)
    discreet = {"Andere können das Postfach lesen": True} if details.discreet else {}
    return told(Member(**details.own())) | discreet


def plausible_years(years: list[int]) -> list[int]:
    """The years that can be birth years of children at home, sorted; next year is allowed."""
    now = timezone.localdate().year
    return sorted({year for year in years if now - OLDEST_CHILD <= year <= now + 1})[:MOST_CHILDREN]


def is_discreet(address: Address) -> bool:
    """Whether the mailbox gets neutral mail before anything is confirmed: one of the requests that wait says so."""
    joining = JoinRequest.objects.filter(member__address=address, details__discreet=True).order_by()
    groups = GroupRequest.objects.filter(address=address, discreet=True).order_by()
    return joining.values("pk").union(groups.values("pk"), all=True).exists()
