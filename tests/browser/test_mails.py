"""Every mail as a phone shows it: by day and by night, and with nothing but its own words."""

import pytest
from django.db import transaction

from events import wording
from tests.browser.test_every_page import COLOURS, load_axe, violations
from tests.events.meetings import invite, meeting
from tests.mailings.copies import html_of
from tests.mailings.test_mail_quality import KINDS, copies_of
from tests.post import Post, text_of

pytestmark = pytest.mark.browser

GROUND = "getComputedStyle(document.querySelector('.m-page')).backgroundColor"
DAY, NIGHT = "rgb(244, 246, 242)", "rgb(13, 25, 23)"


@pytest.mark.slow
def test_every_mail_can_be_read_by_day_and_by_night(visit):
    visitor = visit(360, 800)
    page, found = visitor.page, []
    for name, kind, discreet in KINDS:
        if discreet:
            continue  # one plain line, which has no colours of its own
        with transaction.atomic():
            [mail] = copies_of(name, kind, discreet, ["Anna Sommer"])
            transaction.set_rollback(True)  # the next one goes to her as well
        page.set_content(html_of(mail))
        load_axe(page)
        for scheme, ground in (("light", DAY), ("dark", NIGHT)):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(GROUND) == ground, (name, scheme)
            found += [f"{name}, {scheme}: {violation}" for violation in violations(page, COLOURS)]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    assert not found, "\n".join(found)
    assert visitor.foreign == []


def test_the_two_answers_are_in_the_first_view_of_a_phone(visit, post: Post):
    """Two taps, and one of the two has the colour of what we hope for."""
    childcare = {"care": 4, "childcare_bands": [1, 2]}
    event = meeting(
        place="Bürgertreff am Park", address="Parkweg 3, 57076 Siegen", text="Es gibt Kaffee. " * 60, **childcare
    )
    invite(event, "kim@example.org", name="Kim")
    [invitation] = post.deliver()
    visitor = visit(360, 640)
    visitor.page.set_content(html_of(invitation))
    answers = visitor.page.locator("a.m-btn")
    assert answers.all_inner_texts() == ["Ich komme", "Ich kann nicht"]
    boxes = [answer.bounding_box() for answer in answers.all()]
    assert all(box["y"] + box["height"] <= 640 for box in boxes if box), boxes
    colour = "element => getComputedStyle(element).backgroundColor"
    assert len({answer.evaluate(colour) for answer in answers.all()}) == 2
    assert text_of(invitation).count(wording.day(event.begins_at)) == 1, "each fact once"
