"""Django's name for this app, and the guard that keeps its triggers in place."""

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate

from thulium_portal.audit import triggers
from thulium_portal.audit.checks import check_triggers


def install_triggers(using: str, **kwargs: object) -> None:
    """Put the triggers back after any migration: SQLite loses them when it rebuilds a table."""
    triggers.install(connections[using])


class AuditConfig(AppConfig):
    name = "thulium_portal.audit"
    label = "audit"

    def ready(self) -> None:
        post_migrate.connect(install_triggers, sender=self)
        checks.register(check_triggers, checks.Tags.database, deploy=True)
