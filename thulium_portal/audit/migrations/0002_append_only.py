"""Let the database itself refuse every change of the record."""

from django.db import migrations

from thulium_portal.audit import triggers


def protect(apps, schema_editor):
    triggers.install(schema_editor.connection)


def lift(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(protect, lift)]
