from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='KnownQueue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue_id', models.BigIntegerField(unique=True)),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['name', 'queue_id'],
            },
        ),
    ]
