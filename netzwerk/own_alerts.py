"""What "Heute" tells one officer about their own account."""

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from netzwerk.accounts import resets
from netzwerk.accounts.mails import called
from netzwerk.alert import Alert, Urgency, counted
from netzwerk.signing_in import factors
from netzwerk.unsaved import store


def reset(user: User | AnonymousUser) -> list[Alert]:
    found = resets.of(user) if isinstance(user, User) else None
    if found is None:
        return []
    who, url = called(found.asked_by), reverse("accounts:own_reset")
    what = f"{who} möchte Ihren zweiten Schritt zurücksetzen"
    more = "Haben Sie nicht darum gebeten? Dann widersprechen Sie."
    return [Alert(what, more, (), url, number=None, icon="schloss", urgency=Urgency.NOW)]


def codes(user: User | AnonymousUser) -> list[Alert]:
    left = factors.codes_left(user) if isinstance(user, User) else None
    if left is None or left > factors.FEW_CODES:
        return []
    what = counted(left, "gedruckter Code", "gedruckte Codes") + " zum Anmelden"
    more = "Drucken Sie neue aus, bevor keiner mehr übrig ist." if left else "Drucken Sie neue aus."
    urgency = Urgency.LATER if left else Urgency.WEEK
    return [Alert(what, more, (), reverse("admin:my_sign_in"), "Neue Codes", left, urgency=urgency)]


def unsaved(user: User | AnonymousUser) -> list[Alert]:
    return [
        Alert(
            f"{row.kind}: angefangen und noch nicht gespeichert",
            f"Zuletzt geschrieben am {date_format(timezone.localtime(row.kept_at), 'j. F')}. Nur Sie sehen das.",
            (),
            reverse("admin:unsaved", args=[row.pk]),
            "Weiterschreiben",
        )
        for row in store.of(user)
    ]
