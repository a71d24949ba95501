"""Django's name for this app."""

from django.apps import AppConfig


class StorageConfig(AppConfig):
    """The ``storage`` app."""

    name = "thulium_portal.storage"
    label = "storage"
