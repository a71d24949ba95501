"""The lines of the review get the queue each reply was written in, as far as it is known."""

from django.db import migrations

AT_ONCE = 500


def fill(apps, schema_editor):
    reply, row = apps.get_model("replies", "Reply"), apps.get_model("audit", "ReviewRow")
    known = reply.objects.filter(queue_id__isnull=False, submitted_at__isnull=False)
    last = 0
    while True:
        found = known.filter(pk__gt=last).order_by("pk").values_list("pk", "uuid", "queue_id")
        chunk = list(found[:AT_ONCE])
        if not chunk:
            return
        last, queues = chunk[-1][0], {str(uuid): queue for _pk, uuid, queue in chunk}
        lines = list(row.objects.filter(subject_kind="reply", subject_id__in=queues))
        for line in lines:
            line.queue_id = queues[line.subject_id]
        row.objects.bulk_update(lines, ["queue_id"])


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0003_queue_of_review_line"),
        ("replies", "0009_taken_over_from"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
