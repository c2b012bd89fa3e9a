"""Standard names for columns and tables; groups keep their permissions on the renamed model."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

ACTIONS = ["add", "change", "delete", "view"]


def rename_permissions(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="wegweiser")
    for action in ACTIONS:
        permissions.filter(codename=f"{action}_miss").update(codename=f"{action}_failedsearch")


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0005_more_synonyms"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RenameModel("Miss", "FailedSearch"),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
        migrations.RemoveConstraint("failedsearch", "one_miss_per_day"),
        migrations.AddConstraint(
            "failedsearch",
            models.UniqueConstraint(fields=["words", "day"], name="one_failed_search_per_day"),
        ),
        # PostgreSQL's index follows its column; only Django has to be told.
        migrations.RenameField("word", "sound", "phonetic_key"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("word", "search_word_sound"),
                migrations.AddIndex(
                    "word", GinIndex(fields=["phonetic_key"], opclasses=["gin_trgm_ops"], name="search_word_sound")
                ),
            ]
        ),
    ]
