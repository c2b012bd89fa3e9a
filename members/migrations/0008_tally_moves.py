"""The tallies belong to the site from now on (netzwerk 0013). Their table stays as it is, with its name and rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0007_schedule_and_flyer")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Tally")]),
    ]
