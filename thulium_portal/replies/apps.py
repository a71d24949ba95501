"""Django's name for this app."""

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """The ``replies`` app."""

    name = "thulium_portal.replies"
    label = "replies"
