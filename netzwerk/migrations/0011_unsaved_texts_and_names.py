import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('netzwerk', '0010_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnsavedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=200, verbose_name='Seite')),
                ('kind', models.CharField(max_length=100, verbose_name='Was')),
                ('sealed', models.TextField(verbose_name='Text')),
                ('kept_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='zwischengespeichert am')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Konto')),
            ],
            options={
                'verbose_name': 'Zwischengespeicherter Text',
                'verbose_name_plural': 'Zwischengespeicherte Texte',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('account', 'page'), name='one_unsaved_text_for_each_form')],
            },
        ),
        # "Beate" and "beate" are one name: there is one account for both. Django's table, so no constraint of a model.
        migrations.RunSQL(
            'CREATE UNIQUE INDEX "one_account_for_each_name" ON "auth_user" (upper("username"))',
            'DROP INDEX "one_account_for_each_name"',
        ),
    ]
