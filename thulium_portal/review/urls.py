from django.urls import path

from thulium_portal.review import views
from thulium_portal.review.exports import views as export_views

app_name = "review"
urlpatterns = [
    path("", views.index, name="index"),
    path("export/", views.export, name="export"),
    path("exports/start/", export_views.start, name="start_export"),
    path("exports/<int:pk>/", export_views.show, name="export_job"),
    path("exports/<int:pk>/file/", export_views.download, name="export_file"),
    path("check/", views.check, name="check"),
    path("views/save/", views.save_view, name="save_view"),
    path("views/<int:pk>/forget/", views.forget_view, name="forget_view"),
    path("<int:sequence>/", views.show, name="show"),
]
