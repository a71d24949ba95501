"""Signing in and one's own settings; of django-allauth's pages only those the portal uses."""

from django.urls import include, path

from thulium_portal.accounts import views

own = [
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
]

urlpatterns = [
    path("login/", views.sign_in, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("password/", views.change_password, name="account_change_password"),
    path("", include((own, "accounts"))),
]
