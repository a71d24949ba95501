"""Addresses of the canned responses."""

from django.urls import path

from thulium_portal.canned import deciding, proposals, transferring, views

app_name = "canned"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/<int:number>/", proposals.show, name="proposal"),
    path("proposals/<int:number>/decide/", proposals.decide, name="decide"),
    path("import/", transferring.bring, name="import"),
    path("import/<uuid:uuid>/", transferring.plan, name="import_plan"),
    path("export/", transferring.export, name="export"),
    path("<int:pk>/", views.show, name="show"),
    path("files/<uuid:uuid>/", views.download, name="file"),
    path("<int:pk>/favourite/", views.favourite, name="favourite"),
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
    path("<int:pk>/versions/<int:number>/recall/", deciding.recall, name="recall"),
    path("<int:pk>/versions/<int:number>/restore/", views.restore, name="restore"),
]
