"""Addresses that machines ask for, and how the portal is in words."""

from django.urls import path

from thulium_portal.operations import health, views

app_name = "operations"
urlpatterns = [
    path("readyz", health.readyz, name="readyz"),
    path("status/", views.status, name="status"),
    path("metrics", health.metrics, name="metrics"),
]
