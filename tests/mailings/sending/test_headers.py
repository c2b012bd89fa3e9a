"""The header fields of every mail: what they say, and what they must not reveal (M-01, M-13 to M-15)."""

import re
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from string import Template
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from mailings import antispam, links, outbox, templates
from mailings.links import Link
from mailings.models import Address, Delivery, Mailing
from mailings.outbox import Recipient
from mailings.sending import message as mime
from mailings.sending.message import MessageBuilder
from members import leaving
from members.forms import JoinForm
from tests import FULL
from tests.mailings.copies import addresses_in, html_of, parsed, preheaders, text_of
from tests.mailings.sending.engine import LETTER, PERSONAL, people, write_to
from tests.mailings.test_mail_quality import facts

pytestmark = pytest.mark.django_db
MANY = 5000 if FULL else 300
FOLDER = settings.BASE_DIR / "templates" / "mails"
TEMPLATES = sorted(
    str(file.relative_to(FOLDER).with_suffix("")) for file in Path(FOLDER).rglob("*.txt") if file.stem != "text"
)
# What a glance over somebody's shoulder must not tell.
TELLING = re.compile(
    r"allein\s?erzieh|einelternteil|ein-eltern|getrennt|trennung|scheidung|geschieden|verwitwet|gewalt|missbrauch"
    r"|unterhalt|sorgerecht|umgangsrecht|vaterschaft|frauenhaus|jugendamt|jobcenter|bürgergeld|mutter|vater\b|single"
    r"|\bex\b|ex-|kinder",
    re.IGNORECASE,
)
# Of a link: its letters are drawn by chance, and may spell anything.
TOKEN = re.compile(r"(?<=/)\d+-[\w-]{27}(?=/)")


def tells(text: str) -> bool:
    return bool(TELLING.search(TOKEN.sub("", text)))


def built() -> list[tuple[Delivery, EmailMessage]]:
    """Every queued copy, as it goes out."""
    builds: dict[tuple[int, bool], MessageBuilder] = {}
    found = []
    for delivery in Delivery.objects.select_related("mailing", "address").order_by("id"):
        assert delivery.address
        key = delivery.mailing_id, delivery.address.discreet
        if key not in builds:
            builds[key] = MessageBuilder(delivery.mailing, delivery.address.discreet)
        found.append((delivery, parsed(builds[key].bytes_for(delivery))))
    return found


