"""Django's name for this app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The ``tickets`` app."""

    name = "thulium_portal.tickets"
    label = "tickets"
