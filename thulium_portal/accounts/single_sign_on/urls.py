"""Single sign-on, under the addresses that allauth gives it."""

from django.urls import path

from thulium_portal.accounts.single_sign_on import views
from thulium_portal.accounts.single_sign_on.provider import PROVIDER_ID

_KNOWN = {"provider_id": PROVIDER_ID}
"""By which allauth finds the addresses; there is no other provider to be named."""

urlpatterns = [
    path(f"{PROVIDER_ID}/login/", views.sign_in, _KNOWN, name="openid_connect_login"),
    path(f"{PROVIDER_ID}/login/callback/", views.come_back, _KNOWN, name="openid_connect_callback"),
]
