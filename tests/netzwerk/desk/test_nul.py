"""NUL, which PostgreSQL cannot store, in whatever the desk's lists and pages read: never a 500."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.slow import one_in

pytestmark = pytest.mark.django_db
NUL = "%00"


def names(model: type[Model]) -> list[str]:
    """What its list reads from the address."""
    desk = admin.site._registry[model]
    filters = [getattr(each, "parameter_name", "") or f"{each}__exact" for each in desk.list_filter]
    fields = [f"{field.name}__exact" for field in model._meta.fields]
    return ["q", "p", "o", "e", "all", "_to_field", "_changelist_filters", "_popup", *filters, *fields]


@pytest.mark.parametrize("model", one_in(5, admin.site._registry), ids=lambda model: model._meta.label)
def test_no_list_and_no_page_breaks_on_it(beate: Client, model: type[Model]) -> None:
    name = model._meta.label_lower.replace(".", "_")
    at = reverse(f"admin:{name}_changelist")
    for path in [f"{at}?{name}=a{NUL}b" for name in names(model)]:
        assert beate.get(path).status_code in (200, 302, 400, 403, 404), path
    for pk in ("a_00b", NUL):
        for page in ("change/", "delete/", "history/"):
            assert beate.get(f"{at}{pk}/{page}").status_code < 500, (pk, page)
        assert beate.post(f"{at}{pk}/change/").status_code < 500, pk
    for action in admin.site._registry[model].actions or ["delete_selected"]:
        sent = {"action": action, "_selected_action": ["a\0b"], "index": "\0"}
        assert beate.post(at, sent).status_code < 500, action
    assert beate.get(f"{at}add/?{'&'.join(f'{field.name}=a{NUL}b' for field in model._meta.fields)}").status_code < 500


@pytest.mark.parametrize("field", ["app_label", "model_name", "field_name", "term"])
def test_the_lookup_of_related_records_finds_nothing(beate: Client, field: str) -> None:
    asked = {"app_label": "wegweiser", "model_name": "advice", "field_name": "offer", "term": "x"} | {field: "a\0b"}
    assert beate.get("/verwaltung/autocomplete/", asked).status_code < 500
