import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """German names only; the table stays as it is."""

    dependencies = [("mailings", "0013_mailing_request")]

    operations = [
        migrations.AlterField("suppression", "key", models.CharField("Schlüssel", max_length=64, unique=True)),
        migrations.AlterField(
            "suppression",
            "reason",
            models.CharField(
                "Grund",
                choices=[("objection", "Widerspruch"), ("complaint", "Beschwerde"), ("bounce", "unzustellbar")],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "suppression", "since", models.DateTimeField("gesperrt seit", default=django.utils.timezone.now)
        ),
    ]
