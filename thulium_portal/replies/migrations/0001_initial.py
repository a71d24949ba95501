import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('canned', '0001_initial'),
        ('storage', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('submission_key', models.UUIDField(unique=True)),
                ('ticket_id', models.BigIntegerField()),
                ('ticket_subject', models.CharField(blank=True, max_length=500)),
                ('customer_name', models.CharField(blank=True, max_length=300)),
                ('customer_email', models.CharField(blank=True, max_length=320)),
                ('queue_id', models.BigIntegerField(blank=True, null=True)),
                ('queue_name', models.CharField(blank=True, max_length=200)),
                ('last_seen_message_id', models.BigIntegerField(blank=True, null=True)),
                ('waiting_since', models.DateTimeField(blank=True, help_text='when the customer wrote what nobody had answered yet', null=True)),
                ('agent_login', models.CharField(blank=True, max_length=150)),
                ('body', models.TextField(blank=True)),
                ('body_sha256', models.CharField(blank=True, max_length=64)),
                ('body_type', models.CharField(choices=[('HTML', 'Formatted text'), ('PLAIN', 'Plain text')], default='HTML', max_length=5)),
                ('canned_text', models.TextField(blank=True)),
                ('inserted', models.JSONField(blank=True, default=list, help_text='ids of every canned version put into the text')),
                ('keep_reason', models.CharField(blank=True, help_text='why a must-keep passage was changed', max_length=300)),
                ('confirmed', models.JSONField(blank=True, default=list, help_text='codes of what its author let pass (readiness)')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('pending', 'On its way'), ('claimed', 'Preparing to send'), ('sending', 'Sending now'), ('sent', 'Handed to Thulium'), ('confirmed', 'Confirmed on the ticket'), ('unknown', 'Not confirmed yet'), ('not_found', 'Not found on the ticket'), ('rejected', 'Refused by Thulium'), ('blocked', 'Stopped before sending'), ('held', 'On hold'), ('cancelled', 'Undone'), ('superseded', 'Replaced by a new reply')], default='draft', max_length=12)),
                ('draft_revision', models.PositiveIntegerField(default=0)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('scheduled', models.BooleanField(default=False)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('ignore_newer', models.BooleanField(default=False)),
                ('pass_stopped', models.BooleanField(default=False)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('crashes', models.PositiveIntegerField(default=0)),
                ('seen_ids', models.JSONField(blank=True, default=list)),
                ('wire_at', models.DateTimeField(blank=True, null=True)),
                ('wire_end', models.DateTimeField(blank=True, null=True)),
                ('checks', models.PositiveIntegerField(default=0)),
                ('valid_checks', models.PositiveIntegerField(default=0)),
                ('next_check_at', models.DateTimeField(blank=True, null=True)),
                ('matched_message_id', models.BigIntegerField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('reason_detail', models.CharField(blank=True, max_length=300)),
                ('status_after', models.CharField(blank=True, help_text='id of the status its ticket gets once it was sent', max_length=40)),
                ('status_after_name', models.CharField(blank=True, max_length=120)),
                ('status_due_at', models.DateTimeField(blank=True, help_text='when to set that status; empty once that is settled', null=True)),
                ('status_tries', models.PositiveSmallIntegerField(default=0)),
                ('status_reason', models.CharField(blank=True, help_text='why it was not set', max_length=40)),
                ('dismissed_at', models.DateTimeField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(blank=True, help_text='when its texts were erased; what became of it stays', null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to=settings.AUTH_USER_MODEL)),
                ('canned_response', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='canned.cannedresponse')),
                ('canned_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='canned.cannedresponseversion')),
                ('corrects', models.ForeignKey(blank=True, help_text='the reply with a recalled text that this one puts right', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='replies.reply')),
                ('erased_by', models.ForeignKey(blank=True, help_text='who erased them; nobody where texts are kept for a limited time only', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('no_correction_by', models.ForeignKey(blank=True, help_text='who found that its recalled text needs no correction here', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('resend_of', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resent_as', to='replies.reply')),
            ],
            options={
                'verbose_name_plural': 'replies',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('claim', models.UUIDField()),
                ('worker', models.CharField(max_length=120)),
                ('started_at', models.DateTimeField()),
                ('wire_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('verdict', models.CharField(blank=True, max_length=12)),
                ('http_status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('reason_detail', models.CharField(blank=True, max_length=300)),
                ('seen_ids', models.JSONField(blank=True, default=list)),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_attempts', to='replies.reply')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('token', models.CharField(blank=True, max_length=200)),
                ('token_at', models.DateTimeField(blank=True, null=True)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='storage.storedfile')),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='replies.reply')),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ThuliumConnection',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('down_since', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('ticket_ids', models.JSONField(blank=True, default=list)),
                ('pause_until', models.DateTimeField(blank=True, null=True)),
                ('probe_at', models.DateTimeField(blank=True, null=True)),
                ('held_since', models.DateTimeField(blank=True, null=True)),
                ('worker_seen_at', models.DateTimeField(blank=True, null=True)),
                ('nightly_at', models.DateTimeField(blank=True, null=True)),
                ('held_reason', models.CharField(blank=True, max_length=40)),
                ('instance', models.UUIDField(blank=True, null=True)),
                ('system', models.CharField(blank=True, help_text='the Thulium these replies are for: its host name', max_length=253)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='line_is_one')],
            },
        ),
        migrations.CreateModel(
            name='TicketRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('valid', models.BooleanField()),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('message_ids', models.JSONField(blank=True, default=list)),
                ('candidates', models.JSONField(blank=True, default=list)),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ticket_reads', to='replies.reply')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'claimed', 'sending', 'unknown', 'not_found', 'blocked', 'held'])), fields=['ticket_id', 'id'], name='reply_open_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['not_before'], name='reply_pending_due'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['lease_until'], name='reply_lease'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('next_check_at__isnull', False)), fields=['next_check_at'], name='reply_check_due'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('status_due_at__isnull', False)), fields=['status_due_at'], name='reply_status_due'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['author', 'state', '-updated_at'], name='reply_of_author'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['ticket_id', '-id'], name='reply_of_ticket'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['claimed', 'sending', 'unknown'])), fields=('ticket_id',), name='reply_one_in_flight_per_ticket'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(condition=models.Q(('matched_message_id__isnull', False)), fields=('ticket_id', 'matched_message_id'), name='reply_message_matched_once'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending', 'claimed', 'sending', 'sent', 'confirmed', 'unknown', 'not_found', 'rejected', 'blocked', 'held', 'cancelled', 'superseded'])), name='reply_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('state', 'cancelled'), models.Q(('not_before__isnull', False), ('submitted_at__isnull', False), models.Q(('agent_login', ''), _negated=True)), _connector='OR'), name='reply_submitted_is_complete'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['claimed', 'sending']), _negated=True), models.Q(('claim__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='reply_in_hand_has_a_claim'),
        ),
        migrations.AddConstraint(
            model_name='deliveryattempt',
            constraint=models.UniqueConstraint(fields=('reply', 'number'), name='attempt_number_unique'),
        ),
    ]
