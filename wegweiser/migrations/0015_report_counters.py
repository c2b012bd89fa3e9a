from django.db import migrations, models

COUNTED = {"db_default": 0, "default": 0, "editable": False, "verbose_name": "davon gezählt"}


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0014_violence_synonyms")]
    operations = [
        migrations.CreateModel(
            name="BrochureDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="Tag")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="Anzahl")),
                ("counted", models.PositiveIntegerField(**COUNTED)),
            ],
            options={"verbose_name": "Abruf der Broschüre", "verbose_name_plural": "Abrufe der Broschüre"},
        ),
        migrations.AddField("failedsearch", "counted", models.PositiveIntegerField(**COUNTED)),
    ]
