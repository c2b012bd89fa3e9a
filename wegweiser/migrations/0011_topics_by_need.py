"""The first topics in the order of what is needed first, unless the officers have put them in one of their own."""

from django.db import migrations
from django.utils import timezone

# Slug, order until now, order from now on.
ORDERS = [
    ("finanzielle-unterstuetzung", 10, 10),
    ("kinderbetreuung", 20, 40),
    ("trennung-und-scheidung", 30, 50),
    ("gewalt-und-notlagen", 40, 20),
    ("beratungsstellen", 50, 60),
    ("arbeit", 60, 80),
    ("wohnen", 70, 30),
    ("gesundheit-und-erholung", 80, 70),
    ("bildung", 90, 90),
    ("treffpunkte-und-selbsthilfe", 100, 100),
]


def reorder(apps, schema_editor):
    topics = apps.get_model("wegweiser", "Topic").objects
    orders = dict(topics.values_list("slug", "order"))
    if not orders or any(orders.get(slug, before) != before for slug, before, _now in ORDERS):
        return
    for slug, _before, now in ORDERS:
        topics.filter(slug=slug).update(order=now)
    # The entries of the search hold the topics in their order; as after a change by officers, `daily` makes them anew.
    apps.get_model("wegweiser", "Offer").objects.update(changed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0010_search_lists")]

    operations = [migrations.RunPython(reorder, migrations.RunPython.noop)]
