"""A forgotten password: a link by mail, for one hour and once. It never touches a second factor (R-04)."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from kit.desk import audit
from kit.desk.audit import Action
from mailings import templates, tokens
from mailings.models import Delivery, Mailing
from mailings.models.deliveries import RandomHex
from mailings.outbox import Recipient, queue
from mailings.strangers import mail_to_stranger
from netzwerk.accounts import links, mails, sessions

KIND = "password"
TEMPLATE = "netzwerk/password"
VALID = timedelta(hours=1)


def send_link(email: str, ip: str, proof: str = "") -> None:
    """Mails the link to the owner of an account; for any other address the same happens and is undone (P-04).

    Raises NotNow.
    """
    known = _owner(email) is not None  # asked first: what follows is the same for everybody
    with mail_to_stranger(KIND, email, ip, proof) as (address, verdict):
        template = templates.load(TEMPLATE, kind=Mailing.Kind.PERSONAL, main_link="passwort")
        queue(template, [Recipient(address, {}, {"passwort": links.to_password()})], verdict.due_at)
        if not known:
            transaction.set_rollback(True)


def find(token: str) -> User | None:
    """The account whose password the link may set; None from VALID after its mail was sent, and once it was used."""
    delivery = tokens.find(links.PASSWORD, token, Delivery.objects.select_related("address").exclude(address=None))
    if delivery is None or delivery.address is None:
        return None
    if delivery.finished_at and timezone.now() > delivery.finished_at + VALID:
        return None
    return _owner(delivery.address.email)


@transaction.atomic
def reset(token: str, password: str) -> User | None:
    """Sets the password and signs the account out everywhere; None if the link is not valid any more.

    Two clicks at once take turns by the account's row, and the second finds the link used.
    """
    account = find(token)
    if account is None:
        return None
    User.objects.select_for_update().get(pk=account.pk)
    if find(token) is None:
        return None
    account.set_password(password)
    account.save(update_fields=["password"])
    sessions.end_all(account)
    changed(account, "über den Link per Mail")
    return account


def changed(account: User, how: str) -> None:
    """Ends the links that are under way, logs the change and tells the owner."""
    mine = Delivery.objects.filter(mailing__template=TEMPLATE, address__email__in=mails.addresses_of(account))
    mine.update(nonce=RandomHex())
    audit.record(account, Action.PASSWORD, how)
    mails.send("password_changed", mails.addresses_of(account), {"wann": mails.until(timezone.now())})


def known() -> Q:
    """Whether the address is one of somebody who has an account. For settings.KNOWN_ADDRESSES."""
    accounts = User.objects.filter(is_staff=True, is_active=True)
    first = Exists(accounts.filter(email__iexact=OuterRef("email")))
    return Q(first) | Q(Exists(accounts.filter(second_address__email=OuterRef("email"))))


def _owner(email: str) -> User | None:
    """The account with this address; of two, the one whose user name it is, or that was used last."""
    has_it = Q(email__iexact=email) | Q(second_address__email=email.lower())
    found = User.objects.filter(has_it, is_staff=True, is_active=True)
    by_name = [account for account in found if account.username.lower() == email]
    latest = found.order_by(F("last_login").desc(nulls_last=True), "pk").first()
    return by_name[0] if by_name else latest
