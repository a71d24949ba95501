"""Addresses of the canned responses."""

from django.urls import path

from thulium_portal.canned.views import editor, library, proposals, transfer, workflow

app_name = "canned"
urlpatterns = [
    path("", library.index, name="index"),
    path("new/", editor.new, name="new"),
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/<int:pk>/", proposals.show, name="proposal"),
    path("proposals/<int:pk>/decide/", proposals.decide, name="decide"),
    path("proposals/<int:pk>/withdraw/", proposals.withdraw, name="withdraw_proposal"),
    path("import/", transfer.upload, name="import"),
    path("import/<uuid:uuid>/", transfer.plan, name="import_plan"),
    path("export/", transfer.export, name="export"),
    path("<int:pk>/", library.show, name="show"),
    path("files/<uuid:uuid>/", library.download, name="file"),
    path("<int:pk>/favourite/", library.favourite, name="favourite"),
    path("<int:pk>/edit/", editor.edit, name="edit"),
    path("<int:pk>/submit/", workflow.submit, name="submit"),
    path("<int:pk>/withdraw/", workflow.withdraw, name="withdraw"),
    path("<int:pk>/approve/", workflow.approve, name="approve"),
    path("<int:pk>/send-back/", workflow.send_back, name="send_back"),
    path("<int:pk>/publish/", workflow.publish, name="publish"),
    path("<int:pk>/rework/", workflow.rework, name="rework"),
    path("<int:pk>/archive/", workflow.archive, name="archive"),
    path("<int:pk>/bring-back/", workflow.bring_back, name="bring_back"),
    path("<int:pk>/delete/", workflow.delete, name="delete"),
    path("<int:pk>/reviewed/", workflow.reviewed, name="reviewed"),
    path("<int:pk>/versions/<int:version_number>/recall/", workflow.recall, name="recall"),
    path("<int:pk>/versions/<int:version_number>/restore/", editor.restore, name="restore"),
]
