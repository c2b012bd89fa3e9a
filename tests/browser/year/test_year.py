"""The officers' year as one long journey: what Beate presses and reads, what the mail server gets (M-23, R-01, R-02).

Beate, the families and the offers are invented.
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from tests.browser.year import event, guide, letter, people
from tests.browser.year.officer import Officer
from tests.sink import Sink

pytestmark = pytest.mark.browser


@pytest.fixture
def site(site: str, settings) -> str:
    """The demo's desk asks for no second factor; links in mails lead here."""
    settings.DEMO, settings.SITE_URL = True, site
    User.objects.create_superuser("beate", email="beate@amt.example")
    guide.fill()
    return site


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.proof)])
def test_the_officers_year(visit, sink: Sink, time_machine, width: int) -> None:
    time_machine.move_to("2027-01-11T09:00:00+01:00")
    beate = Officer(visit(width, 800, reduced_motion="reduce"), width, sink, time_machine)
    people.take_over_the_list(beate)
    people.enter_somebody_without_email(beate)
    event.plan(beate)
    event.invite(beate)
    event.answers_by_phone(beate)
    beate.come_on("2027-01-20T09:00")
    event.tell_a_change(beate)
    assert "3 Familien kommen heute" in beate.come_on("2027-01-30T09:40")
    event.keep_the_door(beate)
    beate.come_on("2027-01-31T18:00")
    event.count(beate)
    event.thank(beate)
    beate.come_on("2027-02-15T21:00")
    letter.plan_for_seven(beate)
    beate.come_on("2027-02-16T07:00")
    letter.at_seven(beate)
    beate.come_on("2027-02-22T09:00")
    guide.a_hint(beate, visit(360, 740))
    guide.a_check_by_phone(beate)
    people.five_wishes(beate)
    assert not beate.found, "\n".join(beate.found)
    assert beate.visitor.foreign == []
    assert beate.visitor.complaints == []
