"""Synonyms of everyday life: what parents say when they are tired."""

from django.db import migrations

from wegweiser.migrations import data


def create(apps, schema_editor):
    data.create(apps.get_model("wegweiser", "Synonym"), data.EVERYDAY)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0015_report_counters"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
