"""Django's name for this app, and those who listen to what happens to people."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "thulium_portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let every room that has a module ``receivers`` listen to ``accounts.signals``."""
        autodiscover_modules("receivers")
