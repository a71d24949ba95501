"""Addresses of the review."""

from django.urls import path

from thulium_portal.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
    path("check/", views.check, name="check"),
    path("views/save/", views.save_view, name="save_view"),
    path("views/<int:number>/forget/", views.forget_view, name="forget_view"),
    path("<int:sequence>/", views.show, name="show"),
]
