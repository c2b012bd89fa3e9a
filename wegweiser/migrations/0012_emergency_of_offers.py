"""The emergency numbers stand beside an offer by a mark of its own; until now by a topic that holds food banks too."""

import re

from django.db import migrations, models

# As wegweiser/emergencies.py guesses for new offers.
SIGNS = re.compile(
    r"gewalt|missbrauch|misshand|\b(?:ge)?schl[aä]g|bedroh|stalking|opfer|notruf|suizid|\bkrise"
    r"|frauenhaus|zuflucht|\bin not\b",
    re.IGNORECASE,
)


def mark(apps, schema_editor):
    Offer = apps.get_model("wegweiser", "Offer")
    found = Offer.objects.filter(topics__emergency=True).distinct().values_list("pk", "title", "search_words")
    keys = [key for key, title, words in found if SIGNS.search(" ; ".join([title, *words]))]
    Offer.objects.filter(pk__in=keys).update(emergency=True)


class Migration(migrations.Migration):
    dependencies = [("wegweiser", "0011_topics_by_need")]

    operations = [
        migrations.AddField(
            "offer", "emergency", models.BooleanField("Notrufnummern oben zeigen", default=False, db_default=False)
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
