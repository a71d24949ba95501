"""What an entry is made of, and how it follows from the one before."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests.support.record import BODY, note, submitted
from thulium_portal.audit import context
from thulium_portal.audit.actions import Action
from thulium_portal.audit.chain import canonical, digest
from thulium_portal.audit.models import AuditContent, AuditEntry, AuditHead, AuditImmutableError
from thulium_portal.audit.services import Subject, record

pytestmark = pytest.mark.django_db


def test_the_hash_of_a_known_record_never_changes():
    said = {"seq": 1, "actor": {"username": "łucja"}, "at": "x", "facts": [1, True, None]}
    text = canonical(said)
    assert text == '{"actor":{"username":"łucja"},"at":"x","facts":[1,true,null],"seq":1}'
    assert digest(text) == "362ccc3a15ad0ad03ed2474cc34b505e81d11b2b8b5e5e978c41d28fe781b189"


def test_an_entry_holds_who_what_when_and_where(anna):
    entry = note(
        Action.REPLY_SENT,
        anna,
        subject=Subject("reply", "u-1"),
        ticket_id=1234,
        state="sent",
        facts={"attempt": 2, "http_status": 200, "message_ids": [436, 437]},
    )
    said = json.loads(entry.record)
    node = said.pop("node")
    assert said == {
        "v": 1,
        "chain": "portal",
        "seq": 1,
        "prev": "0" * 64,
        "at": entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": {"id": anna.pk, "username": "anna", "role": "agent", "kind": "user"},
        "action": "reply.sent",
        "subject": {"kind": "reply", "id": "u-1"},
        "ticket": 1234,
        "state": "sent",
        "facts": {"attempt": 2, "http_status": 200, "message_ids": [436, 437]},
        "commit": {},
        "request": "",
    }
    assert node.keys() == {"host", "pid", "version"}


def test_each_entry_links_to_the_one_before():
    entries = [note() for _ in range(3)]
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert [entry.previous_hash for entry in entries] == ["0" * 64, *[e.hash for e in entries[:2]]]
    for entry in AuditEntry.objects.all():
        text = b"portal-audit-v1\n" + entry.record.encode()
        assert entry.hash == hashlib.sha256(text).hexdigest()
    head = AuditHead.objects.get()
    assert (head.sequence, head.hash) == (3, entries[2].hash)


def test_what_is_stored_is_what_was_returned(anna):
    entry = submitted(anna)
    stored = AuditEntry.objects.get(pk=entry.pk)
    for name in ("at", "action", "subject_id", "ticket_id", "state", "record", "hash", "actor_id"):
        assert getattr(stored, name) == getattr(entry, name)


def test_a_text_is_committed_to_but_never_written_into_the_chain(anna):
    entry = submitted(anna)
    for secret in ("Mari", "Wiśniewska", "paczka", "faktura", "Anna Nowak"):
        assert secret not in entry.record
    stored = AuditContent.objects.get(entry=entry, field="body")
    message = b"body\n%d\n%s" % (len(BODY.encode()), BODY.encode())
    promised = hmac.new(bytes(stored.salt), message, hashlib.sha256).hexdigest()
    assert json.loads(entry.record)["commit"]["body"] == promised
    assert stored.data == BODY


def test_the_same_text_twice_is_committed_to_differently():
    entries = [note(content={"body": "Tak"}) for _ in range(2)]
    assert len({json.loads(entry.record)["commit"]["body"] for entry in entries}) == 2


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_of_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        record(Action.SIGNED_IN, actor=None)
    assert not AuditEntry.objects.exists()


def test_a_rollback_takes_the_entry_away_and_leaves_no_gap():
    note()
    with transaction.atomic():
        assert record(Action.SIGNED_IN, actor=None).sequence == 2
        transaction.set_rollback(True)
    assert note().sequence == 2


@pytest.mark.parametrize("fact", [1.5, {"nested": 1}, datetime(2026, 1, 1, tzinfo=UTC), [2.5]])
def test_a_fact_without_one_canonical_form_is_refused(fact):
    with pytest.raises(TypeError):
        note(facts={"fact": fact})
    assert not AuditEntry.objects.exists()


def test_an_unknown_action_is_refused():
    with pytest.raises(ValueError, match=r"reply\.teleported"):
        note("reply.teleported")  # type: ignore[arg-type]


def test_what_no_person_did_is_the_portals_or_the_command_lines():
    assert json.loads(note().record)["actor"]["kind"] == "system"
    with context.from_shell():
        assert json.loads(note().record)["actor"]["kind"] == "cli"
    assert json.loads(note().record)["actor"]["kind"] == "system"


def test_an_entry_carries_the_number_of_the_request_that_made_it(ewa, as_ewa):
    entry = submitted(ewa)
    answer = as_ewa.get(f"/audit/{entry.sequence}/")
    viewing = AuditEntry.objects.get(action=Action.AUDIT_VIEWED)
    assert json.loads(viewing.record)["request"] == answer["X-Request-ID"] != ""
    assert context.request_id.get() == ""


def test_python_refuses_to_change_an_entry():
    entry = note()
    with pytest.raises(AuditImmutableError):
        entry.delete()
    for refused in ("update", "delete", "bulk_update"):
        with pytest.raises(AuditImmutableError):
            getattr(AuditEntry.objects.all(), refused)()
