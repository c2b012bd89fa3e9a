"""Lets the next refresh make every search entry anew: they hold parts and initials of providers' names now."""

from datetime import UTC, datetime

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("wegweiser", "SearchEntry").objects.update(made_at=datetime(2000, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0008_beginnings")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
