"""A hundred hostile texts through every public field: text in public, on the desk and in mails, never anything else.

That Chromium agrees is shown in tests/browser/test_wegweiser.py.
"""

import html
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mailings.models import RateHit
from tests import FULL
from tests.post import Post, link_in
from tests.wegweiser.hostile import PAYLOADS, runs
from tests.wegweiser.offers import HOUSE, form, hint_form, offer, provider
from wegweiser.checking import checks
from wegweiser.models import Check, Hint, Offer, Submission
from wegweiser.reporting import reports

pytestmark = pytest.mark.django_db

REPORT = "/wegweiser/angebot-melden/"
SOME = PAYLOADS if FULL else PAYLOADS[::8]
FIELDS = {
    "title": 150, "provider": 200, "description": 3000, "audience": 300, "hours": 500, "contact_person": 150,
    "street": 150, "town": 100, "cost": 200, "search_words": 100, "message": 500,
}  # fmt: skip


def bodies(mail: EmailMessage) -> list[str]:
    return [part.get_content() for part in mail.walk() if part.get_content_type() == "text/html"]


def hostile(payload: str, number: int) -> dict[str, Any]:
    """One text in every field that takes text, cut to what fits; the title stays one of a kind."""
    fields = {name: payload[:most] for name, most in FIELDS.items()}
    return form(**fields | {"title": f"{number} {payload}"[:150], "phones": f"030 23125-101 {payload}"[:90]})


def test_there_are_more_than_a_hundred() -> None:
    assert len(set(PAYLOADS)) >= 140


def test_the_checker_sees_what_runs() -> None:
    for page in ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", '<a href="java\tscript:x">x</a>'):
        assert runs(page), page
    assert runs(html.escape("<script>alert(1)</script>")) == []


@pytest.mark.slow
def test_reports_are_text_wherever_they_are_shown(client: Client, beate: Client, post: Post) -> None:
    stranger = Client()
    for number, payload in enumerate(SOME):
        answer = stranger.post(REPORT, hostile(payload, number))
        assert answer.status_code in {200, 302}, payload
        assert runs(answer.content.decode()) == [], payload
        RateHit.objects.all().delete()
        Submission.objects.filter(state="unconfirmed").update(state="waiting", confirmed_at=timezone.now())
    reported = Submission.objects.waiting().count()
    assert reported >= len(SOME) - 5
    for submission in list(Submission.objects.waiting()):
        shown = beate.get(f"/verwaltung/wegweiser/submission/{submission.pk}/ansehen/").content.decode()
        assert runs(shown) == [], submission.fields["title"]
        reports.publish(submission, "beate", ask_yearly=True)
    mails = [mail for mail in post.deliver() if "veröffentlicht" in mail["Subject"]]
    assert len(mails) == reported
    for mail in mails:
        assert mail["Bcc"] is None
        assert all(runs(body) == [] for body in bodies(mail)), mail["Subject"]
        assert not any("<img" in body or 'href="javascript' in body for body in bodies(mail))
    for path in ("/verwaltung/wegweiser/offer/", "/verwaltung/wegweiser/submission/", "/wegweiser/?q=tagesmutter"):
        assert runs(beate.get(path).content.decode()) == [], path
    for each in Offer.objects.all():
        assert runs(beate.get(f"/verwaltung/wegweiser/offer/{each.pk}/change/").content.decode()) == [], each.title
        for path in (f"{REPORT}?angebot={each.slug}", f"/wegweiser/{each.slug}/hinweis/"):
            assert runs(stranger.get(path).content.decode()) == [], each.title


@pytest.mark.slow
def test_a_list_of_hostile_offers_is_text_for_its_provider(client: Client, post: Post) -> None:
    for number, payload in enumerate(PAYLOADS):
        of = provider(f"{number} {payload}"[:200])
        offer(f"a{number}", title=f"{number} {payload}"[:150], description=payload, provider=of, checked_on=None)
    checks.ask(timezone.now())
    [asked] = post.deliver()
    assert all(runs(body) == [] for body in bodies(asked))
    path = link_in(asked, "/wegweiser/pruefen/")
    assert runs(client.get(path).content.decode()) == []
    for slug in ("a0", "a30", "a100"):
        assert runs(client.get(f"{path}aendern/?angebot={slug}").content.decode()) == []
    assert Check.objects.count() == len(PAYLOADS)


def test_hints_are_text_on_the_desk(beate: Client) -> None:
    offer()
    for payload in SOME:
        answer = Client().post("/wegweiser/kleiderkiste/hinweis/", hint_form(payload[:500]))
        assert answer.status_code == 302, payload
        RateHit.objects.all().delete()
        Hint.objects.update(by_provider=True)
    shown = beate.get("/verwaltung/wegweiser/hint/?all=").content.decode()
    assert runs(shown) == []
    for hint in Hint.objects.all()[:40]:
        assert runs(beate.get(f"/verwaltung/wegweiser/hint/{hint.pk}/change/").content.decode()) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,<script>1</script>", "vbscript:x", "file:///etc/passwd", "ftp://x.example", "//evil.example",
        "https://", "http://x y", "mailto:x@example.org", "tel:110",
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str, client: Client) -> None:
    client.post(REPORT, form(website=url))
    for submission in Submission.objects.all():
        website = submission.fields["website"]
        assert website.startswith("https://")
        assert "script:" not in website.removeprefix("https://").lower() or "/" not in website


def test_a_title_is_never_a_placeholder(client: Client, post: Post) -> None:
    client.post(REPORT, form(title="$bestaetigen $titel $$ ${x}"))
    post.deliver()
    client.post(link_in(post.to(HOUSE), REPORT))
    reports.publish(Submission.objects.get(), "beate", ask_yearly=True)
    [told] = post.deliver()
    body = told.get_body(("plain",))
    assert body is not None
    assert "„$bestaetigen $titel $$ ${x}“" in body.get_content()
