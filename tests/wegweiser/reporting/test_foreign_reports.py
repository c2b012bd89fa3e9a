"""Somebody else typed the house's address: its link shows what was typed, and throws it away."""

import re

import pytest
from django.test import Client

from tests.post import Post, link_in
from tests.wegweiser.offers import HOUSE, form, offer, report
from tests.wegweiser.reporting.test_reports import REPORT, waiting
from wegweiser.models import Submission
from wegweiser.reporting.forms import initial

pytestmark = pytest.mark.django_db


def test_the_page_shows_what_was_typed_and_the_house_throws_away_what_a_stranger_wrote(
    client: Client, post: Post
) -> None:
    """P-27: one link confirms all reports of an address, so its page tells them apart."""
    kiste = offer()
    report(client, phones="030 23125-102")
    changed = {name: value for name, value in initial(kiste).items() if value is not None}
    client.post(f"{REPORT}?angebot=kleiderkiste", form(**changed | {"email": HOUSE, "phones": "030 23125-199"}))
    [asking] = post.deliver()
    path = link_in(asking, REPORT)
    shown = client.get(path).content.decode()
    for text in ("Nähcafé", "030 23125-102", "Änderung: Kleiderkiste", "<dd>030 23125-199</dd>"):
        assert text in shown, text
    foreign = Submission.objects.get(offer=kiste)
    answer = client.post(path, {"fremd": [foreign.pk, "x", "²", "9" * 30]}, follow=True)
    assert "Danke, Ihre Meldung ist bei uns" in answer.content.decode()
    assert [str(kept) for kept in Submission.objects.waiting()] == ["Nähcafé"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("fields", [{"verwerfen": "1"}, {"fremd": "all"}])
def test_who_reported_nothing_has_it_deleted_at_once(fields: dict[str, str], client: Client, post: Post) -> None:
    report(client)
    post.deliver()
    path = link_in(post.to(HOUSE), REPORT)
    assert "Das war ich nicht" in client.get(path).content.decode()
    sent = fields if "verwerfen" in fields else {"fremd": Submission.objects.get().pk}
    assert "Danke, das ist gelöscht" in client.post(path, sent, follow=True).content.decode()
    assert not Submission.objects.exists()
    assert "Danke, das ist gelöscht" in client.post(path, {"verwerfen": "1"}, follow=True).content.decode()
    assert client.get(path).status_code == 404


def test_what_the_house_has_confirmed_is_not_deleted_by_that_button(client: Client, post: Post) -> None:
    confirmed = waiting(client, post)
    client.post(link_in(post.to(HOUSE), REPORT), {"verwerfen": "1", "fremd": confirmed.pk})
    assert Submission.objects.waiting().count() == 1


def test_what_a_stranger_reports_while_the_page_is_open_is_not_confirmed_unseen(client: Client, post: Post) -> None:
    report(client)
    post.deliver()
    path = link_in(post.to(HOUSE), REPORT)
    seen = re.search(r'name="bis" value="(\d+)"', client.get(path).content.decode())
    assert seen is not None
    report(client, title="Fremd")
    client.post(path, {"bis": seen[1]})
    assert [str(kept) for kept in Submission.objects.waiting()] == ["Nähcafé"]
    assert "Fremd" in client.get(path).content.decode()


def test_a_change_shows_what_it_would_empty(client: Client, post: Post) -> None:
    kiste = offer()
    changed = {name: value for name, value in initial(kiste).items() if value is not None}
    client.post(f"{REPORT}?angebot=kleiderkiste", form(**changed | {"email": HOUSE, "phones": "", "title": "Kiste"}))
    post.deliver()
    shown = client.get(link_in(post.to(HOUSE), REPORT)).content.decode()
    assert "<dt>Telefon</dt><dd>–</dd>" in shown
    assert "<dd>Kiste</dd>" in shown
