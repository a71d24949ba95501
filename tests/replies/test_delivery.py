"""Claim, post, settle, against the practice Thulium over a real connection."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.replies import BODY, fresh
from thulium_portal import gateway
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import services
from thulium_portal.replies.decisions.stopped import send_anyway
from thulium_portal.replies.delivery import circuit_breaker, leases, outbox, outcomes
from thulium_portal.replies.models import Reply, ThuliumConnection
from thulium_portal.replies.states import State
from thulium_portal.thulium import Reason, SendResult, Verdict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_undo_time")]


def _texts(thulium, ticket_id: int = 1234) -> list[str]:
    return [message["body"] for message in thulium.received(ticket_id)]


def _later(reply: Reply, **fields: timedelta) -> None:
    """Let time pass for one reply by moving its own times back."""
    row = fresh(reply)
    earlier = {name: getattr(row, name) - by for name, by in fields.items()}
    Reply.objects.filter(pk=reply.pk).update(**earlier)


def test_a_due_reply_reaches_thulium_once_and_is_confirmed(submit, work, thulium):
    reply = submit().reply
    work()
    assert fresh(reply).state == State.SENT
    _later(reply, next_check_at=timedelta(seconds=5))
    work()
    assert fresh(reply).state == State.CONFIRMED
    assert fresh(reply).matched_message_id
    assert _texts(thulium) == [BODY]


def test_a_reply_inside_its_undo_time_does_not_leave(submit, work, thulium, settings):
    settings.UNDO_SECONDS = 30
    reply = submit().reply
    work()
    assert fresh(reply).state == State.PENDING
    assert _texts(thulium) == []


def test_every_step_leaves_its_audit_entry(submit, work, thulium):
    reply = submit().reply
    work()
    _later(reply, next_check_at=timedelta(seconds=5))
    work()
    entries = AuditEntry.objects.filter(subject_id=str(reply.uuid)).order_by("sequence")
    steps = ["submitted", "claimed", "sending", "sent", "confirmed"]
    assert [entry.action for entry in entries] == [f"reply.{step}" for step in steps]


def test_a_lost_answer_is_settled_by_reading_the_ticket(submit, work, thulium):
    thulium.fail_next("broken_after")
    reply = submit().reply
    work()
    assert fresh(reply).state == State.UNKNOWN
    _later(reply, next_check_at=timedelta(seconds=5))
    work()
    assert fresh(reply).state == State.CONFIRMED
    assert _texts(thulium) == [BODY]


def test_a_reply_that_never_arrived_is_not_found_after_the_settle_time(submit, work, thulium):
    thulium.fail_next("broken_before")
    reply = submit().reply
    work()
    assert fresh(reply).state == State.UNKNOWN
    for _reading in range(4):
        _later(reply, next_check_at=timedelta(hours=1), wire_end=timedelta(minutes=4))
        work()
    assert fresh(reply).state == State.NOT_FOUND
    assert _texts(thulium) == []


def test_an_unknown_reply_is_not_given_up_before_the_settle_time(submit, work, thulium):
    thulium.fail_next("broken_before")
    reply = submit().reply
    work()
    for _reading in range(6):
        _later(reply, next_check_at=timedelta(hours=1))
        work()
    assert fresh(reply).state == State.UNKNOWN


def test_an_unknown_reply_makes_the_next_of_its_ticket_wait(submit, work, thulium):
    thulium.fail_next("broken_before")
    first = submit().reply
    second = submit(body="<p>Druga odpowiedź do tego samego zgłoszenia.</p>").reply
    other = submit(ticket_id=1229, body="<p>Odpowiedź do innego zgłoszenia od razu.</p>").reply
    work()
    assert fresh(first).state == State.UNKNOWN
    assert fresh(second).state == State.PENDING
    assert fresh(other).state == State.SENT
    assert outbox.waits_for(fresh(second)).pk == first.pk


def test_a_refusal_is_rejected_with_thuliums_own_words(submit, work, thulium):
    thulium.fail_next("refused")
    reply = submit().reply
    work()
    assert fresh(reply).state == State.REJECTED
    assert fresh(reply).reason_detail
    assert _texts(thulium) == []


def test_a_reply_waits_while_thulium_is_unreachable(submit, work, thulium):
    thulium.fail_next("down", times=100)
    reply = submit().reply
    work()
    row = fresh(reply)
    assert row.state == State.PENDING
    assert row.not_before > timezone.now()
    thulium.reset()
    ThuliumConnection.objects.update(down_since=None)
    Reply.objects.update(not_before=timezone.now())
    work()
    assert fresh(reply).state == State.SENT
    assert _texts(thulium) == [BODY]


def test_an_outage_of_hours_wears_no_reply_out(submit, work, thulium):
    thulium.fail_next("down", times=1000)
    reply = submit().reply
    for _try in range(25):
        ThuliumConnection.objects.update(down_since=None)
        Reply.objects.update(not_before=timezone.now())
        work()
    assert (fresh(reply).state, fresh(reply).attempts) == (State.PENDING, 25)


def test_a_reply_is_stopped_after_a_day_of_trying(submit, work, thulium):
    thulium.fail_next("down", times=1000)
    reply = submit().reply
    work()
    reply.delivery_attempts.update(started_at=timezone.now() - timedelta(hours=25))
    ThuliumConnection.objects.update(down_since=None)
    Reply.objects.update(not_before=timezone.now())
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "retries_used_up")


def test_a_reply_planned_long_ago_is_not_given_up_at_its_first_failure(submit, work, thulium):
    thulium.fail_next("down", times=1000)
    reply = submit().reply
    Reply.objects.update(submitted_at=timezone.now() - timedelta(days=9))
    work()
    assert fresh(reply).state == State.PENDING


def test_thulium_asking_to_wait_pauses_all_sending(submit, work, thulium):
    thulium.fail_next("busy")
    first = submit().reply
    second = submit(ticket_id=1229, body="<p>Inne zgłoszenie, ta sama przerwa.</p>").reply
    work()
    assert fresh(first).state == State.PENDING
    assert fresh(second).state == State.PENDING
    assert circuit_breaker.status().pause_until > timezone.now()


def test_refused_credentials_stop_the_queue_and_reject_nothing(submit, work, thulium, settings):
    settings.THULIUM_API_PASSWORD = "zmienione-hasło"
    gateway._client.cache_clear()
    first = submit().reply
    second = submit(ticket_id=1229).reply
    work()
    assert {fresh(first).state, fresh(second).state} == {State.PENDING}
    assert circuit_breaker.status().down_since is not None
    assert fresh(second).attempts == 0


def test_an_unknown_ticket_is_rejected_and_nothing_is_posted(submit, work, thulium):
    reply = submit(ticket_id=999_999).reply
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.REJECTED, "ticket_not_found")


def test_a_newer_message_stops_the_reply(submit, work, thulium):
    reply = submit(seen=0).reply
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "customer_wrote")
    assert _texts(thulium) == []


def test_a_stopped_reply_leaves_when_a_person_says_so(submit, work, thulium, anna):
    reply = submit(seen=0).reply
    work()
    send_anyway(fresh(reply), actor=anna)
    work()
    assert fresh(reply).state == State.SENT


def test_a_claim_whose_worker_died_goes_back_to_the_queue(submit, work, thulium):
    reply = submit().reply
    claim = outbox.claim_next(worker="gone")
    assert claim.reply.pk == reply.pk
    _later(reply, lease_until=timedelta(minutes=5))
    assert leases.expire() == 1
    assert fresh(reply).state == State.PENDING
    work()
    assert _texts(thulium) == [BODY]


def test_a_sending_whose_worker_died_becomes_unknown(submit, thulium):
    reply = submit().reply
    claim = outbox.claim_next(worker="gone")
    ticket = gateway.thulium_client().get_ticket(1234)
    outbox._gate(claim, ticket)
    _later(reply, lease_until=timedelta(minutes=5))
    leases.expire()
    assert fresh(reply).state == State.UNKNOWN
    assert fresh(reply).next_check_at is not None


def test_the_third_crash_while_claimed_stops_the_reply(submit, thulium):
    reply = submit().reply
    for _crash in range(3):
        Reply.objects.update(not_before=timezone.now())
        assert outbox.claim_next(worker="gone") is not None
        _later(reply, lease_until=timedelta(minutes=5))
        leases.expire()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "crashed")


def test_an_undo_is_honoured_at_the_gate(submit, thulium, anna):
    reply = submit().reply
    claim = outbox.claim_next(worker="slow")
    assert services.undo(fresh(reply), actor=anna) is None
    outbox.deliver(claim)
    assert fresh(reply).state == State.CANCELLED
    assert Reply.objects.drafts_of(anna).get().body == BODY
    assert _texts(thulium) == []


def test_a_lost_claim_cannot_pass_the_gate(submit, thulium):
    reply = submit().reply
    claim = outbox.claim_next(worker="zombie")
    Reply.objects.filter(pk=reply.pk).update(claim=uuid.uuid4())
    ticket = gateway.thulium_client().get_ticket(1234)
    with pytest.raises(outbox.GateClosed):
        outbox._gate(claim, ticket)
    assert fresh(reply).state == State.CLAIMED


def test_a_lease_that_is_nearly_over_cannot_pass_the_gate(submit, thulium):
    reply = submit().reply
    claim = outbox.claim_next(worker="late")
    _later(reply, lease_until=timedelta(seconds=90))
    with pytest.raises(outbox.GateClosed):
        outbox._gate(claim, gateway.thulium_client().get_ticket(1234))


def test_a_due_reply_is_claimed_by_one_worker_only(submit, thulium):
    submit()
    assert outbox.claim_next(worker="one") is not None
    assert outbox.claim_next(worker="two") is None


def test_late_good_news_is_accepted_late_refusals_are_not(submit, thulium):
    reply = submit().reply
    claim = outbox.claim_next(worker="late")
    outbox._gate(claim, gateway.thulium_client().get_ticket(1234))
    _later(reply, lease_until=timedelta(minutes=5))
    leases.expire()
    outcomes.settle(claim, SendResult(Verdict.REJECTED, Reason.REFUSED, 400))
    assert fresh(reply).state == State.UNKNOWN
    outcomes.settle(claim, SendResult(Verdict.SENT, status=200))
    assert fresh(reply).state == State.SENT


def test_replies_of_one_ticket_leave_in_their_order(submit, work, thulium):
    bodies = [f"<p>Odpowiedź numer {number} do zgłoszenia klientki.</p>" for number in range(3)]
    replies = [submit(body=body).reply for body in bodies]
    for reply in replies:
        work()
        _later(reply, next_check_at=timedelta(seconds=5))
        work()
    assert _texts(thulium) == bodies


def test_a_person_sends_again_only_after_a_fresh_look(submit, work, thulium, anna):
    thulium.fail_next("broken_before")
    reply = submit().reply
    work()
    for _reading in range(4):
        _later(reply, next_check_at=timedelta(hours=1), wire_end=timedelta(minutes=4))
        work()
    key = uuid.uuid4()
    again = services.send_again(fresh(reply), shown=[1, 2], key=key, actor=anna)
    assert services.send_again(fresh(reply), shown=[1, 2], key=key, actor=anna).pk == again.pk
    Reply.objects.filter(pk=again.pk).update(last_seen_message_id=None)
    work()
    assert fresh(reply).state == State.SUPERSEDED
    assert fresh(again).state == State.SENT
    assert _texts(thulium) == [BODY]
