"""The 120 offers of the district as services of HSDS 3.0, all of them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from tests.wegweiser.open_data import faults

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wegweiser")]


def pages(client: Client, size: int) -> Iterator[dict[str, Any]]:
    number, last = 0, False
    while not last:
        number += 1
        page = client.get("/wegweiser/services", {"page": number, "per_page": size}).json()
        last = page["last_page"]
        yield page


def test_every_service_on_every_page_is_valid_and_there_once(client: Client, hsds: Draft202012Validator) -> None:
    walked = list(pages(client, 50))
    services = [service for page in walked for service in page["contents"]]
    assert faults(hsds, services) == []
    assert [page["size"] for page in walked] == [50, 50, 20]
    assert {(page["total_items"], page["total_pages"]) for page in walked} == {(120, 3)}
    assert len({service["id"] for service in services}) == 120
    whole = json.loads(b"".join(client.get("/wegweiser/angebote.json").streaming_content))
    assert whole["hsds_version"] == "3.0"
    assert sorted(whole["contents"], key=lambda each: each["id"]) == sorted(services, key=lambda each: each["id"])


def test_a_page_takes_as_many_statements_whatever_its_length(client: Client) -> None:
    """The last change, their number, the offers with their providers, their topics."""
    for size, length in ((1, 1), (100, 100), (99999, 120)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/wegweiser/services?per_page={size}").json()["size"] == length
        assert len(asked) == 4
