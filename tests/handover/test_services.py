"""A colleague goes on with what somebody has not sent; nothing is lost, nothing sent twice."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.support.people import switch_off
from tests.support.replies import BODY, fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import drafts, services
from thulium_portal.replies.decisions import departure
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.services import store
from thulium_portal.tickets import reminders
from thulium_portal.tickets.models import Reminder
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db

MOVED_ON = (State.CLAIMED, State.SENDING, State.SENT, State.CONFIRMED, State.UNKNOWN)


def entries(reply: Reply) -> list[str]:
    rows = AuditEntry.objects.filter(subject_id=str(reply.uuid)).order_by("sequence")
    return list(rows.values_list("action", flat=True))


def draft_of(person: User, body: str = BODY, ticket_id: int = 1234) -> Reply:
    saved = drafts.save(
        Text(body), snapshot=Snapshot(ticket_id), key=uuid.uuid4(), revision=0, actor=person
    )
    assert saved.draft
    return saved.draft


@pytest.mark.parametrize("state", departure.HANDED_ON)
@pytest.mark.parametrize("is_gone", [True, False])
def test_the_text_becomes_a_colleagues_draft_with_its_files(
    submit, anna, ewa, adam, state, is_gone
):
    file = store(SimpleUploadedFile("umowa.pdf", b"%PDF-1.4 umowa"))
    reply = in_state(submit(files=[file]).reply, state)
    if is_gone:
        switch_off(anna, actor=adam)
    draft = departure.take_over(fresh(reply), to=ewa, actor=adam)
    assert (draft.author, draft.state, draft.body) == (ewa, State.DRAFT, BODY)
    assert [each.name for each in draft.attachments.all()] == ["umowa.pdf"]
    old = fresh(reply)
    assert old.state == (State.REJECTED if state == State.REJECTED else State.CANCELLED)
    assert entries(old)[-1] == "reply.handed_over"
    assert entries(draft) == ["draft.taken_over"]
    facts = json.loads(AuditEntry.objects.get(action="reply.handed_over").record)["facts"]
    assert (facts["to"], facts["draft"]) == (ewa.pk, str(draft.uuid))


@pytest.mark.parametrize("state", MOVED_ON)
def test_what_may_have_reached_the_customer_is_nobodys_to_go_on_with(submit, ewa, adam, state):
    claim = {"claim": uuid.UUID(int=1), "lease_until": timezone.now()}
    reply = in_state(submit().reply, state, **claim)
    for act in (
        lambda: departure.take_over(reply, to=ewa, actor=adam),
        lambda: departure.discard(reply, "bo tak", actor=adam),
    ):
        with pytest.raises(StateConflict):
            act()
    assert Reply.objects.count() == 1


def test_of_two_who_hand_it_over_one_does(submit, ewa, adam):
    reply = submit().reply
    stale = fresh(reply)
    departure.take_over(reply, to=ewa, actor=adam)
    with pytest.raises(StateConflict):
        departure.take_over(stale, to=adam, actor=ewa)
    assert Reply.objects.filter(state=State.DRAFT).count() == 1


def test_it_is_sent_once_under_the_login_of_who_went_on(
    submit, work, thulium, anna, ewa, adam, no_undo_time
):
    reply = submit(send_at=timezone.now() + timedelta(days=1)).reply
    switch_off(anna, actor=adam)
    draft = departure.take_over(fresh(reply), to=ewa, actor=adam)
    submit(key=draft.submission_key, body=draft.body, actor=ewa)
    Reply.objects.update(not_before=timezone.now())
    work()
    (message,) = thulium.received(1234)
    assert message["user_login"] == "ewa.kot"


def test_the_signature_of_who_wrote_it_does_not_go_along(submit, anna, ewa, adam):
    anna.signature = "Anna Nowak\nDział obsługi"
    anna.save()
    reply = submit(text=Text(BODY, signature="own")).reply
    reply = in_state(reply, State.PENDING, body=BODY + "<p>Anna Nowak<br>Dział obsługi</p>")
    draft = departure.take_over(reply, to=ewa, actor=adam)
    assert draft.body == BODY
    assert draft.signature == ""


def test_a_draft_that_was_taken_over_cannot_be_brought_back(anna, ewa, adam):
    draft = draft_of(anna)
    departure.take_over(draft, to=ewa, actor=adam)
    assert drafts.bring_back(fresh(draft), actor=anna) is None


def test_who_writes_on_at_that_moment_loses_nothing(anna, ewa, adam):
    draft = draft_of(anna)
    departure.take_over(draft, to=ewa, actor=adam)
    saved = drafts.save(
        Text(f"{BODY}<p>Jeszcze jedno.</p>"),
        snapshot=Snapshot(1234),
        key=draft.submission_key,
        revision=draft.draft_revision,
        actor=anna,
    )
    assert saved.draft
    assert (saved.draft.author, saved.apart) == (anna, True)


def test_discarding_keeps_text_and_reason(submit, anna, adam):
    draft = draft_of(anna, ticket_id=1235)
    reply = submit().reply
    for each in (draft, reply):
        departure.discard(each, "Klientka zadzwoniła", actor=adam)
        entry = AuditEntry.objects.filter(subject_id=str(each.uuid)).latest("sequence")
        told = dict(entry.contents.values_list("field", "data"))
        assert told["reason_detail"] == "Klientka zadzwoniła"
        assert fresh(each).state == State.CANCELLED
    with pytest.raises(ValueError, match="why"):
        departure.discard(draft_of(anna), "  ", actor=adam)


def test_only_who_holds_the_right_and_only_to_who_sends(submit, anna, ewa, adam, nowy, iga):
    reply = submit().reply
    for actor in (anna, nowy, iga):
        with pytest.raises(PermissionDenied):
            departure.take_over(reply, to=ewa, actor=actor)
        with pytest.raises(PermissionDenied):
            departure.discard(reply, "bo tak", actor=actor)
    for to in (nowy, iga, anna):
        with pytest.raises(PermissionDenied):
            departure.take_over(reply, to=to, actor=adam)


def test_what_a_restore_held_is_for_who_looks_after_sending(submit, ewa, adam):
    reply = in_state(submit().reply, State.HELD, reason="restored")
    with pytest.raises(PermissionDenied):
        departure.take_over(reply, to=ewa, actor=ewa)
    assert departure.take_over(reply, to=ewa, actor=adam).author == ewa


def test_what_its_author_let_pass_is_asked_anew(submit, ewa, adam):
    text = Text(BODY, confirmed=("unfinished:xxx",), keep_reason="zgoda kierownika")
    reply = in_state(submit().reply, State.BLOCKED, confirmed=list(text.confirmed))
    assert departure.take_over(reply, to=ewa, actor=adam).confirmed == []


def test_a_reminder_goes_to_the_colleague_whose_own_stays(anna, ewa, adam):
    day = reminders.today(anna) + timedelta(days=3)
    reminders.begin(anna, 1234, day, newest=7)
    reminders.begin(anna, 1235, day, newest=7)
    reminders.begin(ewa, 1235, day + timedelta(days=1), newest=9)
    for one in list(reminders.of(anna)):
        reminders.hand_over(one, ewa, actor=adam)
    assert not reminders.of(anna).exists()
    assert list(reminders.of(ewa).values_list("ticket_id", "last_message_id")) == [
        (1234, 7),
        (1235, 9),
    ]
    with pytest.raises(PermissionDenied):
        reminders.end(Reminder.objects.all()[0], actor=anna)


def test_a_reply_that_is_handed_over_answers_its_ticket_for_nobody(submit, ewa, adam):
    reply = submit().reply
    departure.take_over(reply, to=ewa, actor=adam)
    assert services.Reply.objects.unsettled().count() == 0
