"""A database that went back in time, or a copy of one, does not send."""

import shutil

import pytest
from django.core.management import call_command

from tests.support.replies import BODY, fresh, in_state
from thulium_portal.replies.decisions.stopped import release
from thulium_portal.replies.delivery import circuit_breaker, restore_guard
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.replies.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_undo_time")]


def _send_one(submit, work, thulium, ticket_id: int = 1234) -> Reply:
    reply = submit(ticket_id=ticket_id).reply
    work()
    assert fresh(reply).state == State.SENT
    return reply


def _go_back_in_time() -> None:
    """Make the database forget the newest gate, as an older backup would."""
    known = restore_guard._read()
    restore_guard._write(restore_guard.Mark(known.instance, known.sequence + 1000, "f" * 64))


def test_each_gate_raises_the_watermark(submit, work, thulium):
    _send_one(submit, work, thulium)
    first = restore_guard._read()
    _send_one(submit, work, thulium, ticket_id=1229)
    assert restore_guard._read().sequence > first.sequence
    assert restore_guard._read().instance == first.instance


def test_a_restored_database_does_not_send(submit, work, thulium):
    _send_one(submit, work, thulium)
    _go_back_in_time()
    waiting = submit(ticket_id=1229).reply
    work()
    assert fresh(waiting).state == State.PENDING
    assert circuit_breaker.status().held_reason == "restored"
    assert thulium.received(1229) == []


def test_a_copy_of_a_database_does_not_send(submit, work, thulium, settings, tmp_path):
    _send_one(submit, work, thulium)
    settings.DATA_DIR = tmp_path / "copy"
    waiting = submit(ticket_id=1229).reply
    work()
    assert fresh(waiting).state == State.PENDING
    assert circuit_breaker.status().held_reason == "no_watermark"


def test_another_installations_watermark_stops_sending(submit, work, thulium):
    _send_one(submit, work, thulium)
    known = restore_guard._read()
    restore_guard._write(restore_guard.Mark("another", known.sequence, known.hash))
    assert restore_guard.database_is_current() is False
    assert circuit_breaker.status().held_reason == "other_installation"


def test_replies_of_practice_do_not_reach_real_customers(submit, work, thulium, settings, adam):
    settings.PRACTICE_MODE = True
    _send_one(submit, work, thulium)
    waiting = submit(ticket_id=1229).reply
    settings.PRACTICE_MODE = False
    work()
    assert fresh(waiting).state == State.PENDING
    assert circuit_breaker.status().held_reason == "other_system"
    call_command("restore_ack")
    assert (fresh(waiting).state, fresh(waiting).reason) == (State.HELD, "other_system")
    later = submit(ticket_id=1233, body="<p>Odpowiedź napisana dla prawdziwego klienta.</p>").reply
    work()
    assert fresh(later).state == State.SENT
    assert thulium.received(1229) == []


def test_a_worker_that_was_told_of_another_thulium_passes_no_gate(submit, work, thulium, settings):
    _send_one(submit, work, thulium)
    waiting = submit(ticket_id=1229).reply
    ThuliumConnection.objects.update(system="elsewhere.thulium.com")
    work()
    assert fresh(waiting).state == State.PENDING
    assert thulium.received(1229) == []


def test_acknowledging_holds_what_was_open_and_lets_new_replies_leave(submit, work, thulium, adam):
    _send_one(submit, work, thulium)
    waiting = submit(ticket_id=1229).reply
    _go_back_in_time()
    work()
    call_command("restore_ack")
    assert fresh(waiting).state == State.HELD
    later = submit(ticket_id=1233, body="<p>Nowa odpowiedź napisana po odtworzeniu.</p>").reply
    work()
    assert fresh(later).state == State.SENT
    release(fresh(waiting), actor=adam)
    work()
    assert [message["body"] for message in thulium.received(1229)] == [BODY]


def test_a_reply_that_was_being_sent_is_looked_up_after_a_restore(submit, work, thulium):
    reply = submit().reply
    in_state(reply, State.SENDING, claim=reply.uuid, lease_until=reply.not_before)
    restore_guard.hold("restored")
    restore_guard.acknowledge()
    assert fresh(reply).state == State.UNKNOWN


def test_a_further_worker_joins_without_holding_anything(submit, work, thulium, settings, tmp_path):
    _send_one(submit, work, thulium)
    settings.DATA_DIR = tmp_path / "second-machine"
    waiting = submit(ticket_id=1229).reply
    work()
    call_command("restore_ack", join=True)
    work()
    assert fresh(waiting).state == State.SENT


def test_a_disk_that_refuses_the_watermark_lets_nothing_leave(
    submit, work, thulium, settings, tmp_path
):
    _send_one(submit, work, thulium)
    reply = submit(ticket_id=1229).reply
    (tmp_path / "outbox.new").mkdir()
    work()
    assert thulium.received(1229) == []
    assert fresh(reply).state == State.SENDING
    shutil.rmtree(tmp_path / "outbox.new")


def test_an_installation_that_never_sent_needs_no_watermark(submit, work, thulium):
    assert restore_guard._read() is None
    assert restore_guard.database_is_current() is True
    assert not ThuliumConnection.objects.filter(held_since__isnull=False).exists()
