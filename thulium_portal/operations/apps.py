from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "thulium_portal.operations"
    label = "operations"
