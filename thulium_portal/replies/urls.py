"""Composing and following replies."""

from django.urls import include, path

from thulium_portal.replies import filling, following, health, learning, recalls, views

app_name = "replies"

ticket_urls = [
    path("", views.compose, name="compose"),
    path("draft/", views.autosave, name="autosave"),
    path("discard/", views.discard_draft, name="discard"),
    path("canned/", views.picker, name="picker"),
    path("insert/", views.insert, name="insert"),
    path("fill-in/", filling.fill_in, name="fill_in"),
]

reply_urls = [
    path("", following.show, name="show"),
    path("status/", following.status, name="status"),
    path("undo/", following.undo, name="undo"),
    path("send-now/", following.send_now, name="send_now"),
    path("reschedule/", following.reschedule, name="reschedule"),
    path("send-anyway/", following.send_anyway, name="send_anyway"),
    path("take-back/", following.take_back, name="take_back"),
    path("check-now/", following.check_now, name="check_now"),
    path("send-again/", following.send_again, name="send_again"),
    path("arrived/", following.arrived, name="arrived"),
    path("let-pass/", following.let_pass, name="let_pass"),
    path("correct/", recalls.correct, name="correct"),
    path("no-correction/", recalls.no_correction, name="no_correction"),
    path("propose/", learning.propose, name="propose"),
    path("set-status/", following.set_status, name="set_status"),
    path("release/", following.release, name="release"),
]

urlpatterns = [
    path("", views.desk, name="desk"),
    path("open/", views.open_ticket, name="open"),
    path("session/", views.session, name="session"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("tickets/<str:typed>/", views.not_a_number, name="not_a_number"),
    path("replies/", following.index, name="index"),
    path("replies/<uuid:uuid>/", include(reply_urls)),
    path("recalls/<int:number>/", recalls.show, name="recall"),
    path("attachments/<uuid:uuid>/", following.attachment, name="attachment"),
]
