"""The web version of a mail, for people whose mailbox others read: the text of the HTML part in our own look."""

import re

import pytest
from django.db import transaction
from django.test import Client

from mailings import outbox
from mailings.links import to_my_data, web_version_url
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient
from mailings.templates import MailTemplate

pytestmark = pytest.mark.django_db

TEXT = """$anrede

am **Samstag** gibt es *Kuchen*, [hier](https://www.beispiel.example/?a=1&b=2), und 2 \\* 3 Sterne.

- Bringen Sie gern jemanden mit.

Meine Daten ansehen:
$meine_daten
"""


def test_it_keeps_emphasis_links_lists_and_buttons_and_no_look_of_mails(client: Client) -> None:
    address = Address.objects.create(email="anna@example.org", list_mail=True, discreet=True)
    name = '<b style="x">Anna</b>'
    with transaction.atomic():
        template = MailTemplate("x", Mailing.Kind.LIST, "Neues", TEXT)
        outbox.queue(template, [Recipient(address, {"anrede": f"Guten Tag {name},"}, {"meine_daten": to_my_data()})])
    delivery = Delivery.objects.select_related("mailing", "address").get()
    shown = client.get(web_version_url(delivery)).content.decode()
    article = shown[shown.index("<article") : shown.index("</article>")]
    for part in (
        "<strong>Samstag</strong>",
        "<em>Kuchen</em>",
        '<a href="https://www.beispiel.example/?a=1&amp;b=2">hier</a>',
        "2 * 3 Sterne",
        "<li>Bringen Sie gern jemanden mit.</li>",
        "Guten Tag &lt;b style=&quot;x&quot;&gt;Anna&lt;/b&gt;,",
    ):
        assert part in article
    assert re.search(
        r'<p class="buttons"><a class="btn" href="\S+/meine-daten/\S+/">Meine Daten ansehen</a></p>', article
    )
    assert not re.search(r'<[^>]*\bstyle=|<t[dr]\b|class="m-', article)
