from django.db import migrations

from netzwerk.migrations.data import first_groups

ROLES = ["Koordination", "Veranstaltungen", "Wegweiser", "Bericht", "Tür"]


def forwards(apps, schema_editor):
    """Accounts keep what they could do: helpers have the role "Tür", and superusers are also "Koordination".

    What a role may do, netzwerk.accounts.roles brings into line after every migration.
    """
    Group = apps.get_model("auth", "Group")
    if not Group.objects.filter(name="Tür").exists():
        Group.objects.filter(name=first_groups.HELPERS).update(name="Tür")
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    superusers = apps.get_model("auth", "User").objects.filter(is_superuser=True, is_staff=True)
    Group.objects.get(name="Koordination").user_set.add(*superusers)


class Migration(migrations.Migration):
    dependencies = [("netzwerk", "0009_accounts")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
