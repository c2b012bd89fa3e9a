"""Words of a counsellor's day: abbreviations, old names, everyday words, and the first words of nine languages."""

from django.db import migrations

from wegweiser.migrations import data


def create(apps, schema_editor):
    data.create(apps.get_model("wegweiser", "Synonym"), data.COUNSELLING)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0006_standard_names"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
