"""The tallies of members become those of the whole portal, in their old table; and the published reports.

Code of the version before goes on writing its tallies while the update runs: new columns have defaults.
"""

import django.core.serializers.json
import django.utils.timezone
from django.db import migrations, models

WIDER = """
ALTER TABLE members_tally ALTER COLUMN what TYPE varchar(20);
ALTER TABLE members_tally ADD COLUMN "of" varchar(160) DEFAULT '' NOT NULL;
ALTER TABLE members_tally ADD COLUMN number integer DEFAULT 1 NOT NULL;
"""
NARROWER = """
ALTER TABLE members_tally DROP COLUMN "of";
ALTER TABLE members_tally DROP COLUMN number;
"""
GUARD = """
CREATE FUNCTION netzwerk_published_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'netzwerk_publishedreport never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON netzwerk_publishedreport
    FOR EACH ROW EXECUTE FUNCTION netzwerk_published_for_ever();
"""
UNGUARD = """
DROP TRIGGER never_changes ON netzwerk_publishedreport;
DROP FUNCTION netzwerk_published_for_ever();
"""

TALLY = migrations.CreateModel(
    name="Tally",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("what", models.CharField(max_length=20, verbose_name="Was")),
        ("on", models.DateField(verbose_name="Tag")),
        ("of", models.CharField(blank=True, db_default="", default="", max_length=160, verbose_name="davon")),
        ("number", models.IntegerField(db_default=1, default=1, verbose_name="Anzahl")),
    ],
    options={
        "verbose_name": "Zählung",
        "verbose_name_plural": "Zählungen",
        "db_table": "members_tally",
        "indexes": [models.Index(fields=["what", "on"], name="tally_what_on")],
    },
)


class Migration(migrations.Migration):
    dependencies = [("netzwerk", "0012_former_versions"), ("members", "0008_tally_moves")]
    operations = [
        migrations.SeparateDatabaseAndState([migrations.RunSQL(WIDER, NARROWER)], [TALLY]),
        migrations.CreateModel(
            name="CountedSince",
            fields=[
                ("what", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("on", models.DateField()),
            ],
            options={"verbose_name": "Beginn einer Zählung", "verbose_name_plural": "Beginn der Zählungen"},
        ),
        migrations.CreateModel(
            name="PublishedReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_on", models.DateField(verbose_name="von")),
                ("ends_on", models.DateField(verbose_name="bis")),
                (
                    "figures",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="Zahlen"),
                ),
                (
                    "published_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="veröffentlicht"),
                ),
                ("published_by", models.CharField(blank=True, max_length=150, verbose_name="veröffentlicht von")),
            ],
            options={
                "verbose_name": "Zwischenbilanz",
                "verbose_name_plural": "Zwischenbilanzen",
                "permissions": [
                    ("read_exact_figures", "darf genaue Zahlen sehen und Zwischenbilanzen veröffentlichen")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("begins_on", "ends_on"), name="one_report_per_span"),
                    models.CheckConstraint(
                        condition=models.Q(("begins_on__lte", models.F("ends_on"))), name="report_begins_first"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
