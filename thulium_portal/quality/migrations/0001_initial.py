import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('replies', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('risks', models.JSONField(default=list, help_text='why it was chosen: names of risks')),
                ('verdict', models.CharField(choices=[('good', 'Good'), ('improve', 'Could be better')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('assessed_at', models.DateTimeField(auto_now_add=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('assessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to=settings.AUTH_USER_MODEL)),
                ('reply', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='assessment', to='replies.reply')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'improve'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='assessment_says_what_to_improve'), models.CheckConstraint(condition=models.Q(('answer', ''), ('acknowledged_at__isnull', False), _connector='OR'), name='assessment_answered_is_acknowledged')],
            },
        ),
    ]
