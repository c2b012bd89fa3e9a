"""The consent to the mail of one group: a chain of its own, apart from the network's (P-02)."""

from django.conf import settings
from django.template.loader import render_to_string

from mailings.models import Address, Mailing
from members import proofs
from members.models import Consent, Group, GroupRequest, Wording


def text() -> str:
    """The sentence beside the box, as it stands on the page."""
    return render_to_string("members/groups/consent.txt").strip()


def list_name(group: Group) -> str:
    return f"Nachrichten der Gruppe „{group.title}“"


def asked(request: GroupRequest, mailing: Mailing, mail_text: str, path: str) -> Consent:
    """Begins the chain: the request's address was asked, in these words."""
    texts, lists = proofs.wordings(mail_text, text()), list_name(request.group)
    [question] = proofs.asked(mailing, texts, method=f"POST {path}", path=path, lists=lists)
    return question


def agreed(address: Address, group: Group, path: str) -> Consent:
    """Somebody has ticked the box behind their own link."""
    texts = proofs.wordings("", text())
    return Consent.objects.create(
        address=address,
        act=Consent.Act.CONFIRMED,
        lists=list_name(group),
        form_url=settings.SITE_URL + path,
        method=f"POST {path}",
        consent_text=texts[Wording.Kind.CONSENT],
        privacy_notice=texts[Wording.Kind.PRIVACY],
    )


def withdrawn(address: Address, group: Group, method: str, by: str = "") -> None:
    Consent.objects.create(
        address=address, act=Consent.Act.WITHDRAWN, lists=list_name(group), method=method, entered_by=by
    )
