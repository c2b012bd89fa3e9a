from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0006_narrow_deliveries"),
    ]

    operations = [
        migrations.RemoveField(model_name="receipt", name="lease"),
    ]
