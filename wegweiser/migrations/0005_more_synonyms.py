"""More ways to say what offers call by another name, and their words as the search compares them now."""

import datetime

from django.db import migrations

from wegweiser.migrations import data

LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def create(apps, schema_editor):
    data.create(apps.get_model("wegweiser", "Synonym"), data.MORE)


def make_anew(apps, schema_editor):
    """Entries stay until the next search_index.refresh, which makes anew what is older than its offer."""
    apps.get_model("wegweiser", "SearchEntry").objects.update(made_at=LONG_AGO)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0004_search_without_lock"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(make_anew, migrations.RunPython.noop, elidable=True),
    ]
