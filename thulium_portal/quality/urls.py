from django.urls import path

from thulium_portal.quality import views

app_name = "quality"
urlpatterns = [
    path("", views.index, name="index"),
    path("given/", views.given, name="given"),
    path("<uuid:uuid>/", views.assess, name="assess"),
    path("<uuid:uuid>/question/", views.question, name="question"),
    path("<uuid:uuid>/acknowledge/", views.acknowledge, name="acknowledge"),
]
