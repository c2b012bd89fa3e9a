from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from netzwerk.migrations.data import first_groups


def forwards(apps, schema_editor):
    # Django writes them to the database after all migrations only; then it finds them there.
    create_permissions(
        installed.get_app_config("events"), verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    first_groups.create(apps.get_model("auth", "Group"), apps.get_model("auth", "Permission"))


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("events", "0003_keep_door"),
        ("netzwerk", "0002_heartbeats"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
