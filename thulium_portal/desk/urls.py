"""The desk and the ways from it to a ticket."""

from django.urls import path

from thulium_portal.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.index, name="index"),
    path("desk/", views.refresh, name="refresh"),
    path("reminders/", views.all_reminders, name="reminders"),
    path("next/", views.next_ticket, name="next"),
    path("open/", views.open_ticket, name="open"),
    path("tickets/<int:ticket_id>/take/", views.take, name="take"),
]
