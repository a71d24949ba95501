from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('replies', '0004_draft_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='reply',
            name='remind_after',
            field=models.PositiveSmallIntegerField(blank=True, help_text='days after sending to remind its author, unless answered', null=True),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(condition=models.Q(('wire_at__isnull', False)), fields=['wire_at'], name='reply_sent_at'),
        ),
    ]
