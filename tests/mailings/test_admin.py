"""The officers' view of the post. Kim and Olena are invented."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailings import suppression
from mailings.models import Delivery, Suppression
from members import signup
from members.details import Details
from tests.desk import page
from tests.members.people import active, newsletter

pytestmark = pytest.mark.django_db

POST = "/verwaltung/mailings/"


def test_mailings_are_counted_by_state_in_a_fixed_number_of_queries(beate: Client) -> None:
    def queries(count: int) -> int:
        for _number in range(count):
            newsletter("kim@example.org")
        with CaptureQueriesContext(connection) as captured:
            page(beate, "/verwaltung/mailings/mailing/")
        return len(captured)

    active("kim@example.org")
    assert queries(2) == queries(20)


def test_a_mail_that_failed_is_the_first_thing_in_its_line(beate: Client) -> None:
    active("kim@example.org")
    active("olena@example.org")
    mailing = newsletter("kim@example.org", "olena@example.org")
    newsletter("kim@example.org")
    failed = Delivery.objects.filter(mailing=mailing, address__email="kim@example.org")
    failed.update(state="failed", reason="refused", finished_at=timezone.now())
    shown = page(beate, "/verwaltung/mailings/mailing/")
    link = f"/verwaltung/mailings/delivery/?mailing={mailing.pk}&amp;state__in=failed,bounced"
    assert shown.index(link) < shown.index(f"/mailings/mailing/{mailing.pk}/change/")
    shown = page(beate, link.replace("&amp;", "&"))
    assert "kim@example.org" in shown
    assert "olena@example.org" not in shown
    shown = page(beate, "/verwaltung/mailings/mailing/?nicht-zugestellt=ja")
    assert re.findall(r"/mailings/mailing/(\d+)/change/", shown) == [str(mailing.pk)]
    assert "1 nicht zugestellt, 1 wartet" in page(beate, f"/verwaltung/mailings/mailing/{mailing.pk}/change/")


def test_the_number_of_copies_that_did_not_arrive_leads_to_exactly_these(beate: Client) -> None:
    """One refused, one bounced, one reported as spam, which has arrived; a mailing whose one copy bounced is found."""
    people = [f"{name}@example.org" for name in ("kim", "olena", "noa", "lea")]
    for person in people:
        active(person)
    mailing = newsletter(*people)
    for person, state in zip(people, ("failed", "bounced", "complained", "sent"), strict=True):
        copies = Delivery.objects.filter(mailing=mailing, address__email=person)
        copies.update(state=state, finished_at=timezone.now())
    came_back = newsletter("kim@example.org")
    came_back.deliveries.update(state="bounced", finished_at=timezone.now())
    newsletter("kim@example.org")
    shown = page(beate, f"{POST}mailing/?nicht-zugestellt=ja")
    numbers = dict(re.findall(r"\?mailing=(\d+)&amp;state__in=failed,bounced\">(\d+) nicht angekommen<", shown))
    assert numbers == {str(mailing.pk): "2", str(came_back.pk): "1"}
    for pk, number in numbers.items():
        listed = beate.get(f"{POST}delivery/?mailing={pk}&state__in=failed,bounced")
        assert listed.context["cl"].result_count == int(number)


def test_the_post_can_be_read_and_not_be_changed(beate: Client) -> None:
    active("kim@example.org")
    mailing = newsletter("kim@example.org")
    suppression.suppress("olena@example.org", Suppression.Reason.COMPLAINT)
    delivery = Delivery.objects.get()
    for path in [f"mailing/{mailing.pk}", f"delivery/{delivery.pk}", f"suppression/{Suppression.objects.get().pk}"]:
        assert 'name="_save"' not in page(beate, f"/verwaltung/mailings/{path}/change/")
        assert beate.post(f"/verwaltung/mailings/{path}/change/", {}).status_code == 403
        assert beate.post(f"/verwaltung/mailings/{path}/delete/", {"post": "yes"}).status_code == 403
        assert beate.get(f"/verwaltung/mailings/{path.split('/')[0]}/add/").status_code == 403
    assert "Beschwerde" in page(beate, "/verwaltung/mailings/suppression/")
    assert beate.get("/verwaltung/mailings/ratehit/").status_code == 404


def test_the_list_of_deliveries_needs_no_query_per_line(beate: Client) -> None:
    def queries(count: int) -> int:
        emails = [f"kim{number}@example.org" for number in range(count)]
        signup.enter_all([(email, Details()) for email in emails], origin="officer", by="b", proof="x")
        newsletter(*emails)
        with CaptureQueriesContext(connection) as captured:
            page(beate, "/verwaltung/mailings/delivery/")
        return len(captured)

    assert queries(2) == queries(40)
