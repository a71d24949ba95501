from django.conf import settings
from django.db import migrations, models


def compared_when_used(apps, schema_editor):
    """Until now the share was computed as the reply was submitted."""
    uses = apps.get_model("canned", "CannedUse").objects.using(schema_editor.connection.alias)
    uses.update(compared_at=models.F("used_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('canned', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='canneduse',
            name='compared_at',
            field=models.DateTimeField(help_text='when the share was computed, or found to be too much work', null=True),
        ),
        migrations.RunPython(compared_when_used, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='canneduse',
            index=models.Index(condition=models.Q(('compared_at__isnull', True)), fields=['id'], name='canned_use_to_compare'),
        ),
    ]
