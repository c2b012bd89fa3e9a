"""The offers as services of HSDS 3.0: in pages, and one by one."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.wegweiser.offers import offer
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
