from django.db import migrations, models

from thulium_portal.lib.full_text import WordIndex, marked_stems, stems_in

WORDS = WordIndex("canned_words")
AT_ONCE = 500


def index_stems(apps, schema_editor):
    """The index of words is filled anew: other forms of a word are found from now on."""
    using = schema_editor.connection
    responses = apps.get_model("canned", "CannedResponse").objects.using(using.alias)
    last = 0
    while rows := list(responses.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = rows[-1].pk
        for row in rows:
            row.title_stems = stems_in(row.folded_title)[:400]
            row.keyword_stems = stems_in(row.folded_keywords)[:1200]
        responses.bulk_update(rows, ["title_stems", "keyword_stems"])
        WORDS.put(((row.pk, *_words(row)) for row in rows), using)


def _words(row):
    head = row.folded_title + row.folded_shortcut + row.folded_keywords + row.folded_use_when
    return marked_stems(head), marked_stems(row.folded_text)


class Migration(migrations.Migration):

    dependencies = [
        ('canned', '0004_new_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='cannedresponse',
            name='title_stems',
            field=models.CharField(default='', editable=False, max_length=400),
        ),
        migrations.AddField(
            model_name='cannedresponse',
            name='keyword_stems',
            field=models.CharField(default='', editable=False, max_length=1200),
        ),
        migrations.RunPython(index_stems, migrations.RunPython.noop),
    ]
