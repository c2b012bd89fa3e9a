"""Titles, the words of titles and the search words by their beginnings, for suggestions while somebody types."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Func, Value


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0007_counselling_synonyms")]

    operations = [
        migrations.AddIndex(
            "searchentry",
            models.Index(fields=["title"], opclasses=["varchar_pattern_ops"], name="search_entry_typed"),
        ),
        migrations.AddIndex(
            "searchentry",
            GinIndex(
                Func(F("vector"), Value("{a,b}"), function="ts_filter"), name="search_entry_begins"
            ),
        ),
    ]
