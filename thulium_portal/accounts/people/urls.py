"""The people of the portal."""

from django.urls import path

from thulium_portal.accounts.agents import views as agents
from thulium_portal.accounts.people import views
from thulium_portal.accounts.second_factor.views import take_away
from thulium_portal.accounts.sessions import views as sessions
from thulium_portal.accounts.single_sign_on.views import release

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("roles/", views.roles, name="roles"),
    path("agents/", agents.index, name="agents"),
    path("agents/take/", agents.take, name="take_agents"),
    path("notices/<int:pk>/read/", views.read_notice, name="read_notice"),
    path("check-login/", views.check_login, name="check_login"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/release-sign-on/", release, name="release_sign_on"),
    path("<int:pk>/remove-second-factor/", take_away, name="remove_second_factor"),
    path("<int:pk>/invitation/", views.invite, name="invite"),
    path("<int:pk>/invitation/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("<int:pk>/password-link/", views.give_link, name="give_link"),
    path("<int:pk>/end-sessions/", sessions.end_of_person, name="end_sessions"),
]
