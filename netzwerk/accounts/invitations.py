"""Invites a colleague by mail; she chooses her own password, and nobody else ever knows it (R-04)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from kit.desk import audit
from kit.desk.audit import Action
from mailings import tokens
from netzwerk.accounts import links, mails
from netzwerk.accounts.colleagues import has_email
from netzwerk.accounts.mails import called
from netzwerk.models import AccountInvitation

KEPT = timedelta(days=30)  # so that an officer sees that it has expired, and sends it again


class AlreadyThere(Exception):
    """Somebody with this address has an account, or is invited."""


@transaction.atomic
def invite(email: str, first_name: str, last_name: str, roles: list[str], *, by: User) -> AccountInvitation:
    """Raises AlreadyThere."""
    if User.objects.filter(has_email(email)).exists():
        raise AlreadyThere
    try:
        with transaction.atomic():
            invitation = AccountInvitation.objects.create(
                email=email, first_name=first_name, last_name=last_name, roles=roles, invited_by=by
            )
    except IntegrityError as error:
        raise AlreadyThere from error
    _mail(invitation)
    audit.record(by, Action.INVITED, f"{invitation}: {', '.join(roles)}")
    return invitation


@transaction.atomic
def send_again(invitation: AccountInvitation, *, by: User) -> bool:
    """The link in the mail before it ends, and seven days begin anew. False if it is accepted or withdrawn by now."""
    fresh = {"nonce": tokens.new_nonce(), "invited_at": timezone.now(), "invited_by": by}
    if not AccountInvitation.objects.filter(pk=invitation.pk).update(**fresh):
        return False
    invitation.refresh_from_db()
    _mail(invitation)
    audit.record(by, Action.INVITED, f"{invitation}: noch einmal")
    return True


@transaction.atomic
def withdraw(invitation: AccountInvitation, *, by: User) -> bool:
    """False if it is accepted or withdrawn by now."""
    if not AccountInvitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    audit.record(by, Action.INVITED, f"{invitation}: zurückgezogen")
    return True


def find(token: str) -> AccountInvitation | None:
    """The invitation that the link opens; None from VALID after it was sent."""
    return tokens.find(links.INVITATION, token, AccountInvitation.objects.still_open())


@transaction.atomic
def accept(invitation: AccountInvitation, password: str) -> User | None:
    """Opens the account; None if the invitation was used, withdrawn or sent again meanwhile."""
    if not AccountInvitation.objects.filter(pk=invitation.pk, nonce=invitation.nonce).delete()[0]:
        return None
    if User.objects.filter(has_email(invitation.email)).exists():
        return None
    account = User.objects.create_user(
        invitation.email,
        invitation.email,
        password,
        first_name=invitation.first_name,
        last_name=invitation.last_name,
        is_staff=True,
    )
    account.groups.set(Group.objects.filter(name__in=invitation.roles))
    audit.record(account, Action.ADDED, f"Konto {called(account)}, eingeladen von {called(invitation.invited_by)}")
    return account


def expire(now: datetime) -> None:
    AccountInvitation.objects.filter(invited_at__lt=now - KEPT).delete()


def _mail(invitation: AccountInvitation) -> None:
    mails.send(
        "invited",
        [invitation.email],
        {"wer": called(invitation.invited_by), "bis": mails.until(invitation.valid_until)},
        {"einrichten": links.to_invitation(invitation)},
    )
