"""Links in mails about accounts. Purposes and paths stay for ever: mails in people's mailboxes hold them."""

from mailings.links import Link
from netzwerk.models import AccountInvitation, FactorReset

INVITATION, INVITATION_PATH = "account-invitation", "/verwaltung/einladung/{token}/"
PASSWORD, PASSWORD_PATH = "account-password", "/verwaltung/passwort/{token}/"
OBJECTION, OBJECTION_PATH = "factor-reset-objection", "/verwaltung/widerspruch/{token}/"
RESET, RESET_PATH = "factor-reset", "/verwaltung/zweiter-schritt/{token}/"


def to_invitation(invitation: AccountInvitation) -> Link:
    return Link(INVITATION_PATH, INVITATION, invitation.pk, invitation.nonce)


def to_password() -> Link:
    """Opens the delivery itself, as the link to "Meine Daten" does: nothing else is kept of the request."""
    return Link(PASSWORD_PATH, PASSWORD)


def to_objection(reset: FactorReset) -> Link:
    return Link(OBJECTION_PATH, OBJECTION, reset.pk, reset.nonce)


def to_reset(reset: FactorReset) -> Link:
    return Link(RESET_PATH, RESET, reset.pk, reset.nonce)
