"""Jana founds a group, Sven says yes, Mehmet asks and comes: three people at 360 px, without JavaScript (G-01)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from mailings import tokens
from members.groups import founding, joining, links, memberships, talking
from members.models import Group, GroupRequest
from tests import FULL
from tests.browser.test_every_page import check, cramped
from tests.events.groups.test_leaving import walk
from tests.members.groups.circle import asking, circle, email, found_path, member, page_of, proposed
from tests.members.people import active
from tests.post import Post, link_in, text_of

pytestmark = pytest.mark.browser


@pytest.fixture
def site(site: str, settings) -> str:
    settings.SITE_URL = site
    return site


def button_in(mail, label: str, site: str) -> str:
    """The path behind a button of the mail's text."""
    return re.findall(rf"{label}:\n{re.escape(site)}(\S+)", text_of(mail))[0]


@pytest.mark.slow
def test_three_people_and_their_group_without_javascript(visit, post: Post, site: str) -> None:
    active(email("Jana"))
    window = visit(width=360, java_script_enabled=False)
    found(window, post)
    ask(window, post)
    meet(window, post, site)
    talk_and_leave(window, post, site)


def paths(post: Post) -> list[str]:
    """Every page of a group behind a link, with as much on each as there can be; the last is one that is not there."""
    group, waits = circle("Aylin", "Olena"), proposed(second="Ruth")
    to_ruth = GroupRequest.objects.get(group=waits)
    asking(group, "Mehmet")
    joining.ask(group, email("Kim"), "Kim", "Meine Kinder sind 3 und 5 Jahre alt.", None)
    to_kim = GroupRequest.objects.latest("pk")
    walk(member(group, "Aylin"))
    memberships.show_phone(member(group, "Aylin"), "030 23125-167", [member(group, "Jana")])
    talking.say(member(group, "Aylin"), "Donaudampfschifffahrtsgesellschaftskapitänsmützenkordelbommel" * 2)
    talking.say(member(group, "Olena"), "Nur für dich.", member(group, "Jana"))
    own = [page_of(group, name) for name in ("Jana", "Aylin")]
    requests = [links.to_request(each) for each in (to_ruth, to_kim)]
    return [
        f"/gruppen/{group.slug}/", f"/gruppen/{group.slug}/unterwegs/", *own, f"{own[0]}treffen/",
        page_of(waits, "Jana"), f"{page_of(waits, 'Jana')}zweite/", found_path("Jana"),
        *(each.path.replace("{token}", tokens.make(each.purpose, each.row, each.nonce)) for each in requests),
        links.leave_url(member(group, "Olena")).removeprefix(settings.SITE_URL), "/gruppe/1-x/",
    ]  # fmt: skip


@pytest.mark.slow
def test_no_page_of_a_group_scrolls_sideways_and_all_can_be_tapped(visit, post: Post, site: str) -> None:
    """P-18, P-19: the pages that test_every_page cannot know, because a link opens them."""
    window, wrong = visit(width=360, reduced_motion="reduce"), []
    for path in paths(post):
        page = window.open(path)
        assert page.get_by_role("heading", level=1).is_visible()
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        wrong += check(page, path, 360) if FULL else cramped(page, path, 360)
    assert wrong == []


def found(window, post: Post) -> None:
    page = window.open(found_path("Jana"))
    page.get_by_label("Wie heißt die Gruppe?").fill("Draußen mit Kindern")
    page.get_by_label("Was machen Sie zusammen?").fill("Wir sitzen auf der Bank, die Kinder toben.")
    page.get_by_label("Wo?").select_option("Kreuztal")
    page.get_by_label("3 bis 6 Jahre").check()
    page.get_by_label("alle zwei Wochen").check()
    page.get_by_label("Ihr Vorname in dieser Gruppe").fill("Jana")
    page.get_by_label("E-Mail der zweiten Person").fill(email("Sven"))
    page.get_by_label("Ja, das Netzwerk darf mir").check()
    page.get_by_role("button", name="Gruppe vorschlagen").click()
    assert page.get_by_text("Darauf warten wir noch.").is_visible()
    [asking] = post.deliver()
    window.open(link_in(asking, "/gruppen/anfrage/"))
    page.get_by_label("Ihr Vorname in dieser Gruppe").fill("Sven")
    page.get_by_role("button", name="Ja, ich bin dabei").click()
    founding.approve(Group.objects.get())
    post.deliver()


def ask(window, post: Post) -> None:
    page = window.open("/gruppen/")
    page.get_by_role("link", name="Draußen mit Kindern").click()
    page.get_by_label("Ihr Vorname in dieser Gruppe").fill("Mehmet")
    page.get_by_label("Ein Satz an die Gruppe").fill("Meine Tochter ist 5.")
    page.get_by_label("Ihre E-Mail-Adresse").fill(email("Mehmet"))
    page.get_by_label("Ja, das Netzwerk darf mir").check()
    page.get_by_role("button", name="Anfragen").click()
    [confirming] = post.deliver()
    window.open(link_in(confirming, "/gruppen/anfrage/"))
    page.get_by_role("button", name="Ja, Anfrage abschicken").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ihre Anfrage ist unterwegs"
    post.deliver()


def meet(window, post: Post, site: str) -> None:
    page = window.open(button_in(post.to(email("Sven")), "Passt", site))
    page.get_by_role("button", name="Passt", exact=True).click()
    post.deliver()
    window.open(button_in(post.to(email("Jana")), "Passt", site).partition("?")[0])
    page.get_by_text("sieht keine Treffen").click()
    page.get_by_role("button", name="Treffen zeigen").click()
    page.get_by_role("link", name="Ein Treffen vorschlagen").click()
    page.get_by_label("Was machen Sie?").fill("Spielplatz")
    page.get_by_label("An welchem Tag?").fill(f"{timezone.localdate() + timedelta(days=6):%Y-%m-%d}")
    page.get_by_label("Von wann?").fill("15:00")
    page.get_by_label("Bis wann?").fill("17:00")
    page.get_by_label("Wo?").fill("Am Bach")
    page.get_by_role("button", name="Treffen vorschlagen").click()
    post.deliver()


def talk_and_leave(window, post: Post, site: str) -> None:
    tap = button_in(post.to(email("Mehmet")), "Ich komme", site)
    page = window.open(tap)
    assert page.get_by_text("Am Bach").is_visible()
    page.get_by_role("button", name="Antwort speichern").click()
    assert page.get_by_text("Gespeichert: Sie kommen.").is_visible()
    page.get_by_label("Ihre Nachricht").fill("Wir freuen uns.")
    page.get_by_role("button", name="Nachricht schicken").click()
    post.deliver()
    window.open(button_in(post.to(email("Jana")), "Nur an Mehmet", site))
    assert page.get_by_label("An wen?").input_value() != ""
    window.open(tap.partition("?")[0])
    page.get_by_role("link", name="Gruppe verlassen").click()
    page.get_by_role("button", name="Gruppe verlassen").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sie sind nicht mehr in der Gruppe"
    assert post.deliver() == []
