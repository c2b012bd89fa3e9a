from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0007_box_on_own_page")]
    operations = [
        migrations.AlterModelOptions(
            name="reply",
            options={
                "permissions": [
                    ("read_remark", "darf Bemerkungen lesen"),
                    ("export_reply", "darf Antworten und die Liste für die Tür herunterladen"),
                ],
                "verbose_name": "Antwort",
                "verbose_name_plural": "Antworten",
            },
        )
    ]
