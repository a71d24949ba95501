"""Django's name for this app."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The ``review`` app."""

    name = "thulium_portal.review"
    label = "review"
