from django.db import migrations


def ask_again_on_the_own_page(apps, schema_editor):
    """The box was on a stranger's form. Now it is behind the link in the mail, where nobody has ticked it yet."""
    apps.get_model('events', 'Reply').objects.filter(wants_list=True).update(wants_list=False)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_places_and_notices'),
    ]

    operations = [
        migrations.RunPython(ask_again_on_the_own_page, migrations.RunPython.noop),
    ]
