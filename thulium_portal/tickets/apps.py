from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "thulium_portal.tickets"
    label = "tickets"
