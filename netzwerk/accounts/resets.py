"""A colleague loses her phone: another officer has her second factors ended, and nobody can do that behind her back.

She alone gets the mails. From the first one she can object at once; the link that carries it out works 24 hours later
only (R-04).
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from kit.desk import audit
from kit.desk.audit import Action
from mailings import tokens
from mailings.models import Delivery
from netzwerk.accounts import links, mails, sessions
from netzwerk.accounts.mails import called
from netzwerk.models import FactorReset
from netzwerk.signing_in import factors


class NotPossible(Exception):
    """str() is a German sentence that says why."""


def hindrance(account: User, by: User) -> str:
    """Why `by` cannot ask for the reset now, in a German sentence; "" if nothing hinders it."""
    if account.pk == by.pk:
        return "Den eigenen zweiten Schritt muss jemand anderes zurücksetzen."
    if not account.is_active:
        return "Das Konto ist abgeschaltet."
    if not account.email:
        return "Zu diesem Konto gehört keine E-Mail-Adresse. Bitte wenden Sie sich an Ihre IT."
    if not factors.has_any(account):
        return "Dieses Konto hat noch keinen zweiten Schritt."
    if of(account):
        return "Das Zurücksetzen läuft schon."
    return ""


@transaction.atomic
def ask(account: User, *, by: User) -> FactorReset:
    """Writes both mails: the one with the objection now, the other when the delay is over. Raises NotPossible."""
    if reason := hindrance(account, by):
        raise NotPossible(reason)
    expire(timezone.now())
    try:
        with transaction.atomic():
            reset = FactorReset.objects.create(account=account, asked_by=by)
    except IntegrityError as error:
        raise NotPossible("Das Zurücksetzen läuft schon.") from error
    values = {"wer": called(by), "ab": mails.until(reset.effective_at), "bis": mails.until(reset.lapses_at)}
    to = mails.addresses_of(account)
    mails.send("reset_asked", to, values, {"widersprechen": links.to_objection(reset)})
    reset.second_mail = mails.send(
        "reset_ready", to, values, {"zuruecksetzen": links.to_reset(reset)}, reset.effective_at
    )
    reset.save(update_fields=["second_mail"])
    audit.record(by, Action.RESET_ASKED, f"Konto {called(account)}")
    return reset


def to_object(token: str) -> FactorReset | None:
    """The open reset to which the link of the first mail objects."""
    return tokens.find(links.OBJECTION, token, _open(timezone.now()))


def to_carry_out(token: str) -> FactorReset | None:
    """The reset that the link of the second mail carries out; None before the delay is over."""
    return tokens.find(links.RESET, token, _ripe(timezone.now()))


def of(account: User) -> FactorReset | None:
    """The reset of the account that is open now."""
    return _open(timezone.now()).filter(account=account).first()


@transaction.atomic
def object_to(reset: FactorReset) -> bool:
    """The owner keeps her factors, and the colleague is told. False if it has ended meanwhile."""
    if not end(reset):
        return False
    audit.record(reset.account, Action.RESET_OBJECTED, "widersprochen")
    mails.send("reset_objected", mails.addresses_of(reset.asked_by), {"wer": called(reset.account)})
    return True


@transaction.atomic
def withdraw(reset: FactorReset, *, by: User) -> bool:
    """An officer takes it back, and the owner is told. False if it has ended meanwhile."""
    if not end(reset):
        return False
    audit.record(by, Action.RESET_OBJECTED, f"Konto {called(reset.account)}: zurückgenommen")
    mails.send("reset_withdrawn", mails.addresses_of(reset.account), {"wer": called(by)})
    return True


@transaction.atomic
def carry_out(reset: FactorReset) -> bool:
    """Ends all factors and all sessions, and tells both. False if it has ended meanwhile, or is too early or late.

    The DELETE decides: of an objection and this at the same moment one finds no row.
    """
    if not _ripe(timezone.now()).filter(pk=reset.pk).delete()[0]:
        return False
    factors.end_all(reset.account)
    sessions.end_all(reset.account)
    audit.record(reset.account, Action.RESET_DONE, f"verlangt von {called(reset.asked_by)}")
    mails.send("reset_done", mails.addresses_of(reset.account), {"wann": mails.until(timezone.now())})
    mails.send("reset_done_colleague", mails.addresses_of(reset.asked_by), {"wer": called(reset.account)})
    return True


def forget_of(account: User) -> None:
    """Ends the open reset of an account that is switched off, and those that it has asked for."""
    for reset in FactorReset.objects.filter(account=account) | FactorReset.objects.filter(asked_by=account):
        end(reset)


def expire(now: datetime) -> None:
    FactorReset.objects.filter(asked_at__lte=now - FactorReset.LAPSES).delete()


def _open(now: datetime) -> QuerySet[FactorReset]:
    rows = FactorReset.objects.select_related("account", "asked_by")
    return rows.filter(asked_at__gt=now - FactorReset.LAPSES, account__is_active=True)


def _ripe(now: datetime) -> QuerySet[FactorReset]:
    return _open(now).filter(asked_at__lte=now - FactorReset.DELAY)


def end(reset: FactorReset) -> bool:
    """Deletes the row, and the mail that was to come; False if somebody else has ended it."""
    if not FactorReset.objects.filter(pk=reset.pk).delete()[0]:
        return False
    waiting = Delivery.objects.filter(mailing=reset.second_mail_id, state=Delivery.State.QUEUED)
    waiting.cancel(Delivery.Reason.STOPPED, timezone.now())
    return True
