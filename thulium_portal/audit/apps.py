"""Django's name for this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The ``audit`` app."""

    name = "thulium_portal.audit"
    label = "audit"
