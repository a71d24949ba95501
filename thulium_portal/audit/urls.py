"""Addresses of the review."""

from django.urls import path

from thulium_portal.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
    path("check/", views.check, name="check"),
    path("<int:sequence>/", views.show, name="show"),
]
