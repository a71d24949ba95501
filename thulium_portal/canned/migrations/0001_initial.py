import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models

from thulium_portal.lib.full_text import WordIndex

WORDS = WordIndex("canned_words")


def create_index(apps, schema_editor):
    WORDS.create(schema_editor.connection)


def drop_index(apps, schema_editor):
    WORDS.drop(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('storage', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='storage.storedfile')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CannedResponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('shortcut', models.SlugField(allow_unicode=True, blank=True, max_length=40, verbose_name='shortcut')),
                ('category', models.CharField(blank=True, max_length=120, verbose_name='category')),
                ('scope', models.CharField(choices=[('shared', 'Shared with everyone'), ('team', 'Team'), ('personal', 'Only mine')], default='shared', max_length=10, verbose_name='scope')),
                ('language', models.CharField(choices=[('pl', 'Polish'), ('en', 'English')], default='pl', max_length=5, verbose_name='language')),
                ('keywords', models.CharField(blank=True, max_length=300, verbose_name='keywords')),
                ('use_when', models.CharField(blank=True, max_length=200, verbose_name='use when…')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting for approval'), ('live', 'Live'), ('archived', 'Archived')], default='live', max_length=10, verbose_name='state')),
                ('review_by', models.DateField(blank=True, null=True, verbose_name='review by')),
                ('status_after', models.CharField(blank=True, help_text='id of a ticket status in Thulium; empty leaves it', max_length=40)),
                ('status_after_name', models.CharField(blank=True, max_length=120)),
                ('decision_note', models.CharField(blank=True, help_text='why it was sent back to its author', max_length=300, verbose_name='note')),
                ('submitted_at', models.DateTimeField(editable=False, help_text='since when it has waited for approval', null=True)),
                ('decided_at', models.DateTimeField(editable=False, null=True)),
                ('used_count', models.PositiveIntegerField(default=0, editable=False)),
                ('last_used_at', models.DateTimeField(editable=False, null=True)),
                ('folded_title', models.CharField(editable=False, max_length=400)),
                ('folded_shortcut', models.CharField(default='', editable=False, max_length=120)),
                ('folded_keywords', models.CharField(default='', editable=False, max_length=1200)),
                ('folded_use_when', models.CharField(default='', editable=False, max_length=600)),
                ('folded_text', models.TextField(default='', editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('decided_by', models.ForeignKey(editable=False, help_text='who approved it or sent it back last', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='canned_responses', to=settings.AUTH_USER_MODEL)),
                ('variant_of', models.ForeignKey(blank=True, help_text='the first text of a family that says the same in several languages', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='canned.cannedresponse')),
            ],
            options={
                'ordering': ['folded_title', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CannedResponseVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('body', models.TextField()),
                ('placeholders', models.JSONField(default=dict, help_text='name → fallback, in order of use')),
                ('details', models.JSONField(default=dict, help_text='shortcut, category and the like, as saved')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('files', models.ManyToManyField(blank=True, related_name='versions', to='canned.cannedfile')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='canned.cannedresponse')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddField(
            model_name='cannedresponse',
            name='current',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='canned.cannedresponseversion'),
        ),
        migrations.CreateModel(
            name='CannedUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reply_uuid', models.UUIDField()),
                ('ticket_id', models.BigIntegerField()),
                ('queue_id', models.BigIntegerField(null=True)),
                ('changed_percent', models.PositiveSmallIntegerField(help_text='words the person changed before sending, of 100', null=True)),
                ('question', models.TextField(blank=True, help_text="folded words of the customer's message it answered; erasable")),
                ('used_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='canned.cannedresponse')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='canned.cannedresponseversion')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='EmptySearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('words', models.CharField(max_length=60)),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'verbose_name_plural': 'empty searches',
                'ordering': ['-day', 'words'],
                'constraints': [models.UniqueConstraint(fields=('day', 'words'), name='canned_empty_search_unique')],
            },
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to=settings.AUTH_USER_MODEL)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='favourites', to='canned.cannedresponse')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('body', models.TextField()),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('reply_uuid', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('state', models.CharField(choices=[('open', 'Waiting for a decision'), ('accepted', 'Accepted'), ('declined', 'Declined')], default='open', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='canned_proposals', to=settings.AUTH_USER_MODEL)),
                ('based_on', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='canned.cannedresponseversion')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='canned.cannedresponse')),
                ('version', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='canned.cannedresponseversion')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('correction', models.TextField(blank=True, help_text="HTML each customer's draft starts from")),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recall', to='canned.cannedresponseversion')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CannedQueue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue_id', models.BigIntegerField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queues', to='canned.cannedresponse')),
            ],
            options={
                'ordering': ['name', 'queue_id'],
                'constraints': [models.UniqueConstraint(fields=('response', 'queue_id'), name='canned_queue_unique')],
            },
        ),
        migrations.AddConstraint(
            model_name='cannedresponseversion',
            constraint=models.UniqueConstraint(fields=('response', 'number'), name='canned_version_unique'),
        ),
        migrations.AddIndex(
            model_name='cannedresponse',
            index=models.Index(fields=['state', 'folded_title', 'id'], name='canned_state_title'),
        ),
        migrations.AddConstraint(
            model_name='cannedresponse',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('shortcut'), condition=models.Q(models.Q(('shortcut', ''), _negated=True), models.Q(('scope', 'personal'), _negated=True)), name='canned_shortcut_unique'),
        ),
        migrations.AddConstraint(
            model_name='cannedresponse',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('shortcut'), models.F('owner'), condition=models.Q(models.Q(('shortcut', ''), _negated=True), ('scope', 'personal')), name='canned_personal_shortcut_unique'),
        ),
        migrations.AddIndex(
            model_name='canneduse',
            index=models.Index(fields=['response', '-used_at'], name='canned_use_of_response'),
        ),
        migrations.AddIndex(
            model_name='canneduse',
            index=models.Index(fields=['person', '-used_at'], name='canned_use_of_person'),
        ),
        migrations.AddIndex(
            model_name='canneduse',
            index=models.Index(fields=['queue_id', '-used_at'], name='canned_use_of_queue'),
        ),
        migrations.AddConstraint(
            model_name='canneduse',
            constraint=models.UniqueConstraint(fields=('reply_uuid', 'response'), name='canned_use_unique'),
        ),
        migrations.AddConstraint(
            model_name='favourite',
            constraint=models.UniqueConstraint(fields=('person', 'response'), name='canned_favourite_unique'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state', '-id'], name='canned_proposal_state'),
        ),
        migrations.RunPython(create_index, drop_index),
    ]
