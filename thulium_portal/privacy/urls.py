"""Addresses of customers' data: none names a customer, so that no log does."""

from django.urls import path

from thulium_portal.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.index, name="index"),
    path("erase/", views.erase, name="erase"),
    path("hold/", views.hold, name="hold"),
    path("holds/<int:pk>/lift/", views.lift, name="lift"),
]
