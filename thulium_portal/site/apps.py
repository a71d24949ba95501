"""Django's name for this app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The ``site`` app."""

    name = "thulium_portal.site"
    label = "site"
