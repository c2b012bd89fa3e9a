"""Every address of the portal at once: looking never acts, mangled links are friendly, forms are protected."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from events.groups import meetings
from events.groups.meetings import Plan
from events.links import ANSWER
from events.models import Reply
from mailings import links, tokens
from mailings.models import Address, Delivery, Flyer
from members import signup
from members.groups import founding, joining
from members.groups import links as group_links
from members.groups.founding import Proposal
from members.models import AddressChange, GroupMembership, GroupRequest, Member
from netzwerk.people.address_change import PURPOSE
from tests import FULL
from tests.events.meetings import meeting
from tests.members.groups.circle import circle, ready
from tests.members.people import active, asked, newsletter
from tests.netzwerk.privacy.test_my_data import dump
from tests.wegweiser.offers import offer, provider
from wegweiser.links import CHECK, REPORT
from wegweiser.models import Check, Submission

pytestmark = pytest.mark.django_db

TIMES = 50 if FULL else 5
SCANNER = {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; SafeLinks scanner)"}
CSRF_EXEMPT = {"abmelden/<str:token>/", "gruppe/verlassen/<str:token>/", "post/<slug:provider>/tracking/"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def public() -> list[str]:
    return [path for path, _ in patterns(get_resolver()) if not path.startswith(("verwaltung/", "postkasten/"))]


def tokens_for(member: Member) -> dict[str, str]:
    """A valid link for every personal path."""
    with transaction.atomic():
        delivery = Delivery.objects.get(mailing=newsletter(member.address.email))
    address = delivery.address
    assert address is not None
    reply = Reply.objects.create(
        event=meeting(), address=address, state="yes", adults=1, seats=1, invited_at=timezone.now()
    )
    reply.refresh_from_db()
    house = provider(f"Haus {member.pk}", address.email)
    kiste = offer(f"kleiderkiste-{member.pk}", provider=house)
    Check.objects.create(provider=kiste.provider)
    kiste.provider.refresh_from_db()
    reported = Submission.objects.create(
        address=address, fields={"title": "Nähcafé"}, confirm_until=timezone.now() + timedelta(hours=24)
    )
    reported.refresh_from_db()
    flyer, change = a_flyer(), a_new_address(member)
    mine, asked_for = in_a_group(member)
    my_data = tokens.make(links.MY_DATA, delivery.pk, delivery.nonce)
    return {
        "mitmachen/bestaetigen/": tokens.make(signup.CONFIRM, member.pk, member.nonce),
        "adresse/": tokens.make(PURPOSE, change.pk, change.nonce),
        "abmelden/": tokens.make(links.LEAVE, address.pk, address.nonce),
        "antwort/": tokens.make(ANSWER, reply.pk, reply.nonce),
        "gruppe/": tokens.make(group_links.PAGE, mine.pk, mine.nonce),
        "gruppe/verlassen/": tokens.make(group_links.LEAVE, mine.pk, mine.nonce),
        "gruppen/anfrage/": tokens.make(group_links.ASKED, asked_for.pk, asked_for.nonce),
        "gruppen/vorschlagen/": tokens.make(group_links.FOUND, address.pk, address.nonce),
        "nachricht/": tokens.make(links.READ, delivery.pk, delivery.nonce),
        "information/": tokens.make(links.FLYER, flyer.pk, flyer.nonce),
        "meine-daten/": my_data,
        "wegweiser/angebot-melden/": tokens.make(REPORT, reported.pk, reported.nonce),
        "wegweiser/pruefen/": tokens.make(CHECK, kiste.provider.pk, kiste.provider.nonce),
    }


def a_flyer() -> Flyer:
    flyer = Flyer.objects.create(pdf=b"%PDF-", pages=1, size=5, shown_until=timezone.localdate())
    flyer.refresh_from_db()
    return flyer


def a_new_address(member: Member) -> AddressChange:
    change = AddressChange.objects.create(
        member=member,
        address=Address.objects.ensure(f"neu{member.pk}@example.org"),
        confirm_until=timezone.now() + timedelta(hours=72),
        asked_by="amt",
    )
    change.refresh_from_db()
    return change


def in_a_group(member: Member) -> tuple[GroupMembership, GroupRequest]:
    """The person belongs to a group, comes to its meeting, and asks to join another."""
    group = circle()
    mine = GroupMembership.objects.create(
        group=group, address=member.address, name="Kim", state="member", joined_at=timezone.now(),
        released_at=timezone.now(),
    )  # fmt: skip
    now = timezone.now().replace(hour=12)
    meetings.propose(mine, Plan("Spaziergang", now + timedelta(days=9), now + timedelta(days=9, hours=2), "Parkweg"))
    other = ready(Proposal("Reihum kochen", "Alle essen.", "siegen", [], "monthly"), "Ruth", "Till")
    founding.approve(other)
    joining.ask(other, member.address.email, "Kim", "Ein Satz.", None)
    mine.refresh_from_db()
    return mine, GroupRequest.objects.get(group=other, address=member.address)


def personal_paths(member: Member) -> list[str]:
    valid = tokens_for(member)
    paths = []
    for path in public():
        if "<str:token>" in path:
            prefix = path.partition("<")[0]
            paths.append("/" + path.replace("<str:token>", valid[prefix]))
    return paths


def test_robots_keep_out_of_every_personal_link(client: Client) -> None:
    closed = re.findall("Disallow: (.+)", client.get("/robots.txt").content.decode())
    paths = [f"/{path}" for path in public() if "<str:token>" in path]
    # A form that all may find has the same beginning; the personal page itself says noindex.
    beside_a_form = ["/wegweiser/angebot-melden/<str:token>/"]
    assert [path for path in paths if not path.startswith(tuple(closed))] == beside_a_form


@pytest.mark.parametrize("state", [pytest.param("pending", marks=pytest.mark.slow), "active"])
def test_no_get_or_head_by_a_mail_scanner_changes_anything(state: str, client: Client) -> None:
    """M-03: no INSERT, UPDATE or DELETE, the database is the same, and the links still work."""
    member = (asked if state == "pending" else active)("kim@example.org")
    paths = personal_paths(member)
    assert len(paths) >= 9
    before = dump(None)
    writes: list[str] = []

    def note(execute, sql, params, many, context):
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        for path in paths:
            for _ in range(TIMES):
                assert client.get(path, **SCANNER).status_code in {200, 405}, path
                assert client.head(path, **SCANNER).status_code in {200, 405}, path
    assert writes == []
    assert dump(None) == before
    assert not client.cookies.get("sessionid")
    confirm = next(path for path in paths if "bestaetigen" in path)
    client.post(confirm)
    assert Member.objects.get(pk=member.pk).state == "active"


@pytest.mark.parametrize("token", ["1-wrong", "x", "0-0", "999999999999999999999-a", "%00", "ü", "1" * 200])
def test_every_wrong_token_gets_the_one_friendly_page(token: str, client: Client) -> None:
    active("kim@example.org")
    before = dump(None)
    for path in public():
        if "<str:token>" not in path:
            continue
        address = "/" + path.replace("<str:token>", token)
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in {404, 405}, path
            if answer.status_code == 404:
                assert "Dieser Link gilt nicht mehr" in answer.content.decode(), path
    assert dump(None) == before


def test_every_personal_page_forbids_storing(client: Client) -> None:
    for path in personal_paths(asked("kim@example.org")):
        answer = client.get(path)
        if answer.status_code == 200:
            assert "no-store" in answer["Cache-Control"], path


def test_only_leaving_and_the_providers_reports_work_without_a_csrf_token() -> None:
    """S-09: neither a mail program nor a mail provider has a cookie."""
    exempt = {path for path, entry in patterns(get_resolver()) if getattr(entry.callback, "csrf_exempt", False)}
    assert {path for path in exempt if not path.startswith("verwaltung/")} == CSRF_EXEMPT


def test_every_other_form_refuses_a_post_from_elsewhere() -> None:
    client = Client(enforce_csrf_checks=True)
    for path in personal_paths(asked("kim@example.org")):
        if path.startswith(("/abmelden/", "/gruppe/verlassen/")):
            continue
        assert client.post(path).status_code in {403, 405}, path
    assert client.post("/mitmachen/", {"email": "x@example.org"}).status_code == 403


def test_links_in_mails_come_from_site_url_whatever_host_was_asked(post) -> None:
    """S-16"""
    from_elsewhere = Client(HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="evil.example")
    page = from_elsewhere.get("/mitmachen/").content.decode()
    assert "evil.example" not in page
    asked("kim@example.org")
    [mail] = post.deliver()
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        assert set(re.findall(r"https?://[^/\s\"<]+", body.get_content())) == {"http://127.0.0.1:8000"}


@pytest.mark.logs_errors
def test_a_foreign_host_is_refused(client: Client) -> None:
    assert client.get("/", HTTP_HOST="evil.example").status_code == 400


def test_nothing_in_the_database_opens_anything(client: Client, post) -> None:
    """S-07: neither the tokens of links that went out, nor those that could be made, stand in any table."""
    valid = tokens_for(active("kim@example.org"))
    post.deliver()
    held = dump(None)
    for token in valid.values():
        assert token not in held
        assert token.partition("-")[2] not in held
