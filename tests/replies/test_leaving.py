"""Switched off: from that moment nothing leaves in a person's name, however."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from tests.support.people import switch_off, switch_on
from tests.support.replies import fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import services, worklist
from thulium_portal.replies.decisions.stopped import release
from thulium_portal.replies.delivery import outbox
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import AUTHOR_GONE, State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.services import store
from thulium_portal.tickets.models import KnownTicket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_undo_time")]

HELD_BACK = (State.UNAPPROVED, State.PENDING, State.CLAIMED, State.BLOCKED)
CLAIM = {"claim": uuid.UUID(int=1), "lease_until": timezone.now() + timedelta(hours=1)}


def held(reply: Reply) -> bool:
    row = fresh(reply)
    return (row.state, row.reason) == (State.HELD, AUTHOR_GONE)


def planned(submit, **given) -> Reply:
    return submit(send_at=timezone.now() + timedelta(days=1), **given).reply


def past_every_rule(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def let_it_be_due(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(not_before=timezone.now())


@pytest.mark.parametrize("state", State)
def test_what_has_not_left_is_held_and_what_was_handed_over_stays(submit, adam, anna, state):
    claim = CLAIM if state in {State.CLAIMED, State.SENDING} else {}
    reply = in_state(submit().reply, state, **claim)
    switch_off(anna, actor=adam)
    assert held(reply) == (state in HELD_BACK)
    assert held(reply) or fresh(reply).state == state


def test_the_entries_tell_who_did_it_in_one_transaction(submit, adam, anna):
    reply = planned(submit)
    switch_off(anna, actor=adam)
    entry = AuditEntry.objects.get(subject_id=str(reply.uuid), action="reply.held")
    assert (entry.actor, entry.state) == (adam, State.HELD)
    assert '"reason":"author_gone"' in entry.record
    off = AuditEntry.objects.get(action="person.deactivated")
    assert off.sequence == entry.sequence + 1


@pytest.mark.parametrize("path", ["service", "command", "past every rule"])
def test_a_planned_reply_never_leaves_whichever_way_its_author_was_switched_off(
    submit, work, thulium, adam, anna, path
):
    reply = planned(submit)
    if path == "service":
        switch_off(anna, actor=adam)
    elif path == "command":
        call_command("add_staff", "anna", role="agent", switch_off=True, stdout=io.StringIO())
    else:
        past_every_rule(anna)
    let_it_be_due(reply)
    work()
    assert held(reply)
    assert thulium.received(1234) == []


def test_switching_on_again_lets_nothing_go_by_itself(submit, work, thulium, adam, anna):
    reply = planned(submit)
    switch_off(anna)
    switch_on(anna)
    let_it_be_due(reply)
    work()
    assert held(reply)
    release(fresh(reply), actor=adam)
    work()
    assert len(thulium.received(1234)) == 1


def test_nobody_sends_in_the_name_of_who_was_switched_off(submit, adam, ewa, anna):
    waiting = planned(submit)
    missing = in_state(planned(submit, ticket_id=1235), State.NOT_FOUND)
    restored = in_state(planned(submit, ticket_id=1229), State.HELD, reason="restored")
    switch_off(anna)
    acts = [
        lambda: release(fresh(waiting), actor=adam),
        lambda: release(fresh(restored), actor=adam),
        lambda: services.take_back(fresh(missing), actor=ewa),
        lambda: services.send_again(fresh(missing), shown=[], key=uuid.uuid4(), actor=ewa),
        lambda: services.send_now(fresh(waiting), actor=ewa),
    ]
    for act in acts:
        with pytest.raises(StateConflict):
            act()
    assert not Reply.objects.filter(state__in=[State.PENDING, State.DRAFT]).exists()


STEPS = {
    "before it was looked at": ("preflight", "check"),
    "while its files were uploaded": ("outbox", "upload_attachments"),
    "as the gate began": ("restore_guard", "database_is_current"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("by", [switch_off, past_every_rule])
def test_who_is_switched_off_between_claim_and_call_sends_nothing(
    submit, thulium, anna, monkeypatch, step, by
):
    file = store(SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa"))
    reply = submit(files=[file]).reply
    claim = outbox.claim_next(worker="w")
    module, name = STEPS[step]
    real = getattr(getattr(outbox, module, outbox), name)

    def then_leave(*args, **kwargs):
        found = real(*args, **kwargs)
        by(anna)
        return found

    monkeypatch.setattr(getattr(outbox, module, outbox), name, then_leave)
    outbox.deliver(claim)
    assert held(reply)
    assert thulium.received(1234) == []
    actions = AuditEntry.objects.filter(subject_id=str(reply.uuid)).order_by("sequence")
    assert [entry.action for entry in actions] == [
        "reply.submitted",
        "reply.claimed",
        "reply.held",
    ]


def test_an_undo_that_was_pressed_before_comes_back_as_a_draft(submit, thulium, anna):
    reply = submit().reply
    claim = outbox.claim_next(worker="w")
    services.undo(fresh(reply), actor=anna)
    switch_off(anna)
    outbox.deliver(claim)
    assert fresh(reply).state == State.CANCELLED
    assert Reply.objects.filter(author=anna, state=State.DRAFT).count() == 1


def test_what_was_left_behind_makes_no_colleagues_answer_wait(submit, work, thulium, anna, ewa):
    planned(submit)
    switch_off(anna)
    KnownTicket.objects.create(
        pk=1234, agent_login="ewa.kot", waiting_since=timezone.now(), read_at=timezone.now()
    )
    assert worklist.next_ticket(ewa) == 1234
    later = submit(body="<p>Paczka jest już u kuriera, będzie jutro.</p>", actor=ewa).reply
    assert outbox.waits_for(later) is None
    work()
    assert fresh(later).state == State.SENT


@pytest.mark.parametrize("language", ["pl", "en"])
def test_its_page_says_why_and_offers_nothing_that_would_send_it(
    submit, sign_in, adam, anna, language
):
    User.objects.filter(pk=adam.pk).update(language=language)
    reply = planned(submit)
    switch_off(anna)
    page = sign_in(User.objects.get(pk=adam.pk)).get(f"/replies/{reply.uuid}/").content.decode()
    sentence = {
        "pl": "Autor nie wysyła już odpowiedzi z tego portalu.",
        "en": "Its author no longer sends replies from this portal.",
    }[language]
    assert sentence in page
    assert "/release/" not in page
    assert "/take-back/" not in page
