"""Callers: members without e-mail, whom officers call. No mail reaches them, because there is no address to write to.

They agree on the phone or in person. Their proof of consent says who wrote that down, and how they agreed.
"""

from django.db import transaction
from django.utils import timezone

from kit import tallies
from kit.tallies import What
from members import proofs
from members.details import Details
from members.models import Consent, Member, MemberQuerySet


@transaction.atomic
def enter(phone: str, details: Details, *, by: str, proof: str) -> Member:
    """A new caller, active at once; `proof` says when and how the person has agreed."""
    now = timezone.now()
    caller = Member.objects.create(
        **details.own(), **details.noted(by, now), phone=phone, origin=Member.Origin.OFFICER,
        state=Member.State.ACTIVE, asked_at=now, joined_at=now,
    )  # fmt: skip
    Consent.objects.create(
        caller=caller, act=Consent.Act.SPOKEN, method=Member.Origin.OFFICER.label, proof=proof, entered_by=by
    )
    tallies.count(What.JOINED, on=timezone.localdate(now))
    return caller


def delete(callers: MemberQuerySet) -> None:
    """Deletes callers with their proof: without a name it proves nothing about anybody."""
    found = list(callers.callers().values_list("pk", flat=True))
    proofs.delete(Consent.objects.filter(caller__in=found))
    Member.objects.filter(pk__in=found).delete()
