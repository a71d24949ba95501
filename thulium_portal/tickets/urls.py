"""Where Thulium itself tells the portal something."""

from django.urls import path

from thulium_portal.tickets import views

app_name = "tickets"
urlpatterns = [
    path("hooks/thulium/", views.hook, name="hook"),
]