def check_common(delivery: Delivery, message: EmailMessage) -> None:
    assert delivery.address
    assert [str(address) for address in message["To"].addresses] == [delivery.address.email]
    assert [address.addr_spec for address in message["From"].addresses] == [settings.DEFAULT_FROM_EMAIL]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == [settings.REPLY_TO]
    assert not {"cc", "bcc", "sender", "return-path"} & {name.lower() for name in message}
    assert len(message.keys()) == len({name.lower() for name in message}), "each field once"
    assert message["Message-ID"] == mime.message_id(delivery)
    assert re.fullmatch(r"<[0-9a-f-]{36}@netzwerk\.example>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]) == delivery.queued_at.replace(microsecond=0)


def test_every_list_mail_can_be_left_with_one_click() -> None:
    write_to(people(MANY))
    copies = built()
    assert len(copies) == MANY
    for delivery, message in copies:
        check_common(delivery, message)
        (uri,) = re.findall("<([^<>]*)>", message["List-Unsubscribe"])
        assert message["List-Unsubscribe"] == f"<{uri}>"
        assert uri.startswith(f"{settings.SITE_URL}/abmelden/")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["List-Id"] == "<liste.netzwerk.example>"
        assert message["Auto-Submitted"] == "auto-generated"
        assert leaving.find(uri.split("/")[-2]) == delivery.address
    for header in ("Message-ID", "List-Unsubscribe", "To"):
        assert len({message[header] for _, message in copies}) == MANY


def test_personal_mail_is_no_list_mail() -> None:
    write_to(people(10), PERSONAL)
    for delivery, message in built():
        check_common(delivery, message)
        assert not [name for name in message if name.lower().startswith("list-")]
        assert message["Auto-Submitted"] == "auto-generated"
        assert "/abmelden/" not in text_of(message) + html_of(message)


def test_what_an_officer_wrote_is_not_called_automatic() -> None:
    write_to(
        people(1), templates.MailTemplate("n", Mailing.Kind.LIST, "Neues", "$anrede\n\n$meine_daten\n", automatic=False)
    )
    ((_, message),) = built()
    assert "Auto-Submitted" not in message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_links_are_built_from_the_setting(settings: Any) -> None:
    settings.SITE_URL = "https://netzwerk.example"
    write_to(people(1))
    ((_, message),) = built()
    assert message["List-Unsubscribe"].startswith("<https://netzwerk.example/abmelden/")
    found = addresses_in(text_of(message) + html_of(message))
    assert found
    assert all(address.startswith("https://netzwerk.example/") for address in found)


def write_from(template: str, kind: str, *, discreet: bool = False) -> tuple[Delivery, EmailMessage]:
    """The mail that is made of a template of ours, with something in each of its placeholders."""
    template = templates.load(template, kind=kind, facts=facts())
    names = set(Template(template.text).get_identifiers())
    buttons = {block["link"].removeprefix("$") for block in templates.blocks(template.text)} - {""}
    address = Address.objects.create(email="anna@example.org", list_mail=True, discreet=discreet)
    personal = {name: Link(f"/{name}/{{token}}/", name) for name in names & (buttons | {"meine_daten", "link"})}
    with transaction.atomic():
        outbox.queue(template, [Recipient(address, dict.fromkeys(names - set(personal), "Guten Tag,"), personal)])
    ((delivery, message),) = built()
    return delivery, message


@pytest.mark.parametrize("kind", [Mailing.Kind.LIST, Mailing.Kind.PERSONAL])
@pytest.mark.parametrize("template", TEMPLATES)
class TestEveryMailOfOurs:
    def test_tells_nothing_at_a_glance(self, template: str, kind: str) -> None:
        delivery, message = write_from(template, kind)
        check_common(delivery, message)
        shown = [f"{name}: {value}" for part in message.walk() for name, value in part.items()]
        for line in [*shown, *preheaders(message)]:
            assert not tells(line), line

    def test_has_a_text_and_loads_nothing(self, template: str, kind: str) -> None:
        _, message = write_from(template, kind)
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert not list(message.iter_attachments())
        assert len(text_of(message)) > 50
        assert not re.search(r"<(img|picture|video|audio|iframe|object|embed|link|script|form)\b", html_of(message))
        assert not re.search(r"\b(src|srcset|background|poster)\s*=|url\(|@import|@font-face", html_of(message))
        for address in addresses_in(text_of(message) + html_of(message)):
            assert address.startswith(f"{settings.SITE_URL}/"), "no foreign host, no redirector"

    def test_lets_both_forms_say_the_same_links(self, template: str, kind: str) -> None:
        _, message = write_from(template, kind)
        assert set(addresses_in(text_of(message))) == set(addresses_in(html_of(message)))
        assert ("/abmelden/" in text_of(message)) == (kind == Mailing.Kind.LIST)
        assert f"{settings.SITE_URL}/impressum/" in text_of(message)

    def test_is_one_neutral_line_and_one_link_where_others_read_along(self, template: str, kind: str) -> None:
        delivery, message = write_from(template, kind, discreet=True)
        check_common(delivery, message)
        assert message["Subject"] == "Nachricht für Sie"
        (link,) = addresses_in(text_of(message))
        assert text_of(message) == f"Es gibt eine Nachricht für Sie:\n{link}\n"
        assert set(addresses_in(html_of(message))) == {link}
        assert html_of(message).count("href=") == 1
        assert not tells(text_of(message) + html_of(message))
        assert ("List-Unsubscribe" in message) == (kind == Mailing.Kind.LIST)


@pytest.mark.parametrize("word", ["Kinder", "Ex-Mann", "https://netzwerk.example/trennung/"])
def test_control_a_telling_word_is_found_beside_a_token(word: str) -> None:
    link = f"{settings.SITE_URL}/abmelden/12-ex-{'x' * 24}/"
    assert not tells(f"<{link}>")
    assert tells(f"{word} <{link}>")


def test_there_are_mails_to_look_at() -> None:
    assert {"members/confirm", "members/welcome", "my_data"} <= set(TEMPLATES)


def test_a_discreet_mail_leads_to_its_matter_or_to_its_text() -> None:
    write_to(["anna@example.org"], PERSONAL)
    write_to(["anna@example.org"], LETTER)
    Address.objects.update(discreet=True)
    (matter, first), (to_read, second) = built()
    assert addresses_in(text_of(first)) == [links.url_of(matter.links["meine_daten"], matter)]
    assert addresses_in(text_of(second)) == [links.web_version_url(to_read)]


def test_nothing_from_the_form_is_in_the_mail_that_asks_for_confirmation(client: Client) -> None:
    email = "anna@example.org"
    marked = {
        "name": "MARKE-Name Kaufen",
        "municipality": "bad-berleburg",
        "children_years": "2017, 2021",
        "note": "MARKE-Notiz http://evil.example/",
        "consent": "MARKE-Ja",
        "List-Unsubscribe": "MARKE-Liste",
    }
    answer = client.post("/mitmachen/?MARKE-Frage=1", {**marked, "email": email, "seen": antispam.stamp(JoinForm, 10)})
    assert answer.status_code == 302
    ((delivery, message),) = built()
    shown = message.as_string() + text_of(message) + html_of(message) + delivery.mailing.text + delivery.mailing.html
    for mark in ("MARKE", "evil.example", "Kaufen", "berleburg"):
        assert mark.lower() not in shown.lower()
    without_links = re.sub(r"https?://\S+", "", text_of(message))
    assert "2017" not in without_links
    assert "2021" not in without_links
    assert message["Subject"] == "Bitte bestätigen Sie Ihre Adresse"
    assert message["To"] == email
