"""Handing over what somebody has not finished."""

from django.urls import path

from thulium_portal.handover import views

app_name = "handover"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.show, name="show"),
    path("drafts/<uuid:uuid>/", views.draft, name="draft"),
]
