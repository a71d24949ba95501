"""Index the words of canned responses, so that ten thousand are searched like a hundred."""

from django.db import migrations

from thulium_portal.lib.word_index import WordIndex

INDEX = WordIndex("canned_words")
AT_ONCE = 500


def fill(apps, schema_editor):
    INDEX.create(schema_editor.connection)
    responses = apps.get_model("canned", "CannedResponse").objects.order_by("pk")
    names = ("pk", "folded_title", "folded_shortcut", "folded_keywords", "folded_use_when")
    batch = []
    for pk, *head, rest in responses.values_list(*names, "folded_text").iterator(AT_ONCE):
        batch.append((pk, "".join(head), rest))
        if len(batch) == AT_ONCE:
            INDEX.put(batch, schema_editor.connection)
            batch = []
    INDEX.put(batch, schema_editor.connection)


def drop(apps, schema_editor):
    INDEX.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("canned", "0007_file_store")]

    operations = [migrations.RunPython(fill, drop)]
