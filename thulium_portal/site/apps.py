"""Django's name for this app, and its checks of the settings."""

from django.apps import AppConfig
from django.core import checks

from thulium_portal.site.checks import check_https, check_keys, check_real_use, check_sqlite
from thulium_portal.site.proxies import check_proxies


class SiteConfig(AppConfig):
    name = "thulium_portal.site"
    label = "site"

    def ready(self) -> None:
        """Let ``manage.py check`` look at our own settings as well."""
        checks.register(check_sqlite)
        checks.register(check_real_use)
        checks.register(check_keys, checks.Tags.security, deploy=True)
        checks.register(check_https, checks.Tags.security, deploy=True)
        checks.register(check_proxies, checks.Tags.security, deploy=True)
