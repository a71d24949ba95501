"""Addresses of the texts around replies."""

from django.urls import path

from thulium_portal.signatures import views

app_name = "signatures"

urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("canned-sample/", views.canned_sample, name="canned_sample"),
    path("<int:pk>/", views.edit, name="edit"),
    path("<int:pk>/remove/", views.remove, name="remove"),
]
