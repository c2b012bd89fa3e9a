"""The offers as services of HSDS 3.0: in pages, and one by one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from kit import months
from tests.wegweiser.offers import checked, offer
from tests.wegweiser.open_data import faults
from wegweiser.models import Offer

pytestmark = pytest.mark.django_db


def names(page: dict[str, Any]) -> list[str]:
    return [service["name"] for service in page["contents"]]


def test_an_offer_with_everything_and_one_with_nothing_are_valid(client: Client, hsds: Draft202012Validator) -> None:
    full = offer(
        title="Beratung",
        street="Musterweg 12",
        postcode="57072",
        town="Siegen",
        website="https://www.beratung.example/über uns",
        email="rat@beratung.example",
        hours="Montag 9 bis 12 Uhr",
        contact_person="Team Beratung",
        accessible="yes",
        audience="Mütter und Väter",
        topics=["wohnen", "bildung"],
    )
    offer("leer", title="Leer", topics=[], phones=[], municipalities=[], languages=[], cost="", cost_kind="unknown")
    offer("fern", title="Fern", town="Berlin")
    services = client.get("/wegweiser/services").json()["contents"]
    assert faults(hsds, services) == []
    rich, poor, far = services
    assert rich["url"] == "https://www.beratung.example/%C3%BCber%20uns"
    assert poor["url"] == "http://127.0.0.1:8000/wegweiser/leer/"
    assert [each["taxonomy_term"]["name"] for each in rich["attributes"]] == [each.title for each in full.topics.all()]
    states = [each["service_at_locations"][0]["location"]["addresses"][0]["state_province"] for each in (rich, far)]
    assert states == ["Nordrhein-Westfalen", ""]  # where Berlin lies we do not know


def test_two_remarks_on_one_number_have_an_id_each(client: Client) -> None:
    offer(phones=["030 23125-100 (vormittags)", "030 23125-100 (abends)"])
    (service,) = client.get("/wegweiser/services").json()["contents"]
    assert [phone["number"] for phone in service["phones"]] == ["+493023125100"] * 2
    assert len({phone["id"] for phone in service["phones"]}) == 2


def test_the_schemas_refuse_what_was_published_before(hsds: Draft202012Validator) -> None:
    """The negative control: without a description of its provider, with a field of HSDS 3.1, with a bad link."""
    key = "ac148810-d857-441c-9679-408f346de14b"
    old = {
        "id": key,
        "name": "Beratung",
        "status": "active",
        "url": "https://beratung.example/über uns",
        "organization": {"id": key, "name": "Haus Lindenweg"},
        "additional_urls": [],
    }
    assert {fault.json_path for fault in hsds.iter_errors(old)} == {"$", "$.url", "$.organization"}


def test_a_new_offer_moves_nothing_on_the_pages_before_it(client: Client) -> None:
    for name in "ABC":
        offer(name.lower(), title=name)
    first = client.get("/wegweiser/services?per_page=2").json()
    offer("aa", title="AA")
    assert client.get("/wegweiser/services?per_page=2").json()["contents"] == first["contents"]
    second = client.get("/wegweiser/services?per_page=2&page=2").json()
    assert (names(first), names(second)) == (["A", "B"], ["C", "AA"])
    assert {name: second[name] for name in second if name != "contents"} == {
        "total_items": 4,
        "total_pages": 2,
        "page_number": 2,
        "size": 2,
        "first_page": False,
        "last_page": True,
        "empty": False,
    }


def test_without_offers_and_behind_the_last_page_there_is_an_empty_page(client: Client) -> None:
    none = {"total_items": 0, "total_pages": 1, "page_number": 1, "size": 0, "first_page": True}
    assert client.get("/wegweiser/services").json() == none | {"last_page": True, "empty": True, "contents": []}
    offer()
    behind = client.get("/wegweiser/services?page=999999999").json()
    assert (behind["empty"], behind["last_page"], behind["total_pages"]) == (True, True, 1)


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=zwei", "page=", "page=²", "page=" + "9" * 10, "per_page=0"]
)
def test_what_is_no_page_is_refused_in_json(client: Client, query: str) -> None:
    answer = client.get(f"/wegweiser/services?{query}")
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": f"{query.partition('=')[0]} must be a whole number from 1 on."},
    )


def test_a_service_is_found_by_its_id_and_only_while_it_is_public(client: Client) -> None:
    shown = offer("kleiderkiste")
    offer("nachbar", title="Nachbar")
    (service, _) = client.get("/wegweiser/services").json()["contents"]
    found = client.get(f"/wegweiser/services/{service['id'].upper()}")
    assert (found.status_code, found.json(), found.cookies) == (200, service, {})
    Offer.objects.filter(pk=shown.pk).update(state=Offer.State.ARCHIVED)
    for key in (service["id"], "ac148810-d857-441c-9679-408f346de14b", "kleiderkiste"):
        gone = client.get(f"/wegweiser/services/{key}")
        assert (gone.status_code, gone.json()) == (404, {"error": "No service has this id."})
        assert gone["Content-Type"] == "application/json"


def test_who_follows_the_link_misses_none_though_others_are_withdrawn(client: Client) -> None:
    for name in "ABCDE":
        offer(name.lower(), title=name)
    answer = client.get("/wegweiser/services?per_page=2")
    read = names(answer.json())
    Offer.objects.filter(slug__in=["a", "b"]).update(state=Offer.State.ARCHIVED)
    assert names(client.get("/wegweiser/services?per_page=2&page=2").json()) == ["E"]  # by number C and D are missed
    sizes = []
    while following := re.fullmatch(r'<http://127\.0\.0\.1:8000(.+)>; rel="next"', answer.get("Link", "")):
        answer = client.get(following[1])
        read += names(answer.json())
        sizes.append({name: answer.json()[name] for name in ("page_number", "total_pages", "size", "last_page")})
    assert read == list("ABCDE")
    assert sizes == [
        {"page_number": 1, "total_pages": 2, "size": 2, "last_page": False},
        {"page_number": 2, "total_pages": 2, "size": 1, "last_page": True},
    ]


@pytest.mark.parametrize("after", ["", "kleiderkiste", "ac148810-d857-441c-9679-408f346de14b"])
def test_a_page_after_no_service_is_refused_in_json(after: str, client: Client) -> None:
    answer = client.get("/wegweiser/services", {"after": after})
    assert (answer.status_code, answer.json()) == (400, {"error": "after must be the id of a service."})


def test_invented_ids_read_the_offers_once(client: Client) -> None:
    offer("kleiderkiste")
    path = "/wegweiser/services/ac148810-d857-441c-9679-408f346de14b"
    assert client.get(path).status_code == 404
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 404
    assert len(asked) == 1
    assert '"wegweiser_offer"."slug"' not in asked[0]["sql"]
    offer("nachbar", title="Nachbar")
    known = [each["id"] for each in client.get("/wegweiser/services").json()["contents"]]
    assert [client.get(f"/wegweiser/services/{key}").status_code for key in known] == [200, 200]


def test_an_offer_that_becomes_due_overnight_is_told_to_who_asks_whether_anything_changed(
    client: Client, time_machine
) -> None:
    path = "/wegweiser/services"
    checked(months.before(months.today(), 12) + timedelta(days=1))
    before = client.get(path)
    since = {"if-modified-since": before["Last-Modified"]}
    assert client.get(path, headers=since).status_code == 304
    tomorrow = timezone.localtime().replace(hour=0, minute=0, second=1) + timedelta(days=1)
    time_machine.move_to(tomorrow, tick=False)
    after = client.get(path, headers=since)
    assert after.status_code == 200
    assert "alert" not in before.json()["contents"][0]
    assert "Bitte nachfragen." in after.json()["contents"][0]["alert"]
    assert client.get(path, headers={"if-modified-since": after["Last-Modified"]}).status_code == 304
