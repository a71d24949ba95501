from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The ``reports`` app: it counts what the other apps keep, and keeps nothing itself."""

    name = "thulium_portal.reports"
    label = "reports"
