"""The officers' log, append-only for everybody, and what Django's own log has held so far."""

from datetime import timedelta

import django.utils.timezone
from django.db import migrations, models
from django.utils import timezone

from netzwerk.migrations.data import former_log

# The database's own clock decides, so no setting and no clock of a web server opens the log.
GUARD = """
CREATE FUNCTION netzwerk_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '730 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'netzwerk_auditentry is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON netzwerk_auditentry
    FOR EACH ROW EXECUTE FUNCTION netzwerk_audit_guard();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON netzwerk_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION netzwerk_audit_guard();
"""
UNGUARD = """
DROP TRIGGER append_only ON netzwerk_auditentry;
DROP TRIGGER never_truncated ON netzwerk_auditentry;
DROP FUNCTION netzwerk_audit_guard();
"""


def forwards(apps, schema_editor):
    since = timezone.now() - timedelta(days=730)
    former_log.move(apps.get_model("admin", "LogEntry"), apps.get_model("netzwerk", "AuditEntry"), since)


class Migration(migrations.Migration):

    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("netzwerk", "0004_proxy_heartbeat"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="Wann")),
                ("account", models.BigIntegerField(blank=True, null=True, verbose_name="Konto")),
                ("who", models.CharField(blank=True, max_length=150, verbose_name="Wer")),
                ("action", models.CharField(max_length=40, verbose_name="Was")),
                ("what", models.TextField(blank=True, verbose_name="Genauer")),
                ("model", models.CharField(blank=True, max_length=100, verbose_name="Art")),
                ("key", models.CharField(blank=True, max_length=100, verbose_name="Nummer")),
            ],
            options={
                "verbose_name": "Eintrag im Protokoll",
                "verbose_name_plural": "Protokoll",
                "permissions": [("export_auditentry", "darf das Protokoll herunterladen")],
                "indexes": [
                    models.Index(fields=["at"], name="audit_at"),
                    models.Index(fields=["account", "-id"], name="audit_account"),
                    models.Index(fields=["action", "-id"], name="audit_action"),
                    models.Index(
                        condition=models.Q(("model", ""), _negated=True),
                        fields=["model", "key", "-id"],
                        name="audit_record",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
