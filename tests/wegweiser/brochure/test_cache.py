"""The brochure is built once per change, by the first request, and stays when building fails."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kit import months
from kit.printing import typesetting
from mailings.models import Address
from tests.wegweiser.brochure.papers import Paper
from tests.wegweiser.offers import offer
from wegweiser import personal_data, topics
from wegweiser.brochure import cache
from wegweiser.brochure import selection as brochure
from wegweiser.models import Offer, Provider, Topic
from wegweiser.search import index

pytestmark = pytest.mark.django_db
PDF = "/wegweiser/wegweiser.pdf"


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was set, as JSON: one for every brochure that was made."""
    made: list[str] = []

    def pdf(template: Any, data: str) -> bytes:
        made.append(data)
        return b"%PDF-1.7 " + data.encode()

    monkeypatch.setattr(typesetting, "pdf", pdf)
    return made


def files() -> list[str]:
    return sorted(file.name for file in cache.folder().glob("heft.*"))


def test_the_second_request_makes_nothing(client: Client, makings: list[str]) -> None:
    offer()
    first, second = client.get(PDF), client.get(PDF)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert len(makings) == 1
    client.head(PDF)
    assert len(makings) == 1


def test_a_browser_that_has_it_gets_nothing_again(client: Client, makings: list[str]) -> None:
    offer()
    first = client.get(PDF)
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'inline; filename="wegweiser.pdf"'
    assert not client.cookies
    by_tag = client.get(PDF, HTTP_IF_NONE_MATCH=first["ETag"])
    by_time = client.get(PDF, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert (by_tag.content, by_time.content) == (b"", b"")
    Offer.objects.update(title="Kleiderkammer")
    assert client.get(PDF, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


CHANGES: dict[str, Callable[[Offer], object]] = {
    "title": lambda o: Offer.objects.update(title="Kleiderkammer"),
    "phone": lambda o: Offer.objects.update(phones=["030 23125-199"]),
    "checked": lambda o: Offer.objects.update(checked_on=date(2026, 3, 4)),
    "archived": lambda o: Offer.objects.update(state=Offer.State.ARCHIVED),
    "another": lambda o: offer("naehcafe", title="Nähcafé"),
    "gone": lambda o: o.delete(),
    "provider": lambda o: Provider.objects.update(name="Haus am See"),
    "topics of it": lambda o: o.topics.set([topics.ensure()["bildung"]]),
    "name of a topic": lambda o: Topic.objects.filter(slug="wohnen").update(title="Dach überm Kopf"),
    "order of topics": lambda o: Topic.objects.filter(slug="wohnen").update(order=1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_another_one_and_takes_the_former_away(change: str, client: Client, makings: list[str]) -> None:
    kiste = offer()
    tag = client.get(PDF)["ETag"]
    CHANGES[change](kiste)
    assert client.get(PDF)["ETag"] != tag
    assert len(makings) == 2
    assert len(files()) == 1


def test_what_becomes_due_makes_another_one(
    client: Client, makings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(checked_on=date(2026, 3, 4))
    monkeypatch.setattr(months, "today", lambda: date(2027, 3, 3))
    client.get(PDF)
    assert "Bitte nachfragen" not in makings[0].partition('"topics"')[2]
    monkeypatch.setattr(months, "today", lambda: date(2027, 3, 4))
    client.get(PDF)
    assert "Zuletzt geprüft: März 2026. Bitte nachfragen." in makings[1]


def test_drafts_change_nothing(client: Client, makings: list[str]) -> None:
    offer()
    client.get(PDF)
    offer("naehcafe", title="Nähcafé", state=Offer.State.DRAFT)
    client.get(PDF)
    assert len(makings) == 1
    assert "Nähcafé" not in makings[0]


def test_a_topic_and_a_town_can_be_chosen(client: Client, makings: list[str]) -> None:
    offer("kiste", title="Kleiderkiste", municipalities=["siegen"], topics=["wohnen"])
    offer("cafe", title="Nähcafé", municipalities=["kreuztal"], topics=["bildung", "wohnen"])
    offer("amt", title="Kreisamt", area="district", municipalities=[], topics=["bildung"])

    def shown(query: str) -> set[str]:
        assert client.get(PDF + query).status_code == 200
        return {name for name in ("Kleiderkiste", "Nähcafé", "Kreisamt") if f'"{name}"' in makings[-1]}

    assert shown("") == shown("?thema=&ort=") == {"Kleiderkiste", "Nähcafé", "Kreisamt"}
    assert shown("?thema=wohnen") == {"Kleiderkiste", "Nähcafé"}
    assert shown("?ort=siegen") == {"Kleiderkiste", "Kreisamt"}
    assert shown("?ort=kreuztal&thema=bildung") == {"Nähcafé", "Kreisamt"}
    assert len(files()) == 4
    assert len(makings) == 4


@pytest.mark.parametrize("query", ["?thema=mond", "?ort=mond", "?ort=ausserhalb", "?thema=%00", "?ort=../../x"])
def test_what_nobody_knows_is_not_found(query: str, client: Client, makings: list[str]) -> None:
    offer()
    assert client.get(PDF + query).status_code == 404
    assert makings == []


def test_four_statements_tell_that_nothing_has_changed(client: Client, makings: list[str]) -> None:
    for number in range(12):
        offer(f"kiste-{number}")
    first = client.get(PDF)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        assert client.get(PDF, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert len(statements) == 4  # one more counts what is sent


@pytest.mark.logs_errors
def test_when_it_cannot_be_made_the_former_one_stays(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(template: Any, data: str) -> bytes:
        raise typesetting.TypesettingFailed("status 1")

    offer()
    with monkeypatch.context() as good:
        good.setattr(typesetting, "pdf", lambda template, data: b"%PDF-1.7 first")
        tag = client.get(PDF)["ETag"]
    monkeypatch.setattr(typesetting, "pdf", fails)
    Offer.objects.update(title="Kleiderkammer")
    answer = client.get(PDF)
    assert (answer.status_code, answer.content, answer["ETag"]) == (200, b"%PDF-1.7 first", tag)
    closed = client.get(PDF + "?thema=wohnen")
    assert closed.status_code == 503
    assert closed["Retry-After"] == "120"
    assert "Wir sind gleich wieder da" in closed.content.decode()
    assert "Traceback" not in closed.content.decode()


def test_typesetting_in_earnest_fails_without_telling_what_the_texts_were(tmp_path: Any) -> None:
    template = tmp_path / "broken.typ"
    template.write_text('#panic("Kleiderkiste")')
    with pytest.raises(typesetting.TypesettingFailed, match=r"^status 1$"):
        typesetting.pdf(template, "{}")


def test_so_many_offers_are_no_brochure(client: Client, makings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brochure, "MOST", 1)
    offer()
    assert client.get(PDF).status_code == 200
    offer("naehcafe")
    answer = client.get(PDF)
    assert answer.status_code == 404
    assert "passen in kein Heft" in answer.content.decode()


def test_daily_takes_away_what_is_no_longer_so(client: Client, makings: list[str]) -> None:
    kiste = offer()
    client.get(PDF)
    client.get(PDF + "?ort=kreuztal")
    client.get(PDF + "?ort=siegen")
    old = files()
    personal_data.expire(timezone.now())
    assert files() == old
    Offer.objects.filter(pk=kiste.pk).update(title="Kleiderschrank")
    personal_data.expire(timezone.now())
    left = files()
    assert [name.split(".")[:3] for name in left] == [["heft", "", ""], ["heft", "", "kreuztal"]]
    assert set(left) & set(old) == {left[1]}  # the whole one was built anew, nobody in Kreuztal was concerned
    assert "Kleiderschrank" in makings[-1]


def test_an_address_that_is_erased_is_in_no_stored_brochure(
    client: Client, makings: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    """P-08"""
    kim = Address.objects.create(email="kim@lindenweg.example")
    offer(email="kim@lindenweg.example")
    client.get(PDF)
    assert "kim@lindenweg.example" in makings[0]
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(kim)
    assert files() == []
    client.get(PDF)
    assert "kim@lindenweg.example" not in makings[1]


def test_pages_lead_to_the_brochure_of_what_they_show(client: Client, makings: list[str]) -> None:
    offer()
    for page, address in [
        ("/wegweiser/", PDF),
        ("/wegweiser/thema/wohnen/", f"{PDF}?thema=wohnen"),
        ("/wegweiser/thema/wohnen/?ort=siegen", f"{PDF}?thema=wohnen&amp;ort=siegen"),
    ]:
        index.rebuild()
        assert f'href="{address}"' in client.get(page).content.decode(), page
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_the_link_says_how_much_it_is_once_it_has_been_built(client: Client) -> None:
    offer(topics=["wohnen"])
    index.rebuild()
    page = "/wegweiser/thema/wohnen/"
    assert link_in(client, page) == "Als Heft zum Drucken (PDF)"
    pdf = client.get(f"{PDF}?thema=wohnen").content
    pages = len(Paper(pdf).pages)
    assert link_in(client, page) == f"Als Heft zum Drucken (PDF, {pages} Seiten, {round(len(pdf) / 1000)} KB)"
    assert link_in(client, "/wegweiser/") == "Als Heft zum Drucken (PDF)"


def test_large_ones_are_told_in_megabytes_and_one_page_is_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    offer()
    monkeypatch.setattr(cache, "size", lambda selection: cache.Size(1, 1_249_000))
    assert link_in(client, "/wegweiser/") == "Als Heft zum Drucken (PDF, 1 Seite, 1,2 MB)"


def test_a_page_with_the_link_builds_nothing(client: Client, makings: list[str]) -> None:
    offer()
    client.get("/wegweiser/")
    assert (makings, files()) == ([], [])


def link_in(client: Client, path: str) -> str:
    (found,) = re.findall(
        r'href="/wegweiser/wegweiser\.pdf[^"]*">(.*?)</a>', client.get(path).content.decode(), re.DOTALL
    )
    return " ".join(re.sub("<[^>]+>", "", found).split())
