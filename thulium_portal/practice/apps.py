"""Django's name for this app."""

from django.apps import AppConfig


class PracticeConfig(AppConfig):
    """The ``practice`` app."""

    name = "thulium_portal.practice"
    label = "practice"
