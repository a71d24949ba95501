from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """The ``privacy`` app: what is held of a customer, until when, and how it is erased."""

    name = "thulium_portal.privacy"
    label = "privacy"
