"""One text to several tickets, checked ticket by ticket."""

from django.urls import include, path

from thulium_portal.bulk import views

app_name = "bulk"

bulk_urls = [
    path("", views.show, name="show"),
    path("text/", views.write, name="text"),
    path("canned/", views.canned, name="picker"),
    path("insert/", views.insert, name="insert"),
    path("questions/", views.questions, name="questions"),
    path("live/", views.live, name="live"),
    path("write-again/", views.write_again, name="write_again"),
    path("leave-out/", views.leave_out, name="leave_out"),
    path("read-again/", views.read_again, name="read_again"),
    path("go-on/", views.go_on, name="go_on"),
    path("send/", views.send, name="send"),
    path("undo/", views.undo, name="undo"),
    path("discard/", views.discard, name="discard"),
]

urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:uuid>/", include(bulk_urls)),
]
