"""Invented people in every state of a member, made by the portal's own actions."""

from django.test import Client

from mailings import antispam
from mailings.antispam import PublicEmailForm
from mailings.models import Address, Mailing
from mailings.outbox import Recipient, queue
from members import signup
from members.details import Details
from members.forms import JoinForm
from members.models import JoinRequest, Member
from tests.post import Post, link_in


def asked(email: str, **details: object) -> Member:
    signup.ask(email, Details(**details), "198.51.100.7")  # type: ignore[arg-type]
    return Member.objects.get(address__email=email)


def request_of(email: str) -> JoinRequest:
    """The latest request that waits for this address."""
    return JoinRequest.objects.filter(member__address__email=email).latest("pk")


def active(email: str, **details: object) -> Member:
    member = signup.enter(email, Details(**details), origin="officer", by="amt", proof="Blatt 1")  # type: ignore[arg-type]
    return Member.objects.select_related("address").get(pk=member.pk)


def newsletter(*emails: str, text: str = "$anrede\n\nwir treffen uns.\n") -> Mailing:
    """A list mail to these addresses, queued. Call in a transaction."""
    template = signup.templates.MailTemplate("newsletter", Mailing.Kind.LIST, "Neuigkeiten", text, automatic=False)
    addresses = Address.objects.filter(email__in=emails)
    return queue(template, [Recipient(address, {"anrede": "Guten Tag,"}) for address in addresses])


def form(email: str, of: type[PublicEmailForm] = JoinForm, **fields: object) -> dict[str, object]:
    """What a browser sends from /mitmachen/, or from the page of another form, ten seconds after it was opened."""
    return {"email": email, "consent": "on", "seen": antispam.stamp(of, 10), **fields}


def confirm_by_mail(client: Client, post: Post, email: str) -> None:
    post.deliver()
    path = link_in(post.to(email), "/mitmachen/bestaetigen/")
    assert client.post(path).status_code == 302
