"""Addresses of the canned responses."""

from django.urls import path

from thulium_portal.canned import deciding, views

app_name = "canned"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/submit/", deciding.submit, name="submit"),
    path("<int:pk>/withdraw/", deciding.withdraw, name="withdraw"),
    path("<int:pk>/approve/", deciding.approve, name="approve"),
    path("<int:pk>/send-back/", deciding.send_back, name="send_back"),
    path("<int:pk>/publish/", deciding.publish, name="publish"),
    path("<int:pk>/rework/", deciding.rework, name="rework"),
    path("<int:pk>/archive/", deciding.archive, name="archive"),
    path("<int:pk>/bring-back/", deciding.bring_back, name="bring_back"),
    path("<int:pk>/delete/", deciding.delete, name="delete"),
    path("<int:pk>/reviewed/", deciding.reviewed, name="reviewed"),
    path("<int:pk>/versions/<int:number>/restore/", views.restore, name="restore"),
]
