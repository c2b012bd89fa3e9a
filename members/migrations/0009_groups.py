import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import mailings.models.deliveries
import members.groups.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mailings', '0017_group_mail'),
        ('members', '0008_tally_moves'),
    ]

    operations = [
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='Name der Gruppe')),
                ('text', models.CharField(max_length=300, verbose_name='Was Sie zusammen machen')),
                ('town', models.SlugField(verbose_name='Stadt oder Gemeinde')),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None, verbose_name='Alter der Kinder')),
                ('rhythm', models.CharField(choices=[('weekly', 'jede Woche'), ('fortnightly', 'alle zwei Wochen'), ('monthly', 'einmal im Monat'), ('open', 'wie es passt')], max_length=12, verbose_name='Wie oft')),
                ('state', models.CharField(choices=[('asked', 'vorgeschlagen'), ('alive', 'trifft sich'), ('resting', 'ruht'), ('ended', 'beendet'), ('declined', 'nicht freigegeben')], db_default='asked', default='asked', max_length=10, verbose_name='Stand')),
                ('takes_members', models.BooleanField(db_default=True, default=True, verbose_name='nimmt gerade auf')),
                ('shown', models.BooleanField(db_default=True, default=True, verbose_name='steht auf der Seite „Gruppen“')),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=500, verbose_name='Antwort')),
                ('slug', models.SlugField(db_default=members.groups.models.RandomSlug(), editable=False, max_length=20, unique=True, verbose_name='Adresse')),
                ('list_key', models.SlugField(db_default=members.groups.models.RandomSlug(), editable=False, max_length=20, unique=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vorgeschlagen')),
                ('founded_at', models.DateTimeField(blank=True, null=True, verbose_name='freigegeben')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='beendet')),
                ('check_at', models.DateTimeField(blank=True, null=True, verbose_name='nächste Frage')),
                ('checks', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='gefragt')),
            ],
            options={
                'verbose_name': 'Gruppe',
                'verbose_name_plural': 'Gruppen',
                'ordering': ['title', 'pk'],
                'indexes': [models.Index(condition=models.Q(('check_at', None), _negated=True), fields=['check_at'], name='group_check')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('check_at', None), ('founded_at', None), ('state__in', ['asked', 'declined'])), models.Q(('check_at__isnull', False), ('ended_at', None), ('founded_at__isnull', False), ('state__in', ['alive', 'resting'])), models.Q(('check_at', None), ('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='group_dates_fit_state')],
            },
        ),
        migrations.CreateModel(
            name='GroupMembership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='Vorname in der Gruppe')),
                ('state', models.CharField(choices=[('asked', 'fragt an'), ('member', 'dabei'), ('declined', 'nicht aufgenommen'), ('left', 'gegangen'), ('removed', 'herausgenommen')], default='asked', max_length=10, verbose_name='Stand')),
                ('contact', models.BooleanField(db_default=False, default=False, verbose_name='Ansprechperson')),
                ('sentence', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='Satz zur Anfrage')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='angefragt')),
                ('joined_at', models.DateTimeField(blank=True, null=True, verbose_name='dabei seit')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='nicht mehr dabei seit')),
                ('paused_until', models.DateTimeField(blank=True, null=True, verbose_name='pausiert bis')),
                ('released_at', models.DateTimeField(blank=True, null=True, verbose_name='erfährt Ort und Zeit seit')),
                ('phone', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='Telefon')),
                ('nonce', models.CharField(db_default=mailings.models.deliveries.RandomHex(), editable=False, max_length=64)),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_memberships', to='mailings.address', verbose_name='Adresse')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='members.group', verbose_name='Gruppe')),
            ],
            options={
                'verbose_name': 'Person in einer Gruppe',
                'verbose_name_plural': 'Personen in Gruppen',
                'ordering': [models.OrderBy(models.F('contact'), descending=True), 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='GroupMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='Text')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='geschrieben')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='members.group')),
                ('reader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.groupmembership')),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='written', to='members.groupmembership')),
            ],
            options={
                'verbose_name': 'Nachricht in einer Gruppe',
                'verbose_name_plural': 'Nachrichten in Gruppen',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='GroupReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='von')),
                ('text', models.TextField(max_length=4000, verbose_name='Was ist passiert?')),
                ('written', models.TextField(blank=True, verbose_name='Nachrichten dazu')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='gemeldet')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='erledigt')),
                ('done_by', models.CharField(blank=True, max_length=150, verbose_name='erledigt von')),
                ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='members.groupmembership', verbose_name='über')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='members.group', verbose_name='Gruppe')),
                ('reporter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='members.groupmembership')),
            ],
            options={
                'verbose_name': 'Meldung aus einer Gruppe',
                'verbose_name_plural': 'Meldungen aus Gruppen',
                'ordering': [models.OrderBy(models.F('done_at'), descending=True, nulls_first=True), 'at'],
            },
        ),
        migrations.CreateModel(
            name='GroupRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_contact', models.BooleanField(default=False, verbose_name='als Ansprechperson')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='Vorname')),
                ('sentence', models.CharField(blank=True, max_length=200, verbose_name='Satz')),
                ('nonce', models.CharField(db_default=mailings.models.deliveries.RandomHex(), editable=False, max_length=64)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='gefragt')),
                ('confirm_until', models.DateTimeField(verbose_name='Bestätigung möglich bis')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='beantwortet')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='group_requests', to='mailings.address')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='members.group', verbose_name='Gruppe')),
                ('proof', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='members.consent')),
            ],
            options={
                'verbose_name': 'Anfrage an eine Gruppe',
                'verbose_name_plural': 'Anfragen an Gruppen',
            },
        ),
        migrations.CreateModel(
            name='KeptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, verbose_name='Schlüssel')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='seit')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kept_out', to='members.group')),
            ],
            options={
                'verbose_name': 'nicht einzulassen',
                'verbose_name_plural': 'nicht einzulassen',
            },
        ),
        migrations.CreateModel(
            name='PhoneRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phone_releases', to='members.groupmembership')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones_released', to='members.groupmembership')),
            ],
            options={
                'verbose_name': 'gezeigte Nummer',
                'verbose_name_plural': 'gezeigte Nummern',
            },
        ),
        migrations.AddConstraint(
            model_name='groupmembership',
            constraint=models.UniqueConstraint(fields=('group', 'address'), name='one_membership_per_person'),
        ),
        migrations.AddConstraint(
            model_name='groupmembership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('joined_at__isnull', False), ('state', 'member')), models.Q(models.Q(('state', 'member'), _negated=True), ('contact', False), ('phone', ''), ('released_at', None)), _connector='OR'), name='only_members_have_rights'),
        ),
        migrations.AddIndex(
            model_name='groupmessage',
            index=models.Index(fields=['group', '-at'], name='group_messages'),
        ),
        migrations.AddConstraint(
            model_name='keptout',
            constraint=models.UniqueConstraint(fields=('group', 'key'), name='kept_out_once'),
        ),
        migrations.AddConstraint(
            model_name='phonerelease',
            constraint=models.UniqueConstraint(fields=('giver', 'reader'), name='one_release_per_pair'),
        ),
    ]
