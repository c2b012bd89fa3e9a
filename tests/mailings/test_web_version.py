"""The web version of a mail, for people whose mailbox others read: the text of the HTML part in our own look."""

import html
import re

import pytest
from django.db import transaction
from django.test import Client

from mailings import outbox
from mailings.links import to_my_data, web_version_url
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient
from mailings.sending import message
from mailings.templates import MailTemplate
from tests.mailings.copies import bytes_of, parsed, text_of

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


CAKE = """$anrede

der Eintritt kostet *5 $$*.
Es gibt "Kuchen" & Kaffee.

Meine Daten ansehen:
$meine_daten

--

unten
"""


def queued_for_anna(text: str) -> Delivery:
    anna = Address.objects.create(email="anna@example.org", list_mail=True)
    with transaction.atomic():
        template = MailTemplate("x", Mailing.Kind.LIST, "Neues", text)
        outbox.queue(template, [Recipient(anna, {"anrede": "Guten Tag Anna <3 & $Co,"}, {"meine_daten": to_my_data()})])
    return Delivery.objects.select_related("mailing", "address").get()


def body_on_page(client: Client, delivery: Delivery) -> list[str]:
    """The lines of the page between its heading and the link for leaving."""
    page = client.get(web_version_url(delivery)).content.decode()
    body = page.partition("</h1>")[2].partition('<p class="small after">')[0]
    return [line.strip() for line in body.replace("<br />", "<br>").splitlines() if line.strip()]


def test_anna_reads_on_the_page_what_stands_in_the_text_of_her_mail(client: Client) -> None:
    delivery = queued_for_anna(CAKE)
    my_data = message.placeholder_values(delivery)["meine_daten"]
    assert body_on_page(client, delivery) == [
        "<p>Guten Tag Anna &lt;3 &amp; $Co,</p>",
        "<p>der Eintritt kostet <em>5 $</em>.<br>",
        "Es gibt &quot;Kuchen&quot; &amp; Kaffee.</p>",
        f'<p class="buttons"><a class="btn" href="{my_data}">Meine Daten ansehen</a></p>',
    ]
    assert text_of(parsed(bytes_of(delivery))).partition("\n--\n")[0].split("\n") == [
        "Guten Tag Anna <3 & $Co,",
        "",
        "der Eintritt kostet 5 $.",
        'Es gibt "Kuchen" & Kaffee.',
        "",
        "Meine Daten ansehen:",
        my_data,
    ]


def test_a_mail_from_before_there_was_a_source_opens_and_looks_the_same(client: Client) -> None:
    delivery = queued_for_anna(CAKE)
    now = body_on_page(client, delivery)
    Mailing.objects.update(source="")
    assert [html.unescape(line) for line in body_on_page(client, delivery)] == [html.unescape(line) for line in now]
