import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thulium_portal.audit import triggers
from thulium_portal.lib.full_text import WordIndex

WORDS = WordIndex("audit_words")


def protect(apps, schema_editor):
    """Let the database itself refuse every change of the record, and index its words."""
    WORDS.create(schema_editor.connection)
    triggers.install(schema_editor.connection)


def lift(apps, schema_editor):
    triggers.remove(schema_editor.connection)
    WORDS.drop(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('key_id', models.CharField(max_length=16)),
                ('statement', models.TextField()),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='VerificationState',
            fields=[
                ('kind', models.CharField(choices=[('whole', 'a check of everything that is under way'), ('recent', 'the newest check that found everything in order')], max_length=10, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('missing', models.JSONField(default=dict, help_text='entry → texts gone, not yet explained')),
                ('erased', models.JSONField(default=list, help_text='entries whose erasure was recorded so far')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
                ('action', models.CharField(max_length=40)),
                ('subject_kind', models.CharField(blank=True, max_length=20)),
                ('subject_id', models.CharField(blank=True, max_length=40)),
                ('ticket_id', models.BigIntegerField(db_index=True, null=True)),
                ('state', models.CharField(blank=True, max_length=20)),
                ('record', models.TextField()),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-sequence'],
            },
        ),
        migrations.CreateModel(
            name='AuditContent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=40)),
                ('salt', models.BinaryField(max_length=32)),
                ('data', models.TextField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contents', to='audit.auditentry')),
            ],
        ),
        migrations.CreateModel(
            name='AuditHead',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField(default=0)),
                ('hash', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_one_head')],
            },
        ),
        migrations.CreateModel(
            name='ReviewRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.CharField(max_length=40)),
                ('ticket_id', models.BigIntegerField(null=True)),
                ('agent_login', models.CharField(blank=True, max_length=150)),
                ('customer', models.CharField(blank=True, max_length=300)),
                ('excerpt', models.CharField(blank=True, max_length=300)),
                ('canned_id', models.BigIntegerField(null=True)),
                ('canned_title', models.CharField(blank=True, max_length=120)),
                ('canned_version', models.PositiveIntegerField(null=True)),
                ('changed_percent', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('opened_sequence', models.BigIntegerField(unique=True)),
                ('latest_sequence', models.BigIntegerField()),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-opened_sequence'],
            },
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['subject_kind', 'subject_id', 'sequence'], name='audit_subject'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor', '-sequence'], name='audit_actor'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', '-sequence'], name='audit_action'),
        ),
        migrations.AddConstraint(
            model_name='auditcontent',
            constraint=models.UniqueConstraint(fields=('entry', 'field'), name='audit_content_unique'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['actor', '-opened_sequence'], name='review_actor'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['ticket_id', '-opened_sequence'], name='review_ticket'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['state', '-opened_sequence'], name='review_state'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['opened_at'], name='review_opened_at'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['agent_login', '-opened_sequence'], name='review_login'),
        ),
        migrations.AddIndex(
            model_name='reviewrow',
            index=models.Index(fields=['canned_id', '-opened_sequence'], name='review_canned'),
        ),
        migrations.AddConstraint(
            model_name='reviewrow',
            constraint=models.UniqueConstraint(fields=('subject_kind', 'subject_id'), name='review_subject_unique'),
        ),
        migrations.RunPython(protect, lift),
    ]
