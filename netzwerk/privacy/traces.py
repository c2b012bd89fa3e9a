"""What a person may have left where no row of hers leads: typed as a login name, searched for in vain (P-08), or named
in what an officer has begun to write.
"""

from collections.abc import Iterable

from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from events.models import Reply
from mailings.models import Address
from members.models import Member
from netzwerk.unsaved import store
from wegweiser.search import failed_searches


def names_of(address: Address) -> set[str]:
    """The names under which the person is known, as long as her rows are there."""
    members = Member.objects.filter(address=address).values_list("name", flat=True)
    return {*members, *Reply.objects.filter(address=address).values_list("name", flat=True)}


def erase(email: str, names: Iterable[str]) -> None:
    """`email` is "" for a caller."""
    if email:
        for model in (AccessAttempt, AccessFailureLog, AccessLog):
            model.objects.filter(username__icontains=email).delete()
        store.forget_person(email)
    failed_searches.forget_person(email, names)
