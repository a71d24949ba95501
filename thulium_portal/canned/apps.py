"""Django's name for this app."""

from django.apps import AppConfig


class CannedConfig(AppConfig):
    name = "thulium_portal.canned"
    label = "canned"
