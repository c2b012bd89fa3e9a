"""Second factors that django-otp kept readable: seeds are sealed, codes become digests, the old tables are emptied.

The sets of tables are read by SQL: django-otp's apps for them are no longer installed.
"""

import re

from django.conf import settings
from django.db import migrations

from kit import sealing  # living code, because living code opens what is sealed here: a frozen copy could seal in vain

TOTP, STATIC, TOKENS = "otp_totp_totpdevice", "otp_static_staticdevice", "otp_static_statictoken"
# What our apps show: six digits every 30 seconds. The old form could make others; nobody's app shows them.
APPS = f"""
    SELECT user_id, name, key, drift, last_t, created_at, last_used_at FROM {TOTP}
    WHERE confirmed AND step = 30 AND t0 = 0 AND digits = 6 ORDER BY id
"""
CODES = f"""
    SELECT device.user_id, device.created_at, token.token
    FROM {TOKENS} token JOIN {STATIC} device ON device.id = token.device_id WHERE device.confirmed ORDER BY token.id
"""


def exists(cursor, table):
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
    return cursor.fetchone()[0]


def take_over(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if exists(cursor, TOTP):
            cursor.execute(APPS)
            take_over_apps(apps, cursor.fetchall())
            cursor.execute(f"TRUNCATE {TOTP}")
        if exists(cursor, TOKENS):
            cursor.execute(CODES)
            take_over_codes(apps, cursor.fetchall())
            cursor.execute(f"TRUNCATE {TOKENS}, {STATIC}")
    # With the pages of these tables their permissions go.
    apps.get_model("contenttypes", "ContentType").objects.filter(app_label__in=["otp_totp", "otp_static"]).delete()


def take_over_apps(apps, rows):
    App = apps.get_model("netzwerk", "AuthenticatorApp")
    for user, name, key, drift, last_t, created_at, last_used_at in rows:
        app = App.objects.create(
            user_id=user,
            name=name or "Handy",
            sealed_seed=sealing.seal(key, [settings.FACTOR_KEY]),
            drift=drift,
            last_t=last_t,
            last_used_at=last_used_at,
        )
        if created_at:
            App.objects.filter(pk=app.pk).update(created_at=created_at)  # which is set to now when a row is made


def take_over_codes(apps, rows):
    Sheet, Code = apps.get_model("netzwerk", "CodeSheet"), apps.get_model("netzwerk", "PrintedCode")
    for user, created_at, token in rows:
        made = {"made_at": created_at} if created_at else {}
        sheet, _ = Sheet.objects.get_or_create(user_id=user, defaults={"name": "Blatt", **made})
        code = re.sub(r"[\s-]", "", token).lower()
        digest = sealing.digests(f"printed code {user} {code}", [settings.FACTOR_KEY])[0]
        Code.objects.get_or_create(sheet=sheet, digest=digest)


class Migration(migrations.Migration):
    dependencies = [
        ("netzwerk", "0006_second_factors"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
