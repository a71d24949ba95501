"""Django's name for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The ``accounts`` app."""

    name = "thulium_portal.accounts"
    label = "accounts"
