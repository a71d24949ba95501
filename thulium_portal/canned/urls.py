"""Addresses of the canned responses."""

from django.urls import path

from thulium_portal.canned import views

app_name = "canned"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/archive/", views.archive, name="archive"),
    path("<int:pk>/bring-back/", views.bring_back, name="bring_back"),
    path("<int:pk>/versions/<int:number>/restore/", views.restore, name="restore"),
]
