"""Submitting, undoing and deciding, without the worker."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.support.replies import BODY, fresh, in_state
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import drafts, services
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.services import Outcome
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.services import store
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db


def _actions(reply: Reply) -> list[str]:
    entries = AuditEntry.objects.filter(subject_kind="reply", subject_id=str(reply.uuid))
    return list(entries.order_by("sequence").values_list("action", flat=True))


def test_a_submitted_reply_waits_for_its_undo_time_under_the_agent_login(submit, anna, settings):
    before = timezone.now()
    reply = submit().reply
    assert (reply.state, reply.agent_login) == (State.PENDING, "anna.nowak")
    assert reply.not_before >= before + timedelta(seconds=settings.UNDO_SECONDS)
    assert _actions(reply) == ["reply.submitted"]


def test_the_same_key_never_makes_two_replies(submit):
    key = uuid.uuid4()
    first, second = submit(key=key), submit(key=key)
    assert second.outcome is Outcome.SAME
    assert second.reply.pk == first.reply.pk
    assert Reply.objects.count() == 1


def test_another_text_under_a_used_key_becomes_a_draft(submit):
    key = uuid.uuid4()
    first = submit(key=key)
    second = submit(key=key, body="<p>Zupełnie inna treść odpowiedzi.</p>")
    assert second.outcome is Outcome.KEPT_APART
    assert second.reply.pk == first.reply.pk
    assert second.draft.body == "<p>Zupełnie inna treść odpowiedzi.</p>"
    assert second.draft.state == State.DRAFT
    assert fresh(first.reply).body == BODY


def test_the_same_other_text_is_kept_once(submit):
    key = uuid.uuid4()
    submit(key=key)
    drafts_made = {submit(key=key, body="<p>Inna treść.</p>").draft.pk for _ in range(3)}
    assert len(drafts_made) == 1


def test_somebody_elses_key_is_refused_and_tells_nothing(submit, ewa):
    key = uuid.uuid4()
    submit(key=key)
    with pytest.raises(PermissionDenied):
        submit(key=key, actor=ewa, body="<p>cokolwiek</p>")
    assert Reply.objects.count() == 1


def test_without_an_agent_login_nothing_is_submitted(submit, nowy):
    with pytest.raises(PermissionDenied):
        submit(actor=nowy)
    assert not Reply.objects.exists()


def test_a_draft_becomes_the_reply_under_its_own_key(submit, anna):
    key = uuid.uuid4()
    form = {"snapshot": Snapshot(1234), "key": key, "revision": 0}
    saved = drafts.save(Text("<p>zaczęte</p>"), **form, actor=anna)
    done = submit(key=key)
    assert done.reply.pk == saved.draft.pk
    assert (fresh(saved.draft).state, fresh(saved.draft).body) == (State.PENDING, BODY)


def test_undo_brings_back_text_files_and_canned_response(submit, anna):
    file = store(SimpleUploadedFile("Etykieta zwrotna ż.pdf", b"%PDF-1.4"))
    reply = submit(files=[file]).reply
    draft = services.undo(reply, actor=anna)
    assert fresh(reply).state == State.CANCELLED
    assert (draft.body, draft.body_type, draft.state) == (BODY, "HTML", State.DRAFT)
    assert [kept.name for kept in draft.attachments.all()] == ["Etykieta zwrotna ż.pdf"]
    assert draft.submission_key != reply.submission_key


def test_undo_after_sending_began_is_too_late(submit, anna):
    reply = submit().reply
    in_state(reply, State.SENDING, claim=uuid.uuid4(), lease_until=timezone.now())
    with pytest.raises(StateConflict):
        services.undo(reply, actor=anna)
    assert fresh(reply).state == State.SENDING


def test_a_colleague_may_not_undo_anothers_reply(submit, nowy):
    reply = submit().reply
    with pytest.raises(PermissionDenied):
        services.undo(reply, actor=nowy)


def test_send_now_ends_the_waiting(submit, anna):
    reply = submit().reply
    services.send_now(reply, actor=anna)
    assert fresh(reply).not_before <= timezone.now()
    assert _actions(reply) == ["reply.submitted", "reply.scheduled"]


@pytest.fixture
def save(anna):
    """Return a function that saves the draft of one form, after what its window saw saved."""
    key = uuid.uuid4()

    def save(body, after=None, **known):
        revision, ticket = after.draft.draft_revision if after else 0, Snapshot(7, **known)
        return drafts.save(Text(body), snapshot=ticket, key=key, revision=revision, actor=anna)

    return save


def test_autosave_updates_the_same_draft(save):
    first = save("<p>a</p>")
    second = save("<p>ab</p>", after=first)
    assert second.draft.pk == first.draft.pk
    assert not second.apart
    assert fresh(first.draft).body == "<p>ab</p>"


def test_an_older_window_does_not_overwrite_a_newer_text(save, anna):
    one = save("<p>1</p>")
    save("<p>1 2</p>", after=one)
    late = save("<p>1 inaczej</p>", after=one)
    assert late.apart
    bodies = set(Reply.objects.drafts_of(anna).values_list("body", flat=True))
    assert bodies == {"<p>1 2</p>", "<p>1 inaczej</p>"}


def test_a_draft_saved_without_the_conversation_keeps_what_was_known(save):
    saved = save("<p>1</p>", subject="Zwrot", customer_email="jan@example.org", last_message_id=3)
    save("<p>2</p>", after=saved)
    assert fresh(saved.draft).ticket_subject == "Zwrot"
    assert fresh(saved.draft).last_seen_message_id == 3
