from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0017_group_mail")]
    operations = [
        migrations.AddField(
            model_name="relaystatus",
            name="failures_seen_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="Fehler gesehen bis"),
        )
    ]
