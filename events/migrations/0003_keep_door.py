from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0002_mailings_and_remarks"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="event",
            options={
                "ordering": ["-begins_at"],
                "permissions": [("keep_door", "darf die Liste für die Tür sehen und eintragen, wie viele kamen")],
                "verbose_name": "Veranstaltung",
                "verbose_name_plural": "Veranstaltungen",
            },
        ),
    ]
