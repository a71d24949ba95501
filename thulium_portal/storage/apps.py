"""Django's name for this app, and whose files they are, said before any is made."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate

from thulium_portal.storage.file_modes import keep_private, make_private


class StorageConfig(AppConfig):
    name = "thulium_portal.storage"
    label = "storage"

    def ready(self) -> None:
        keep_private()
        pre_migrate.connect(_before_migrations, sender=self)


def _before_migrations(**_told: object) -> None:
    make_private()
