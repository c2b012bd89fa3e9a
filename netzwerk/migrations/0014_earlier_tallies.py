from django.db import migrations
from django.utils import timezone

from netzwerk.migrations.data import earlier_tallies


def forwards(apps, schema_editor):
    if apps.get_model("netzwerk", "Tally").objects.exclude(what__in=("joined", "left", "returned")).exists():
        return  # counted before: somebody has migrated back and forth
    today = timezone.localdate()
    year_ago = today.replace(year=today.year - 1, day=min(today.day, 28))
    earlier_tallies.count(apps, year_ago)


class Migration(migrations.Migration):
    dependencies = [
        ("netzwerk", "0013_report"),
        ("members", "0008_tally_moves"),
        ("events", "0009_arrived_at"),
        ("mailings", "0014_names_of_suppressions"),
        ("wegweiser", "0015_report_counters"),
    ]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
