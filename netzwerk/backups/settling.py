"""What a restored database needs before anybody uses it: no mail, no sessions, nobody back who was erased (D-08, P-08).

Runs in the new portal, with its keys, before it is put in place; by hand as `manage.py after_restore`.
"""

from datetime import datetime
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from events.models import EventMail
from kit.desk import audit
from kit.desk.audit import Action
from mailings import planning
from mailings.sending import queue, relay
from members.models import Newsletter
from netzwerk import upkeep
from netzwerk.models import Heartbeat
from netzwerk.privacy import tombstones


def settle(made_at: datetime, erasures: list[Path]) -> str:
    """`erasures` are the files of erasures that came with the backup.

    Nobody knows who was erased after the latest moment that one of them knows: "Heute" says so. Returns sentences
    about it.
    """
    with transaction.atomic():
        queue.free_all()
        relay.hold()
        for model in (Newsletter, EventMail):
            planning.take_back_due(model, timezone.now())  # the lost portal may have sent them
        Session.objects.all().delete()  # they may have ended since
        Heartbeat.beat(Heartbeat.Name.RESTORED, timezone.now())
        audit.record(None, Action.IMPORTED, f"Sicherung vom {timezone.localtime(made_at):%d.%m.%Y, %H:%M} Uhr")
    said = _erase_again(made_at, erasures)
    # The lost portal may have written these mails since the backup: they are old, and officers may throw them away.
    failed = upkeep.take(upkeep.ASKING, timezone.now())
    relay.hold()  # what is queued from now on is new
    return f"{said} Gescheitert, siehe Log: {', '.join(failed)}." if failed else said


def _erase_again(made_at: datetime, erasures: list[Path]) -> str:
    known_until = max([made_at, *filter(None, map(tombstones.known_until, erasures))])
    for file in erasures:
        tombstones.add_from(file)
    try:
        said = _how_many(tombstones.reapply())
    except tombstones.NotAllErased as reason:
        known_until, said = made_at, str(reason)
    Heartbeat.beat(Heartbeat.Name.ERASURES, known_until)
    until = f"{timezone.localtime(known_until):%d.%m.%Y, %H:%M} Uhr"
    return f"{said} Löschungen sind bekannt bis {until}. Wer später gelöscht wurde, steht wieder da."


def _how_many(number: int) -> str:
    if number == 1:
        return "Eine Person war seit der Sicherung gelöscht worden und ist es wieder."
    if number:
        return f"{number} Personen waren seit der Sicherung gelöscht worden und sind es wieder."
    return "Niemand ist noch einmal zu löschen."
