"""Addresses of internal notes."""

from django.urls import path

from thulium_portal.notes import views

app_name = "notes"

urlpatterns = [
    path("tickets/<int:ticket_id>/note/", views.save, name="save"),
    path("tickets/<int:ticket_id>/note/keep/", views.keep, name="keep"),
    path("tickets/<int:ticket_id>/note/look/", views.look, name="look"),
]
