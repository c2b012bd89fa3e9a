"""Standard names for columns and tables, and defaults in the database; no row is written."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("mailings", "0007_receipts_without_lease")]

    operations = [
        migrations.RenameModel("Line", "RelayStatus"),
        migrations.RemoveConstraint("relaystatus", "one_line"),
        migrations.AddConstraint("relaystatus", models.CheckConstraint(name="one_relay_status", condition=Q(pk=1))),
        migrations.RenameField("mailing", "letter", "template"),
        migrations.RenameField("delivery", "mark", "message_key"),
        migrations.RenameField("delivery", "rank", "priority"),
        # PostgreSQL's index follows its column; only Django has to be told.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("delivery", "delivery_due"),
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        F("priority"), F("due_at"), F("id"), name="delivery_due", condition=Q(state="queued")
                    ),
                ),
            ]
        ),
    ]
