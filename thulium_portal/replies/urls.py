"""Composing and following replies."""

from django.urls import include, path

from thulium_portal.replies.views import (
    approval,
    compose,
    corrections,
    drafts,
    index,
    message,
    preview,
    proposals,
    pulse,
    reminders,
    reply,
    support,
)

app_name = "replies"

ticket_urls = [
    path("", compose.compose, name="compose"),
    path("draft/", drafts.autosave, name="autosave"),
    path("drafts/", drafts.compare, name="drafts"),
    path("files/", drafts.add_file, name="add_file"),
    path("files/<uuid:file>/remove/", drafts.remove_file, name="remove_file"),
    path("discard/", drafts.discard, name="discard"),
    path("bring-back/", drafts.bring_back, name="bring_back"),
    path("canned/", compose.picker, name="picker"),
    path("insert/", compose.insert, name="insert"),
    path("fill-in/", compose.fill_in, name="fill_in"),
    path("preview/", preview.show, name="preview"),
    path("pulse/", pulse.pulse, name="pulse"),
    path("conversation/", pulse.shown, name="shown"),
    path("reminder/", reminders.remind, name="remind"),
    path("messages/<int:message_id>/", message.show, name="message"),
]

reply_urls = [
    path("", reply.show, name="show"),
    path("status/", reply.status, name="status"),
    path("approval/", approval.approve, name="approval"),
    path("approval/send-back/", approval.send_back, name="send_back"),
    path("dismiss-note/", approval.dismiss_note, name="dismiss_note"),
    path("undo/", reply.undo, name="undo"),
    path("send-now/", reply.send_now, name="send_now"),
    path("reschedule/", reply.reschedule, name="reschedule"),
    path("send-anyway/", reply.send_anyway, name="send_anyway"),
    path("discard/", reply.discard, name="discard_stopped"),
    path("take-back/", reply.take_back, name="take_back"),
    path("check-now/", reply.check_now, name="check_now"),
    path("send-again/", reply.send_again, name="send_again"),
    path("arrived/", reply.arrived, name="arrived"),
    path("let-pass/", reply.let_pass, name="let_pass"),
    path("correct/", corrections.correct, name="correct"),
    path("no-correction/", corrections.no_correction, name="no_correction"),
    path("propose/", proposals.propose, name="propose"),
    path("set-status/", reply.set_status, name="set_status"),
    path("remind-after/", reminders.remind_after, name="remind_after"),
    path("release/", reply.release, name="release"),
]

urlpatterns = [
    path("session/", support.session, name="session"),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("tickets/<str:typed>/", support.not_a_number, name="not_a_number"),
    path("replies/", index.index, name="index"),
    path("replies/approvals/", approval.waiting, name="approvals"),
    path("replies/<uuid:uuid>/", include(reply_urls)),
    path("recalls/<int:number>/", corrections.show, name="recall"),
    path("attachments/<uuid:uuid>/", reply.attachment, name="attachment"),
]
