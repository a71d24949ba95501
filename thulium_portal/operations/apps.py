"""What running the portal needs beside its pages."""

from django.apps import AppConfig
from django.core.signals import request_finished


class OperationsConfig(AppConfig):
    """Lets web processes look, after a request, for what a human is needed for."""

    name = "thulium_portal.operations"

    def ready(self) -> None:
        """Begin to listen for the ends of requests."""
        from thulium_portal.operations import alerts  # noqa: PLC0415 - models are ready now

        request_finished.connect(alerts.tell_soon, dispatch_uid="alerts")
