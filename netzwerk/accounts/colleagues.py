"""The accounts of the desk and their roles. They are switched off, never deleted: the log names them."""

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from kit.desk import audit
from kit.desk.audit import Action
from netzwerk.accounts import resets, roles, sessions
from netzwerk.accounts.mails import called
from netzwerk.models import AccountInvitation, SecondAddress, SwitchedOff


class NotAllowed(Exception):
    """The rules forbid it. str() is a German sentence that says why and what to do instead."""


class OwnAccount(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            "Das eigene Konto kann niemand ändern oder abschalten. Bitten Sie jemand anderen aus der Koordination."
        )


class LastCoordinator(NotAllowed):
    def __init__(self) -> None:
        super().__init__(
            f"Das ist das letzte Konto mit der Rolle „{roles.COORDINATION}“. Geben Sie die Rolle erst jemand anderem."
        )


def everybody() -> QuerySet[User]:
    """All accounts by name, with their roles and why they are off: two queries."""
    rows = User.objects.filter(is_staff=True).select_related("switched_off__by", "factor_reset__asked_by")
    return rows.prefetch_related("groups").order_by("-is_active", "last_name", "first_name", "username")


def coordinators() -> QuerySet[User]:
    """Those of the Koordination who may sign in."""
    return User.objects.filter(groups__name=roles.COORDINATION, is_active=True, is_staff=True)


def roles_of(user: User) -> list[str]:
    """The names of the roles, in their usual order; a technician's is no group."""
    held = {group.name for group in user.groups.all()}
    return [*([roles.TECHNICIAN] if user.is_superuser else []), *(name for name in roles.NAMES if name in held)]


def has_email(email: str) -> Q:
    """Whether an account has this address: as user name, beside it, or as its second one."""
    return Q(username__iexact=email) | Q(email__iexact=email) | Q(second_address__email=email.lower())


def owned() -> Q:
    """Whether a mail address is one of somebody who has an account, or is invited: mail to them may be under way."""
    has_account = Q(Exists(User.objects.filter(email__iexact=OuterRef("email"))))
    has_account |= Q(Exists(SecondAddress.objects.filter(email=OuterRef("email"))))
    return has_account | Q(Exists(AccountInvitation.objects.filter(email=OuterRef("email"))))


@transaction.atomic
def switch_off(account: User, *, by: User, reason: str) -> bool:
    """Ends all sessions at once, and what the account has begun: open invitations and resets. False if it was off.

    Raises NotAllowed.
    """
    check(account, by, keeps_coordination=False)
    if not User.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        return False
    SwitchedOff.objects.create(account=account, reason=reason, by=by)
    sessions.end_all(account)
    AccountInvitation.objects.filter(invited_by=account).delete()
    resets.forget_of(account)
    audit.record(by, Action.SWITCHED_OFF, f"Konto {called(account)}: {reason}")
    return True


@transaction.atomic
def switch_on(account: User, *, by: User) -> bool:
    """False if it was on. What was open when it was switched off stays closed. Raises NotAllowed."""
    check(account, by, keeps_coordination=True)
    if not User.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
        return False
    SwitchedOff.objects.filter(account=account).delete()
    sessions.end_all(account)
    audit.record(by, Action.SWITCHED_ON, f"Konto {called(account)}")
    return True


@transaction.atomic
def set_roles(account: User, names: list[str], *, by: User) -> bool:
    """Gives the account exactly these roles; groups that are no roles stay. False if it had them. Raises NotAllowed.

    Sessions end: one that was begun at the door has no idle limit, and must not get more rights.
    """
    check(account, by, keeps_coordination=roles.COORDINATION in names)
    known = {group.name: group for group in Group.objects.filter(name__in=roles.NAMES)}
    before = set(account.groups.filter(name__in=roles.NAMES).values_list("name", flat=True))
    if before == set(names):
        return False
    account.groups.remove(*(known[name] for name in before - set(names)))
    account.groups.add(*(known[name] for name in set(names) - before))
    sessions.end_all(account)
    now = ", ".join(name for name in roles.NAMES if name in names)
    audit.record(by, Action.ROLES, f"Konto {called(account)}: {now}")
    return True


@transaction.atomic
def enter_address(owner: User, email: str) -> bool:
    """Gives an account without an address one. False if it has one by now."""
    if not User.objects.filter(pk=owner.pk, email="").update(email=email):
        return False
    audit.record(owner, Action.CHANGED, "die eigene E-Mail-Adresse eingetragen")
    return True


def check(account: User, by: User, *, keeps_coordination: bool) -> None:
    """Two officers who switch each other off take turns here, so that one of them is left."""
    Group.objects.select_for_update().get(name=roles.COORDINATION)
    if account.pk == by.pk or not User.objects.filter(pk=by.pk, is_active=True).exists():
        raise OwnAccount
    is_one = coordinators().filter(pk=account.pk).exists()
    if is_one and not keeps_coordination and not coordinators().exclude(pk=account.pk).exists():
        raise LastCoordinator
