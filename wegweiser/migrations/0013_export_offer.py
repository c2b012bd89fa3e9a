from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0012_emergency_of_offers")]
    operations = [
        migrations.AlterModelOptions(
            name="offer",
            options={
                "ordering": ["title", "pk"],
                "permissions": [("export_offer", "darf die Liste der Angebote herunterladen")],
                "verbose_name": "Angebot",
                "verbose_name_plural": "Angebote",
            },
        )
    ]
