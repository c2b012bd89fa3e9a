"""Members, the proof that each of them has asked for our mail, newsletters and groups."""

from members.groups.models import (
    Group,
    GroupMembership,
    GroupMessage,
    GroupReport,
    GroupRequest,
    KeptOut,
    PhoneRelease,
)
from members.models.newsletters import Newsletter
from members.models.people import Member, MemberQuerySet
from members.models.proofs import NETWORK, AddressChange, Consent, JoinRequest, Wording

__all__ = [
    "NETWORK",
    "AddressChange",
    "Consent",
    "Group",
    "GroupMembership",
    "GroupMessage",
    "GroupReport",
    "GroupRequest",
    "JoinRequest",
    "KeptOut",
    "Member",
    "MemberQuerySet",
    "Newsletter",
    "PhoneRelease",
    "Wording",
]
