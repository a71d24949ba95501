"""A forgotten password: asking for a link, and the page behind it."""

from django.urls import path

from thulium_portal.accounts.http import with_own_sign_in
from thulium_portal.accounts.passwords import views

choose = with_own_sign_in(views.reset_password)

urlpatterns = [
    path("reset/", with_own_sign_in(views.ask_for_reset), name="account_reset_password"),
    path("reset/done/", with_own_sign_in(views.reset_asked), name="account_reset_password_done"),
    path("reset/key/", choose, name="account_reset_password_form"),
    path("reset/key/<str:key>/", choose, name="account_reset_password_from_key"),
]
