from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_faults_of_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='reviewrow',
            name='recipient',
            field=models.CharField(
                blank=True, db_default='', help_text="the customer's address", max_length=320
            ),
        ),
    ]
