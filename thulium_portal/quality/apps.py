from django.apps import AppConfig


class QualityConfig(AppConfig):
    """The ``quality`` app: which replies to look at, what was found, what the author says to it."""

    name = "thulium_portal.quality"
    label = "quality"
