"""Django's name for this app."""

from django.apps import AppConfig


class CannedConfig(AppConfig):
    """The ``canned`` app."""

    name = "thulium_portal.canned"
    label = "canned"
