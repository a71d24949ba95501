"""Texts taken out of settled replies: what is left, and what is refused."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from tests.support.pages import missing, shown
from tests.support.replies import fresh, in_state
from thulium_portal.audit.models import AuditEntry
from thulium_portal.canned.models import CannedFile
from thulium_portal.replies import attachments, drafts, erasure, services
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.models import StoredFile
from thulium_portal.storage.services import NamedFile, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(submit):
    """Return a function that gives a reply in a settled state."""

    def settled(state=State.CONFIRMED, **given):
        known = {"customer_name": "Maria Wiśniewska", "customer_email": "maria@example.com"}
        return in_state(submit(**given).reply, state, **known, settled_at=timezone.now())

    return settled


def erase(*replies, actor=None):
    with transaction.atomic():
        return erasure.erase_texts([reply.pk for reply in replies], actor=actor)


def stored(words: str = "umowa") -> NamedFile:
    return store(SimpleUploadedFile("umowa.txt", words.encode()))


def test_the_texts_go_and_what_became_of_the_reply_stays(settled, adam):
    reply = in_state(settled(), State.CONFIRMED, confirmed=["unfinished:[Maria]"])
    assert erase(reply, actor=adam) == 1
    after = fresh(reply)
    assert after.confirmed == []
    assert (after.body, after.ticket_subject) == ("", "")
    assert (after.customer_name, after.customer_email) == ("", "")
    assert (after.state, after.body_sha256) == (State.CONFIRMED, reply.body_sha256)
    assert (after.ticket_id, after.submitted_at) == (reply.ticket_id, reply.submitted_at)
    assert after.erased_by == adam
    assert erase(reply, actor=None) == 0
    assert fresh(reply).erased_by == adam


@pytest.mark.parametrize(
    "state", [State.PENDING, State.UNKNOWN, State.NOT_FOUND, State.BLOCKED, State.HELD]
)
def test_a_reply_on_its_way_keeps_all_of_them(settled, state):
    reply, waiting = settled(ticket_id=1), settled(state, ticket_id=2)
    with pytest.raises(erasure.Unsettled):
        erase(reply, waiting)
    assert fresh(reply).body == reply.body != ""


def test_a_reply_that_is_looked_for_on_its_ticket_is_not_settled(settled):
    reply = settled(State.SENT)
    type(reply).objects.filter(pk=reply.pk).update(next_check_at=timezone.now())
    with pytest.raises(erasure.Unsettled):
        erase(reply)


def test_a_draft_is_thrown_away_without_its_text_in_the_record(submit, anna, adam):
    draft = services.undo(submit().reply, actor=anna)
    erase(draft, actor=adam)
    assert (fresh(draft).state, fresh(draft).body) == (State.CANCELLED, "")
    entry = AuditEntry.objects.get(action="draft.discarded")
    assert (entry.actor, list(entry.contents.all())) == (adam, [])
    assert drafts.for_ticket(anna, draft.ticket_id) is None


def test_a_refused_reply_leaves_the_list_of_what_needs_attention(settled, anna):
    reply = settled(State.REJECTED)
    erase(reply)
    assert not type(reply).objects.needing_attention().exists()
    with pytest.raises(StateConflict):
        services.take_back(fresh(reply), actor=anna)


def test_files_go_unless_somebody_else_has_them(settled, adam, django_capture_on_commit_callbacks):
    own, shared, canned = stored(), stored("wspólna"), stored("szablon")
    reply = settled(files=[own, shared, canned])
    other = settled(ticket_id=2, files=[shared])
    CannedFile.objects.create(**vars(canned), author=adam)
    with django_capture_on_commit_callbacks(execute=True):
        assert attachments.erase([reply.pk]) == 3
    assert not default_storage.exists(own.file.path)
    assert Path(default_storage.path(shared.file.path)).read_text() == "wspólna"
    assert default_storage.exists(canned.file.path)
    assert {file.name for file in reply.attachments.all()} == {""}
    left = {file.file for file in reply.attachments.all()}
    assert {file.sha256 for file in left} == {row.file.sha256 for row in (own, shared, canned)}
    assert {(file.path, file.is_whole()) for file in left} == {("", False)}
    assert not StoredFile.objects.filter(pk=own.file.pk).exists()
    assert other.attachments.get().name == "umowa.txt"
    assert other.attachments.get().file.is_whole()
    assert attachments.erase([reply.pk]) == 0


def test_its_page_says_who_erased_it_and_offers_nothing_that_needs_the_text(settled, as_anna, adam):
    reply = settled(State.REJECTED, files=[stored()])
    erase(reply, actor=adam)
    attachments.erase([reply.pk])
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert not missing(page, "Tekst usunięto", "(Adam Lis)", "plik usunięty")
    assert not shown(page, "take-back", "Popraw tekst")
    assert "tekst usunięty" in as_anna.get("/replies/").content.decode()
    file = reply.attachments.get()
    assert as_anna.get(f"/attachments/{file.uuid}/").status_code == 404


def test_its_page_says_when_its_time_was_over(settled, as_anna):
    reply = settled()
    erase(reply)
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    assert "gdy minął okres przechowywania" in page
