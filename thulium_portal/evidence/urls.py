from django.urls import path

from thulium_portal.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.index, name="index"),
    path("download/", views.download, name="download"),
]
