"""Signing in and one's own settings; of django-allauth's pages only those the portal uses."""

from django.urls import include, path

from thulium_portal.accounts import views
from thulium_portal.accounts.http import with_own_sign_in
from thulium_portal.accounts.invitations import views as invitations
from thulium_portal.accounts.passwords import views as passwords
from thulium_portal.accounts.second_factor.views import PasswordAgain
from thulium_portal.accounts.sessions import views as sessions
from thulium_portal.accounts.sign_in import views as sign_in

own = [
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("sessions/<int:number>/end/", sessions.end, name="end_session"),
]

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("password/", with_own_sign_in(passwords.change_password), name="account_change_password"),
    path("password/", include("thulium_portal.accounts.passwords.urls")),
    path("oidc/", include("thulium_portal.accounts.single_sign_on.urls")),
    path("invitation/", with_own_sign_in(invitations.accept), name="account_accept_invitation"),
    path("invitation/<str:key>/", with_own_sign_in(invitations.accept), name="account_invitation"),
    path("reauthenticate/", PasswordAgain.as_view(), name="account_reauthenticate"),
    path("2fa/", include("thulium_portal.accounts.second_factor.urls")),
    path("sessions/", sessions.index, name="usersessions_list"),
    path("", include((own, "accounts"))),
]
