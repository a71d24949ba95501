"""The people of the portal."""

from django.urls import path

from thulium_portal.accounts.people import views

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("check-login/", views.check_login, name="check_login"),
    path("<int:pk>/", views.edit, name="edit"),
]
