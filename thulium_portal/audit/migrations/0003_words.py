"""Index the words of the review lines; the index replaces the column that was searched before."""

from django.db import migrations, models

from thulium_portal.lib.folding import fold
from thulium_portal.lib.word_index import WordIndex

INDEX = WordIndex("audit_words")
AT_ONCE = 1_000


def fill(apps, schema_editor):
    INDEX.create(schema_editor.connection)
    lines = apps.get_model("audit", "ReviewRow").objects.order_by("opened_sequence")
    names = ("opened_sequence", "customer", "actor_id", "canned_id", "folded_text")
    last = 0
    while page := list(lines.filter(opened_sequence__gt=last).values_list(*names)[:AT_ONCE]):
        INDEX.put(
            [
                (key, f"{fold(customer)} person{actor}x canned{canned}x", text)
                for key, customer, actor, canned, text in page
            ],
            schema_editor.connection,
        )
        last = page[-1][0]


def drop(apps, schema_editor):
    INDEX.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.RunPython(fill, drop),
        migrations.RemoveField("reviewrow", "folded_text"),
        migrations.AddIndex(
            "reviewrow", models.Index(fields=["agent_login", "-opened_sequence"], name="review_login")
        ),
        migrations.AddIndex(
            "reviewrow", models.Index(fields=["canned_id", "-opened_sequence"], name="review_canned")
        ),
    ]
