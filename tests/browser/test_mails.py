"""Every mail as a phone shows it: by day and by night, and with nothing but its own words."""

import pytest
from django.db import transaction

from tests.browser.test_every_page import COLOURS, load_axe, violations
from tests.mailings.copies import html_of
from tests.mailings.test_mail_quality import KINDS, copies_of

pytestmark = pytest.mark.browser

GROUND = "getComputedStyle(document.querySelector('.m-page')).backgroundColor"
DAY, NIGHT = "rgb(244, 246, 242)", "rgb(13, 25, 23)"


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
