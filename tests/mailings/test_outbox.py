"""A list of any length is queued in one statement, which may take longer than a page's others."""

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import CharField, JSONField, QuerySet
from django.db.models.expressions import RawSQL

from mailings.links import to_my_data
from mailings.models import Address, Delivery
from mailings.outbox import queue_all
from tests.mailings.sending.engine import LETTER, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def slowly() -> QuerySet:
    """Four addresses, of which each takes 0.2 s to choose; a page may take 0.5 s."""
    Address.objects.bulk_create([Address(email=email, list_mail=True) for email in people(4)])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '500ms'")
    chosen = Address.objects.annotate(slept=RawSQL("pg_sleep(0.2)::text", [], output_field=CharField()))
    values = RawSQL('\'{"anrede": "Guten Tag,"}\'::jsonb', [], output_field=JSONField())
    return chosen.filter(slept="").values_list("pk", values)


def timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


def test_a_long_list_is_queued_whole_and_the_page_keeps_its_limit(slowly: QuerySet) -> None:
    with transaction.atomic():
        queue_all(LETTER, slowly, {"meine_daten": to_my_data()})
    assert sorted(Delivery.objects.values_list("address__email", flat=True)) == people(4)
    assert timeout() == "500ms"


def test_control_without_patience_it_would_be_cut_off(slowly: QuerySet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailings.outbox.PATIENCE", "500ms")
    with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic():
        queue_all(LETTER, slowly, {"meine_daten": to_my_data()})
    assert not Delivery.objects.exists()
