"""Addresses that machines ask for."""

from django.urls import path

from thulium_portal.operations import health

app_name = "operations"
urlpatterns = [
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
