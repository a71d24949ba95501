from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "thulium_portal.review"
    label = "review"
