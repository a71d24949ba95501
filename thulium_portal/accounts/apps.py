from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "thulium_portal.accounts"
    label = "accounts"
