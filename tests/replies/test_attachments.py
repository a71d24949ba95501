"""Files of replies: handed over just before the call."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support.replies import fresh
from thulium_portal.replies.delivery import outcomes
from thulium_portal.replies.models import Attachment, Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.services import store
from thulium_portal.thulium import SendResult, Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_undo_time")]

NAME = "Etykieta zwrotna – żółw & spółka.pdf"


@pytest.fixture
def stored(db):
    """Return a file on disk that no reply has yet."""
    return store(SimpleUploadedFile(NAME, b"%PDF-1.4 " + b"x" * 100))


def test_a_file_reaches_thulium_whole_with_its_name(submit, work, thulium, stored):
    reply = submit(files=[stored]).reply
    work()
    assert fresh(reply).state == State.SENT
    [message] = thulium.received(1234)
    [file] = message["attachments"]
    assert file["filename"] == NAME
    assert thulium.file_content(file["token"]) == b"%PDF-1.4 " + b"x" * 100


def test_a_file_gone_from_the_disk_stops_the_reply_before_it_leaves(submit, work, thulium, stored):
    reply = submit(files=[stored]).reply
    default_storage.delete(Attachment.objects.get().file.path)
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "file_missing")
    assert fresh(reply).reason_detail == NAME
    assert thulium.received(1234) == []


def test_a_token_that_expired_is_uploaded_again_and_the_file_goes(submit, work, thulium, stored):
    reply = submit(files=[stored]).reply
    Attachment.objects.update(token="expired", token_at=fresh(reply).created_at)
    work()
    row = fresh(reply)
    assert (row.state, row.reason) == (State.PENDING, "file_token")
    Reply.objects.update(not_before=row.created_at)
    work()
    assert fresh(reply).state == State.SENT
    assert len(thulium.received(1234)[0]["attachments"]) == 1


def test_a_token_refused_twice_is_a_refusal(submit, work, thulium, stored, monkeypatch):
    reply = submit(files=[stored]).reply
    for _round in range(2):
        Attachment.objects.update(token="expired", token_at=fresh(reply).created_at)
        Reply.objects.update(not_before=fresh(reply).created_at)
        work()
    assert fresh(reply).state == State.REJECTED
    assert thulium.received(1234) == []


def test_a_refusal_about_the_text_is_not_taken_for_one_about_the_file(submit, stored, thulium):
    reply = submit(files=[stored]).reply
    claim = outcomes.Claim(reply, reply.uuid, reply.delivery_attempts.model(reply=reply))
    refused = SendResult(Verdict.REJECTED, status=400, detail='Pole "body" nie może być puste.')
    assert outcomes._is_about_files(claim, refused) is False


def test_an_upload_that_fails_sends_nothing_without_the_file(submit, work, thulium, stored):
    thulium.fail_next("server_error", on="temporary_files")
    reply = submit(files=[stored]).reply
    work()
    assert fresh(reply).state == State.PENDING
    assert thulium.received(1234) == []
