"""Synonyms that tell who hits whom: the small words decide whether a woman or a man needs help."""

from django.db import migrations

from wegweiser.migrations import data


def create(apps, schema_editor):
    data.create(apps.get_model("wegweiser", "Synonym"), data.VIOLENCE)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0013_export_offer"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
