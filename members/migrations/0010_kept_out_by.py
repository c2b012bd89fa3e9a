"""Stores which officer keeps somebody out of a group, for the officers' page of the group."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0009_groups")]
    operations = [
        migrations.AddField(
            model_name="keptout",
            name="by",
            field=models.CharField(blank=True, db_default="", default="", max_length=150, verbose_name="von"),
        ),
    ]
