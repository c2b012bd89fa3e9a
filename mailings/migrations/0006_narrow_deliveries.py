import django.contrib.postgres.indexes
from django.db import migrations, models

import mailings.models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0005_calendar"),
    ]

    operations = [
        migrations.RenameField(model_name="delivery", old_name="message_id", new_name="mark"),
        migrations.AlterField(
            model_name="delivery",
            name="mark",
            field=models.UUIDField(db_default=mailings.models.RandomUUID(), editable=False),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_finished"),
        migrations.AddIndex(
            model_name="delivery",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["finished_at"], name="delivery_over"
            ),
        ),
    ]
