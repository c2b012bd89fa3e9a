"""Search entries hold what is filtered and counted as texts. Lists without a question are read from indexes alone."""

import django.contrib.postgres.indexes
from django.db import migrations, models

FILL = """
UPDATE wegweiser_searchentry SET
    breadth = cardinality(topic_keys),
    far = area IN ('state', 'country'),
    topics = ',' || array_to_string(array(SELECT 'topic=' || each || ',' FROM unnest(topic_keys) AS each), ''),
    facets = ',area=' || area || ',cost=' || cost || ','
        || array_to_string(array(SELECT 'town=' || each || ',' FROM unnest(towns) AS each), '')
        || array_to_string(array(SELECT 'language=' || each || ',' FROM unnest(languages) AS each), '')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("wegweiser", "0009_remake_search_entries"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="searchentry", name="search_entry_topics"),
        migrations.RemoveIndex(model_name="searchentry", name="search_entry_vector"),
        migrations.RenameField(model_name="searchentry", old_name="topics", new_name="topic_keys"),
        migrations.AddField("searchentry", "breadth", models.PositiveSmallIntegerField(default=0), preserve_default=False),
        migrations.AddField("searchentry", "far", models.BooleanField(default=False), preserve_default=False),
        migrations.AddField("searchentry", "topics", models.TextField(default=""), preserve_default=False),
        migrations.AddField("searchentry", "facets", models.TextField(default=""), preserve_default=False),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField("searchentry", "topic_keys"),
        migrations.RemoveField("searchentry", "languages"),
        migrations.RemoveField("searchentry", "cost"),
        migrations.AddIndex(
            "searchentry", django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_entry_vector")
        ),
        migrations.AddIndex("searchentry", models.Index(fields=["facets", "topics"], name="search_entry_facets")),
        migrations.AddIndex(
            "searchentry",
            models.Index(
                fields=["far", "title", "offer"], include=["topics", "facets", "towns", "area"], name="search_entry_title"
            ),
        ),
        migrations.AddIndex(
            "searchentry",
            models.Index(
                fields=["far", "breadth", "title", "offer"], include=["topics", "facets"], name="search_entry_breadth"
            ),
        ),
    ]
