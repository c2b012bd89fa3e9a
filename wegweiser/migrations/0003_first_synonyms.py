from django.db import migrations

from wegweiser.migrations import data


def create(apps, schema_editor):
    data.create(apps.get_model("wegweiser", "Synonym"), data.FIRST)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0002_search"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
