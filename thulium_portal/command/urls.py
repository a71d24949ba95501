"""What the command box asks."""

from django.urls import path

from thulium_portal.command import views

app_name = "command"

urlpatterns = [path("", views.search, name="search")]
