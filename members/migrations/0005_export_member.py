from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0004_join_request")]
    operations = [
        migrations.AlterModelOptions(
            name="member",
            options={
                "permissions": [("export_member", "darf die Liste der Mitglieder herunterladen")],
                "verbose_name": "Mitglied",
                "verbose_name_plural": "Mitglieder",
            },
        )
    ]
