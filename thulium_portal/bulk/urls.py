"""One text to several tickets, checked ticket by ticket."""

from django.urls import include, path

from thulium_portal.bulk.views import checklist, text

app_name = "bulk"

bulk_urls = [
    path("", checklist.show, name="show"),
    path("text/", text.write, name="text"),
    path("canned/", text.canned, name="picker"),
    path("insert/", text.insert, name="insert"),
    path("join/", text.join, name="join"),
    path("questions/", text.questions, name="questions"),
    path("live/", checklist.live, name="live"),
    path("write-again/", checklist.write_again, name="write_again"),
    path("open/", checklist.open_ticket, name="open"),
    path("leave-out/", checklist.leave_out, name="leave_out"),
    path("read-again/", checklist.read_again, name="read_again"),
    path("go-on/", checklist.go_on, name="go_on"),
    path("send/", checklist.send, name="send"),
    path("undo/", checklist.undo, name="undo"),
    path("discard/", checklist.discard, name="discard"),
]

urlpatterns = [
    path("", text.index, name="index"),
    path("<uuid:uuid>/", include(bulk_urls)),
]
