"""Being asked, answering, waiting, moving up, called off: on the smallest phone, by keyboard, without JavaScript."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry
from playwright.sync_api import Page

from events import lifecycle
from events.answering import answers
from events.links import ANSWER
from events.models import Event, Reply
from mailings import tokens
from tests.browser.test_every_page import check
from tests.browser.test_journeys import tab_to
from tests.events.meetings import invite, meeting, party, reply_of
from tests.post import Post, text_of

pytestmark = pytest.mark.browser

SAVE = "main .answer-form > button.btn-primary"


@pytest.fixture
def site(site: str, settings) -> str:
    """Links in mails lead to the server under test."""
    settings.SITE_URL = site
    return site


def link(mail, query: str = "") -> str:
    """The path of the personal link that ends like this in a mail's text."""
    return re.findall(r"https?://[^/\s]+(/antwort/[^/\s]+/" + re.escape(query) + r")\s", text_of(mail))[0]


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def status(page: Page) -> str:
    """What the heading says about the answer as it stands."""
    return heading(page).partition(", ")[2]


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def the_entry(data: bytes | str) -> tuple[str, Entry]:
    calendar = Calendar.from_ical(data)
    [found] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def test_kim_says_yes_by_two_taps_has_it_in_the_calendar_and_hears_that_it_is_called_off(visit, post: Post) -> None:
    afternoon = timezone.localtime().replace(hour=15, minute=0) + timedelta(days=30)
    event = meeting(seats=10, care=4, title="Kaffee am Nachmittag", begins_at=afternoon)
    year = event.begins_at.year
    invite(event, "kim@example.org", name="Kim", children_years=[year - 4, year - 8])
    [invitation] = post.deliver()
    window = visit(width=360, java_script_enabled=False)
    page = window.open(link(invitation, "?antwort=ja"))  # the first tap
    assert heading(page) == "Guten Tag Kim, kommen Sie?"
    page.set_viewport_size({"width": 360, "height": 780})
    button, bar = page.locator(SAVE).first.bounding_box(), page.locator(".bar").bounding_box()
    assert button
    assert bar
    assert button["y"] + button["height"] <= bar["y"], "the second tap needs no scrolling"
    press(page, SAVE)  # the second
    assert status(page) == "Sie kommen"
    assert page.get_by_text("Angemeldet: 1 erwachsene Person und 2 Kinder, beide in der Kinderbetreuung.").is_visible()

    tab_to(page, "a[href$='termin.ics']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "termin.ics"
    _, saved = the_entry(Path(download.value.path()).read_bytes())
    assert (saved["SUMMARY"], saved.start, saved.end) == (
        "Termin", event.begins_at.replace(microsecond=0), event.ends_at.replace(microsecond=0),
    )  # fmt: skip

    [yes] = post.deliver()
    method, sent = calendar_of(yes)
    assert (method, sent["UID"], sent["SEQUENCE"]) == ("PUBLISH", saved["UID"], 0)
    lifecycle.cancel(event)
    [called_off] = post.deliver()
    method, sent = calendar_of(called_off)
    assert (method, sent["UID"], sent["SEQUENCE"]) == ("CANCEL", saved["UID"], 1)
    window.open(link(called_off))
    assert status(page) == "der Termin fällt aus"
    assert page.locator("main .badge").all_inner_texts() == ["abgesagt"]
    assert page.locator("main form").count() == 0
    assert window.complaints == window.foreign == []


def calendar_of(mail) -> tuple[str, Entry]:
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return the_entry(part.get_payload(decode=True))


@pytest.mark.slow
def test_olena_waits_is_told_where_she_stands_and_moves_up_when_kim_cannot_come(visit, post: Post) -> None:
    event = meeting(seats=3)
    kim, *_ = invite(event, "kim@example.org", "olena@example.org", "marek@example.org")
    post.deliver()
    answers.accept(kim, party(1, 5))
    answers.accept(reply_of(event, "marek@example.org"), party(2))
    post.deliver()
    window = visit(width=360, java_script_enabled=False)
    page = window.open(link(post.to("olena@example.org"), "?antwort=ja"))
    assert page.get_by_text("Zurzeit sind alle Plätze vergeben.").is_hidden()  # one is free
    page.get_by_label("Erwachsene").select_option("2")
    press(page, SAVE)
    assert status(page) == "Sie stehen auf der Warteliste"
    assert page.get_by_text("Vor Ihnen wartet eine Familie.").is_visible()

    window.open(link(post.to("kim@example.org")))
    tab_to(page, "input[name='antwort']:checked")
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Ich kann nicht").is_checked()
    assert page.get_by_text("Wer kommt mit?").is_hidden()
    press(page, SAVE)
    assert status(page) == "Sie kommen nicht"

    told = ["kim@example.org", "marek@example.org", "olena@example.org"]
    assert sorted(mail["To"] for mail in post.deliver()) == told
    window.open(link(post.to("olena@example.org")))
    assert status(page) == "Sie stehen auf der Warteliste"
    assert page.get_by_text("Als Nächstes sind Sie an der Reihe.").is_visible()
    answers.decline(reply_of(event, "marek@example.org"))
    post.deliver()
    window.open(link(post.to("olena@example.org")))
    assert status(page) == "Sie kommen"
    assert window.complaints == window.foreign == []


@pytest.mark.slow
def test_aylin_signs_up_from_a_public_page_and_gives_up_waiting(visit, post: Post) -> None:
    event = meeting(seats=2, care=1)
    answers.accept(Reply.objects.create(event=event), party(1, 4, care=1), by="amt")
    window = visit(width=360, java_script_enabled=False)
    page = window.open(f"/termine/{event.slug}/")
    press(page, "main a.btn-primary")
    tab_to(page, "#id_email")
    page.keyboard.type("aylin@example.org")
    press(page, "main button.btn-primary")
    assert heading(page) == "Schauen Sie in Ihr Postfach"

    [asking] = post.deliver()
    window.open(link(asking))
    press(page, SAVE)
    assert status(page) == "Sie stehen auf der Warteliste"
    press(page, "button[name='verlassen']")
    assert reply_of(event, "aylin@example.org").state == "cancelled"
    assert status(page) == "Sie kommen nicht"
    assert window.complaints == window.foreign == []


WIDE = pytest.param(1280, ["open", "yes", "sign up"], marks=pytest.mark.proof)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "names"), [(320, None), WIDE])
def test_axe_finds_nothing_wherever_one_answers(visit, width: int, names: list[str] | None) -> None:
    window = visit(width=width, reduced_motion="reduce")
    paths = pages()
    found: list[str] = []
    for name in names or paths:
        found += check(window.open(paths[name]), name, width)
    page = window.open(paths["open"])
    page.get_by_label("Kinder 3–5").select_option("1")
    page.get_by_label("in Betreuung (3–5)").select_option("1")
    page.locator(SAVE).click()
    page.get_by_role("heading", name="nur die Betreuung ist voll").wait_for()
    found += check(page, "care is full", width)
    assert not found, "\n".join(found)
    assert window.complaints == window.foreign == []


