from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0009_arrived_at")]
    operations = [
        migrations.AddField(
            model_name="event",
            name="schedule",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="Ablauf"),
        ),
        migrations.AddField(
            model_name="reply",
            name="tapped_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="an der Tür getippt"),
        ),
    ]
