"""Keeps the proof of consent: the exact wording, when it was shown and confirmed, and by which act (P-01)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.conf import settings
from django.contrib.flatpages.models import FlatPage
from django.db import connection
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from kit.local_time import midnight
from mailings.models import Address, Delivery, Mailing
from mailings.sending.message import message_id
from members.models import NETWORK, Consent, GroupRequest, JoinRequest, Wording

JOIN_PATH = "/mitmachen/"


def consent_text() -> str:
    """The sentence beside the box, as it stands on the page."""
    return render_to_string("members/consent.txt").strip()


def wordings(mail_text: str, consent: str = "") -> dict[str, Wording]:
    """The texts in force now, by kind; stored when they are first used. Always two statements.

    `consent` is what somebody agrees to, if it is not the network's mail.
    """
    notice = FlatPage.objects.filter(url="/datenschutz/").values_list("content", flat=True).first()
    texts = {
        Wording.Kind.CONSENT: consent or consent_text(),
        Wording.Kind.PRIVACY: notice or "",
        Wording.Kind.MAIL: mail_text,
    }
    hashes = {kind: sha256(text) for kind, text in texts.items()}
    Wording.objects.bulk_create(
        [Wording(kind=kind, sha256=hashes[kind], text=text) for kind, text in texts.items()],
        ignore_conflicts=True,
    )
    found = Wording.objects.filter(sha256__in=hashes.values())
    return {wording.kind: wording for wording in found if hashes[Wording.Kind(wording.kind)] == wording.sha256}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asked(
    mailing: Mailing,
    texts: dict[str, Wording],
    *,
    method: str,
    entered_by: str = "",
    path: str = JOIN_PATH,
    lists: str = NETWORK,
) -> list[Consent]:
    """Begins the chain of everybody who gets this mail: they were asked, in these words, on the form at `path`."""
    return Consent.objects.bulk_create(
        Consent(
            address=delivery.address,
            act=Consent.Act.ASKED,
            lists=lists,
            form_url=settings.SITE_URL + path if not entered_by else "",
            method=method,
            consent_text=texts[Wording.Kind.CONSENT],
            privacy_notice=texts[Wording.Kind.PRIVACY],
            mail_text=texts[Wording.Kind.MAIL],
            message_id=message_id(delivery),
            entered_by=entered_by,
        )
        for delivery in Delivery.objects.filter(mailing=mailing).select_related("address")
    )


def confirmed(asked: Consent, method: str) -> Consent:
    """Adds the confirmation to the chain, with the texts that this question named."""
    return Consent.objects.create(
        address=asked.address,
        act=Consent.Act.CONFIRMED,
        lists=asked.lists,
        form_url=asked.form_url,
        method=method,
        consent_text=asked.consent_text,
        privacy_notice=asked.privacy_notice,
        mail_text=asked.mail_text,
        message_id=asked.message_id,
    )


def kept_since(now: datetime) -> datetime:
    """The moment since which a consent must have ended for its proof to be kept: one that ended in year Y (Berlin) is
    kept until 31 December of Y + CONSENT_YEARS, inclusive.
    """
    return midnight(date(timezone.localtime(now).year - settings.CONSENT_YEARS, 1, 1))


def move(other: Address, mine: Address) -> None:
    """What somebody agreed to under another address of theirs belongs to their row from now on. The database refuses
    to change proof, so it is written once more.
    """
    for consent in Consent.objects.filter(address=other):
        was = consent.pk
        consent.pk, consent.address = None, mine
        consent._state.adding = True
        consent.save()
        JoinRequest.objects.filter(proof=was).update(proof=consent)
        GroupRequest.objects.filter(proof=was).update(proof=consent)
    delete(Consent.objects.filter(address=other))


def delete(consents: QuerySet[Consent]) -> None:
    """The only way to delete proof: erasure, or the end of its period."""
    with _deleting():
        consents.delete()


@contextmanager
def _deleting() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('netzwerk.erasing', 'on', true)")
        yield
        cursor.execute("SELECT set_config('netzwerk.erasing', '', true)")
