from django.urls import path

from thulium_portal.reports import views

app_name = "reports"
urlpatterns = [path("", views.index, name="index")]