def pages() -> dict[str, str]:
    """The way to an answer, and its page in the states that differ; test_event_pages looks at what is public."""
    event = meeting(seats=5, care=1, contact="Frau Beispiel, bis 12 Uhr")
    full = meeting(seats=1, title="Freundschaftsspaziergang der Alleinerziehenden")
    late, off = meeting(), meeting()
    yes, asked = invite(event, "kim@example.org", "olena@example.org")
    [too_late, _], [called_off, _], [waiting, _] = (
        invite(each, "kim@example.org", "olena@example.org") for each in (late, off, full)
    )
    answers.accept(Reply.objects.create(event=full), party(), by="amt")
    answers.accept(waiting, party(2))
    answers.accept(yes, party(1, 4, care=1))
    answers.accept(called_off, party())
    lifecycle.cancel(off)
    Event.objects.filter(pk=late.pk).update(answer_by=timezone.now() - timedelta(hours=1))
    personal = {"open": asked, "yes": yes, "waiting": waiting, "too late": too_late, "called off": called_off}
    return {
        "a long word": f"/termine/{full.slug}/",
        "sign up": f"/termine/{event.slug}/anmelden/",
        **{name: path_of(reply) for name, reply in personal.items()},
    }


def path_of(reply: Reply) -> str:
    return f"/antwort/{tokens.make(ANSWER, reply.pk, reply.nonce)}/"
