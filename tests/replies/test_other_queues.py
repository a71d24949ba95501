"""Narrowed to other queues: what somebody planned before does not leave, and is handed over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.support.people import change
from tests.support.replies import fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry
from thulium_portal.handover.inventory import Inventory
from thulium_portal.replies.decisions import departure
from thulium_portal.replies.decisions.stopped import release
from thulium_portal.replies.delivery import outbox
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import QUEUE_LEFT, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.tickets import reading
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_undo_time")]

TICKET = 1234


@pytest.fixture
def here(thulium, anna) -> int:
    """Return the queue of the ticket."""
    snapshot = reading.load_snapshot(TICKET, anna)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.queue_id
    return snapshot.queue_id


@pytest.fixture
def planned(submit, anna, here):
    """Return a function that plans a reply of Anna's for tomorrow."""

    def planned(*, knows_queue: bool = True) -> Reply:
        snapshot = reading.load_snapshot(TICKET, anna)
        reply = submit(snapshot=snapshot, send_at=timezone.now() + timedelta(days=1)).reply
        if not knows_queue:
            Reply.objects.filter(pk=reply.pk).update(queue_id=None)
        return reply

    return planned


def held(reply: Reply) -> bool:
    row = fresh(reply)
    return (row.state, row.reason) == (State.HELD, QUEUE_LEFT)


def let_it_be_due(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(not_before=timezone.now())


def past_every_rule(person: User, queues: list[int]) -> None:
    User.objects.filter(pk=person.pk).update(queues=queues)


def test_it_is_held_at_once_and_the_record_tells_who_did_it(planned, anna, adam, here):
    reply = planned()
    change(anna, actor=adam, queues=[here + 1])
    assert held(reply)
    entry = AuditEntry.objects.get(subject_id=str(reply.uuid), action="reply.held")
    assert entry.actor == adam
    assert '"reason":"queue_left"' in entry.record


@pytest.mark.parametrize("state", [State.UNAPPROVED, State.PENDING, State.BLOCKED, State.SENT])
def test_what_has_not_left_is_held_and_what_was_sent_stays(planned, anna, adam, here, state):
    reply = in_state(planned(), state)
    change(anna, actor=adam, queues=[here + 1])
    assert held(reply) == (state is not State.SENT)


@pytest.mark.parametrize("knows_queue", [True, False], ids=["known", "unknown"])
def test_the_worker_asks_again_before_it_leaves(planned, anna, work, thulium, here, knows_queue):
    reply = planned(knows_queue=knows_queue)
    past_every_rule(anna, [here + 1])
    let_it_be_due(reply)
    work()
    assert held(reply)
    assert thulium.received(TICKET) == []


@pytest.mark.parametrize("knows_queue", [True, False], ids=["known", "unknown"])
def test_in_the_queue_one_still_works_in_it_leaves(
    planned, anna, adam, work, thulium, here, knows_queue
):
    reply = planned(knows_queue=knows_queue)
    change(anna, actor=adam, queues=[here])
    let_it_be_due(reply)
    work()
    assert len(thulium.received(TICKET)) == 1


def test_a_role_that_narrows_holds_as_well(submit, adam, ewa, here):
    boss = change(ewa, role=Role.ADMINISTRATOR, queues=[here + 1])
    snapshot = reading.load_snapshot(TICKET, boss)
    reply = submit(snapshot=snapshot, actor=boss, send_at=timezone.now() + timedelta(days=1)).reply
    change(boss, actor=adam, role=Role.AGENT)
    assert held(reply)


def test_nobody_releases_it_while_its_author_works_elsewhere(planned, anna, adam, here, as_adam):
    reply = planned()
    change(anna, actor=adam, queues=[here + 1])
    with pytest.raises(StateConflict):
        release(fresh(reply), actor=adam)
    page = as_adam.get(f"/replies/{reply.uuid}/").content.decode()
    assert "nie pracuje już w kolejce" in page
    assert "act-release" not in page


def test_given_back_the_queue_it_is_released_by_an_administrator_alone(
    planned, anna, adam, work, thulium, here
):
    reply = planned()
    change(anna, actor=adam, queues=[here + 1])
    change(anna, actor=adam, queues=[])
    assert held(reply)
    release(fresh(reply), actor=adam)
    let_it_be_due(reply)
    work()
    assert len(thulium.received(TICKET)) == 1


def test_it_is_handed_over_to_who_works_there(planned, anna, ewa, adam, here):
    reply = planned()
    change(anna, actor=adam, queues=[here + 1])
    assert [row.pk for group in Inventory(anna, ewa).groups for row in group.rows] == [reply.pk]
    draft = departure.take_over(fresh(reply), to=ewa, actor=ewa)
    assert (draft.author, draft.state) == (ewa, State.DRAFT)


def test_a_colleague_need_not_wait_for_it(planned, anna, ewa, adam, submit, work, thulium, here):
    planned()
    change(anna, actor=adam, queues=[here + 1])
    submit(snapshot=reading.load_snapshot(TICKET, ewa), actor=ewa)
    work()
    assert len(thulium.received(TICKET)) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "nie pracuje już w kolejce"), ("en", "no longer works in the queue")],
)
def test_its_author_reads_why(planned, anna, adam, here, sign_in, language, words):
    reply = planned()
    change(anna, actor=adam, queues=[here + 1], language=language)
    anna.refresh_from_db()
    page = sign_in(anna).get(f"/replies/{reply.uuid}/")
    assert page.status_code == 200
    assert words in page.content.decode()


@pytest.mark.parametrize("knows_queue", [True, False])
def test_narrowed_while_its_files_were_uploaded_the_gate_is_shut(
    planned, anna, adam, here, thulium, work, monkeypatch, knows_queue
):
    reply = planned(knows_queue=knows_queue)
    let_it_be_due(reply)
    upload = outbox.upload_attachments

    def then_narrowed(*given):
        change(anna, actor=adam, queues=[here + 1])
        return upload(*given)

    monkeypatch.setattr(outbox, "upload_attachments", then_narrowed)
    work()
    assert held(reply)
    assert thulium.received(TICKET) == []


def test_a_look_at_the_ticket_lets_nothing_pass_into_a_queue_of_others(
    planned, anna, here, thulium, work
):
    """As after a restore, where an administrator looked: the ticket went on to another queue."""
    reply = planned()
    left = {"seen": fresh(reply).seen | {"queue_id": here + 1}, "queue_id": here + 1}
    Reply.objects.filter(pk=reply.pk).update(ignore_newer=True, **left)
    past_every_rule(anna, [here + 1])
    let_it_be_due(reply)
    work()
    assert held(reply)
    assert thulium.received(TICKET) == []
