"""A second address of an officer, elsewhere than at the office: notices and "Passwort vergessen" reach both (O-03).

On 30 October 2023 the mail of about a hundred administrations of this region was gone for months.
"""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from kit.desk import audit
from kit.desk.audit import Action
from netzwerk.accounts import mails
from netzwerk.models import SecondAddress


class TakenMeanwhile(Exception):
    """Another account has got this address a moment ago."""


def of(account: User) -> str:
    """Empty if there is none."""
    return SecondAddress.objects.filter(account=account).values_list("email", flat=True).first() or ""


@transaction.atomic
def enter(account: User, email: str) -> bool:
    """Sets it, or removes it with "". False if nothing changes. All its addresses hear of it, the former one too.

    Raises TakenMeanwhile.
    """
    User.objects.select_for_update().get(pk=account.pk)
    before = of(account)
    if before == email:
        return False
    told = {*mails.addresses_of(account), *([email] if email else [])}
    if email:
        try:
            with transaction.atomic():
                SecondAddress.objects.update_or_create(account=account, defaults={"email": email})
        except IntegrityError as error:
            raise TakenMeanwhile from error
    else:
        SecondAddress.objects.filter(account=account).delete()
    audit.record(account, Action.CHANGED, f"die eigene zweite Adresse {'eingetragen' if email else 'entfernt'}")
    mails.send("second_address", sorted(told), {"jetzt": email or "keine"})
    return True
