"""The topics stand in the order of need, in a new Wegweiser and in one from before; unless officers moved one."""

import importlib

import pytest
from django.apps import apps
from django.test import Client

from tests.wegweiser.offers import offer
from wegweiser import topics
from wegweiser.models import Offer, SearchEntry, Topic
from wegweiser.search import index

pytestmark = pytest.mark.django_db
TITLES = [
    "Finanzielle Unterstützung",
    "Gewalt und Notlagen",
    "Wohnen",
    "Kinderbetreuung",
    "Trennung und Scheidung",
    "Beratungsstellen",
    "Gesundheit und Erholung",
    "Arbeit",
    "Bildung",
    "Treffpunkte und Selbsthilfe",
]
migration = importlib.import_module("wegweiser.migrations.0011_topics_by_need")


def titles() -> list[str]:
    return list(Topic.objects.values_list("title", flat=True))


def before() -> None:
    topics.ensure()
    for slug, order, _now in migration.ORDERS:
        Topic.objects.filter(slug=slug).update(order=order)


def test_the_tiles_begin_with_money_safety_a_home_and_childcare(client: Client) -> None:
    topics.ensure()
    shown = client.get("/wegweiser/").content.decode()
    assert titles() == sorted(TITLES, key=lambda title: shown.index(f"<b>{title}</b>")) == TITLES


def first_topic(offer: Offer) -> str:
    """The first topic of its search entry, which holds ",topic=4,topic=2,"."""
    topics = SearchEntry.objects.get(offer=offer).topics
    return Topic.objects.get(pk=topics.split(",")[1].removeprefix("topic=")).slug


def test_an_older_wegweiser_gets_the_same_order() -> None:
    before()
    assert titles() != TITLES
    shelter = offer(topics=["gewalt-und-notlagen", "kinderbetreuung"])
    index.rebuild()
    assert first_topic(shelter) == "kinderbetreuung"
    migration.reorder(apps, None)
    assert titles() == TITLES
    index.refresh()
    assert first_topic(shelter) == "gewalt-und-notlagen"


def test_an_order_of_the_officers_stays() -> None:
    before()
    Topic.objects.filter(slug="bildung").update(order=1)
    theirs = titles()
    migration.reorder(apps, None)
    assert titles() == theirs
