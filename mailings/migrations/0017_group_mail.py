from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mailings', '0016_find_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailing',
            name='list_key',
            field=models.SlugField(blank=True, db_default='', default='', editable=False, max_length=20),
        ),
        migrations.AlterField(
            model_name='mailing',
            name='kind',
            field=models.CharField(choices=[('list', 'an alle'), ('personal', 'persönlich'), ('group', 'in einer Gruppe')], max_length=10, verbose_name='Art'),
        ),
    ]
