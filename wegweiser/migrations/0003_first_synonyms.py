from django.db import migrations

from wegweiser import first_synonyms


def create(apps, schema_editor):
    first_synonyms.create(apps.get_model("wegweiser", "Synonym"), first_synonyms.FIRST)


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0002_search"),
    ]

    operations = [
        migrations.RunPython(create, migrations.RunPython.noop, elidable=False),
    ]
