"""Addresses that belong to no app."""

from django.urls import path

from thulium_portal.site import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
]
