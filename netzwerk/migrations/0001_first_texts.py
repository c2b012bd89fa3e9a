from django.db import migrations

from netzwerk.migrations.data import first_texts


def forwards(apps, schema_editor):
    first_texts.create(apps.get_model("flatpages", "FlatPage"), apps.get_model("sites", "Site"))


class Migration(migrations.Migration):
    dependencies = [
        ("flatpages", "0001_initial"),
        ("sites", "0002_alter_domain_unique"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
