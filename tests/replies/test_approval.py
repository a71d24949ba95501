"""A second pair of eyes: who may ask, approve and send back, and that nothing passes them by."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from tests.factories import make_person
from tests.support.replies import BODY, fresh, in_state
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Role
from thulium_portal.audit.models import AuditEntry
from thulium_portal.replies import drafts, services, worklist
from thulium_portal.replies.decisions import approval, stopped
from thulium_portal.replies.decisions.approval import Changed, Shown
from thulium_portal.replies.delivery import outbox, restore_guard
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness.complaints import Complaint, NotReady
from thulium_portal.replies.states import State
from thulium_portal.replies.submission import Outcome, Submission
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.storage.services import store
from thulium_portal.tickets.changes import Change, Kind, Seen
from thulium_portal.tickets.snapshot import Snapshot

pytestmark = pytest.mark.django_db
RULE = Complaint("rule:7", "body", "Ofertę sprawdza druga osoba.", needs_second_person=True)


@pytest.fixture
def asked(anna, ewa):
    """Return what asks for approval of a reply to ticket 1234, which ewa may give."""

    def ask(body: str = BODY, *, actor: User = anna, note: str = "", **given: object) -> Reply:
        ticket = given.pop("snapshot", Snapshot(1234))
        key = given.pop("key", None) or uuid.uuid4()
        submission = Submission(key=key, text=Text(body), snapshot=ticket, **given)
        return approval.ask(submission, actor=actor, note=note).reply

    return ask


@pytest.fixture
def rule(monkeypatch):
    """Let every reply be stopped by a rule that needs a second person."""
    monkeypatch.setattr(
        "thulium_portal.replies.readiness.guards.doubts.ALL", (lambda _situation: [RULE],)
    )


def actions(reply: Reply) -> list[str]:
    rows = AuditEntry.objects.filter(subject_id=str(reply.uuid)).order_by("sequence")
    return list(rows.values_list("action", flat=True))


def entry(reply: Reply, action: str) -> tuple[AuditEntry, dict[str, str]]:
    row = AuditEntry.objects.get(subject_id=str(reply.uuid), action=action)
    return row, dict(row.contents.values_list("field", "data"))


def facts(row: AuditEntry) -> dict[str, object]:
    return json.loads(row.record)["facts"]


# Asking


def test_a_reply_that_its_author_wants_checked_waits_for_a_colleague(asked):
    reply = asked(note="Pierwsza taka oferta.")
    assert (reply.state, reply.approval_reasons) == (State.UNAPPROVED, ["wish"])
    assert (reply.agent_login, reply.settled_at) == ("anna.nowak", None)
    assert actions(reply) == ["reply.approval_requested"]
    assert entry(reply, "reply.approval_requested")[1]["approval_note"] == "Pierwsza taka oferta."


def test_what_a_rule_wants_checked_cannot_be_let_pass_by_its_author(submit, rule):
    for confirmed in ((), ("rule:7",), ("rule:7:body",)):
        with pytest.raises(NotReady):
            submit(text=Text(BODY, confirmed=confirmed))
    assert not Reply.objects.exists()


def test_what_a_rule_wants_checked_is_asked_and_names_the_rule(asked, rule):
    assert asked().approval_reasons == ["rule:7"]


def test_why_a_colleague_is_asked_stays_what_the_rule_said_then(asked, rule, monkeypatch):
    reply = asked()
    later = Complaint("rule:7", "body", "Inne zdanie.", needs_second_person=True)
    monkeypatch.setattr(
        "thulium_portal.replies.readiness.guards.doubts.ALL", (lambda _situation: [later],)
    )
    assert approval.reasons(fresh(reply)) == ["Ofertę sprawdza druga osoba."]


def test_asking_does_not_let_anything_else_pass(asked):
    with pytest.raises(NotReady, match="leftover"):
        asked("<p>Dzień dobry {{customer_name}}, przesyłam ofertę.</p>")
    assert not Reply.objects.exists()


def test_the_same_key_asks_once(asked):
    key = uuid.uuid4()
    assert asked(key=key).pk == asked(key=key).pk
    assert Reply.objects.count() == 1


def test_send_and_ask_under_one_key_make_one_reply(asked, submit):
    key = uuid.uuid4()
    reply = asked(key=key)
    again = submit(key=key)
    assert (again.outcome, again.reply.pk) == (Outcome.SAME, reply.pk)
    assert fresh(reply).state == State.UNAPPROVED
    key = uuid.uuid4()
    sent = submit(key=key).reply
    assert asked(key=key).pk == sent.pk
    assert fresh(sent).state == State.PENDING


def test_a_draft_becomes_the_waiting_reply_with_its_files(asked, anna):
    key, file = uuid.uuid4(), store(SimpleUploadedFile("Oferta.pdf", b"%PDF-1.4"))
    saved = drafts.save(
        Text("<p>zaczęte</p>"), snapshot=Snapshot(1234), key=key, revision=0, actor=anna
    )
    reply = asked(key=key, files=[file])
    assert (reply.pk, reply.state) == (saved.draft.pk, State.UNAPPROVED)
    assert fresh(reply).settled_at is None
    assert [link.name for link in reply.attachments.all()] == ["Oferta.pdf"]


def test_nobody_is_asked_where_nobody_else_may_approve(asked, ewa):
    User.objects.filter(pk=ewa.pk).update(is_active=False)
    with pytest.raises(NotReady, match="no_approver"):
        asked()
    assert not Reply.objects.exists()


def test_who_may_not_send_may_not_ask(asked, nowy):
    with pytest.raises(PermissionDenied):
        asked(actor=nowy)


# Approving


def test_an_approved_reply_leaves_after_the_undo_time_under_its_authors_login(asked, ewa, settings):
    reply, before = asked(), timezone.now()
    approval.approve(reply, actor=ewa)
    now = fresh(reply)
    assert (now.state, now.agent_login, now.approved_by) == (State.PENDING, "anna.nowak", ewa)
    assert now.not_before >= before + timedelta(seconds=settings.UNDO_SECONDS)
    assert actions(reply) == ["reply.approval_requested", "reply.approved"]
    row, content = entry(reply, "reply.approved")
    assert (row.actor, facts(row)["changed"], content) == (ewa, False, {})


def test_a_planned_reply_leaves_as_planned_where_that_is_still_to_come(asked, ewa):
    tomorrow = timezone.now() + timedelta(days=1)
    reply, late = asked(send_at=tomorrow), asked(send_at=tomorrow)
    Reply.objects.filter(pk=late.pk).update(not_before=timezone.now() - timedelta(hours=1))
    approval.approve(reply, actor=ewa)
    approval.approve(fresh(late), actor=ewa)
    assert (fresh(reply).not_before, fresh(reply).scheduled) == (tomorrow, True)
    assert fresh(late).not_before > timezone.now()
    assert not fresh(late).scheduled


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_nobody_approves_their_own(asked, anna, ewa, role):
    User.objects.filter(pk=anna.pk).update(role=role)
    author = User.objects.get(pk=anna.pk)
    reply = asked(actor=author)
    assert approval.waiting_for(author).count() == 0
    with pytest.raises(PermissionDenied):
        approval.approve(reply, actor=author)
    with pytest.raises(PermissionDenied):
        approval.send_back(reply, "nie", actor=author)
    assert fresh(reply).state == State.UNAPPROVED


@pytest.mark.parametrize(
    ("role", "is_active", "may"),
    [
        (Role.AGENT, True, False),
        (Role.SUPERVISOR, True, True),
        (Role.ADMINISTRATOR, True, True),
        (Role.SUPERVISOR, False, False),
    ],
)
def test_who_may_approve_and_send_back(asked, role, is_active, may):
    person = make_person("piotr", role=role, is_active=is_active)
    for decide in (
        lambda reply: approval.approve(reply, actor=person),
        lambda reply: approval.send_back(reply, "Popraw cenę.", actor=person),
    ):
        reply = asked()
        assert (reply in approval.waiting_for(person)) is may
        if may:
            decide(reply)
        else:
            with pytest.raises(PermissionDenied):
                decide(reply)
        assert (fresh(reply).state == State.UNAPPROVED) is not may


def test_a_changed_text_leaves_and_both_stand_in_the_record(asked, ewa, submit):
    key = uuid.uuid4()
    reply = asked(key=key)
    approval.approve(reply, actor=ewa, changed=Changed("<p>Paczka dotrze pojutrze.</p>"))
    now = fresh(reply)
    assert (now.body, now.written_body) == ("<p>Paczka dotrze pojutrze.</p>", BODY)
    assert entry(reply, "reply.approval_requested")[1]["body"] == BODY
    row, content = entry(reply, "reply.approved")
    assert (facts(row)["changed"], content["body"]) == (True, "<p>Paczka dotrze pojutrze.</p>")
    assert facts(row)["body_sha256"] == now.body_sha256
    # The author presses Send once more, with what they wrote: the same reply, no second text.
    assert submit(key=key).outcome is Outcome.SAME


def test_a_changed_text_is_checked_as_its_authors_is(asked, ewa):
    reply = asked()
    with pytest.raises(NotReady, match="leftover"):
        approval.approve(reply, actor=ewa, changed=Changed("<p>Dzień dobry {{customer_name}}</p>"))
    with pytest.raises(NotReady, match="empty"):
        approval.approve(reply, actor=ewa, changed=Changed(""))
    assert (fresh(reply).state, fresh(reply).body) == (State.UNAPPROVED, BODY)


def test_guards_are_asked_of_a_changed_text_but_no_second_colleague(asked, ewa, monkeypatch):
    reply = asked()
    doubt = Complaint("greeting", "body", "Do Barbary?", "Jan")
    monkeypatch.setattr(
        "thulium_portal.replies.readiness.guards.doubts.ALL", (lambda _situation: [doubt, RULE],)
    )
    with pytest.raises(NotReady, match=r"^greeting$"):
        approval.approve(reply, actor=ewa, changed=Changed("<p>Panie Janie, jutro.</p>"))
    passed = Changed("<p>Panie Janie, jutro.</p>", confirmed=["greeting:Jan"])
    approval.approve(reply, actor=ewa, changed=passed)
    assert fresh(reply).confirmed == ["greeting:Jan"]


def test_a_lost_file_is_told_and_nothing_is_lost(asked, ewa, monkeypatch):
    reply = asked(files=[store(SimpleUploadedFile("Oferta.pdf", b"%PDF-1.4"))])
    monkeypatch.setattr("thulium_portal.storage.models.StoredFile.is_whole", lambda _file: False)
    with pytest.raises(NotReady, match="file_missing"):
        approval.approve(reply, actor=ewa)
    assert fresh(reply).state == State.UNAPPROVED


def test_a_reply_of_an_author_who_left_is_not_sent_but_can_be_sent_back(asked, anna, ewa):
    reply = asked()
    User.objects.filter(pk=anna.pk).update(is_active=False)
    with pytest.raises(NotReady, match="author_gone"):
        approval.approve(fresh(reply), actor=ewa)
    draft = approval.send_back(fresh(reply), "Odpisze Zofia.", actor=ewa)
    assert (draft.author, draft.body) == (anna, BODY)


def test_what_the_approver_was_shown_is_compared_before_it_leaves(asked, ewa):
    then = Seen(email="b@example.pl", message_ids=(1,), last_message_id=1, queue_id=3)
    reply = asked(snapshot=Snapshot(1234, customer_email="b@example.pl", seen=then))
    told = [Change(Kind.CUSTOMER_WROTE, new="2", who="Barbara")]
    now = Snapshot(1234, customer_email="b@example.pl", seen=then.with_messages([2]))
    signed = Shown(now, told).sign()
    approval.approve(reply, actor=ewa, shown=approval.read_shown(signed, ticket_id=1234))
    stored = fresh(reply)
    assert Seen.read(stored.seen).message_ids == (1, 2)
    assert [one["new"] for one in stored.changes["passed"]] == ["2"]
    # Of another ticket, or altered on the way: as though nothing had been shown.
    assert not approval.read_shown(signed, ticket_id=1235).snapshot.is_known
    assert not approval.read_shown(signed + "x", ticket_id=1234).snapshot.is_known


def test_a_reply_to_a_ticket_that_was_merged_cannot_be_approved(asked, ewa):
    reply = asked()
    shown = Shown(Snapshot(1234, subject="Oferta"), [Change(Kind.MERGED)])
    with pytest.raises(NotReady, match="ticket_closed"):
        approval.approve(reply, actor=ewa, shown=shown)


# Sending back and taking back


def test_sent_back_the_text_is_the_authors_draft_again_with_the_note(asked, anna, ewa):
    reply = asked(files=[store(SimpleUploadedFile("Oferta.pdf", b"%PDF-1.4"))])
    draft = approval.send_back(reply, "  Cena jest netto.  ", actor=ewa)
    assert (draft.body, draft.author, draft.state) == (BODY, anna, State.DRAFT)
    assert (draft.approval_note, draft.sent_back_by) == ("Cena jest netto.", ewa)
    assert [link.name for link in draft.attachments.all()] == ["Oferta.pdf"]
    assert fresh(reply).state == State.CANCELLED
    row, content = entry(reply, "reply.approval_refused")
    assert (row.actor, content["approval_note"]) == (ewa, "Cena jest netto.")
    drafts.dismiss_note(draft, actor=ewa)
    assert fresh(draft).approval_note
    drafts.dismiss_note(draft, actor=anna)
    assert (fresh(draft).approval_note, fresh(draft).sent_back_by) == ("", None)


@pytest.mark.parametrize("note", ["", "   ", "\n"])
def test_nothing_is_sent_back_without_a_word(asked, ewa, note):
    reply = asked()
    with pytest.raises(ValueError, match="says why"):
        approval.send_back(reply, note, actor=ewa)
    assert fresh(reply).state == State.UNAPPROVED


def test_the_note_stays_with_a_draft_that_is_thrown_away_and_brought_back(asked, anna, ewa):
    draft = approval.send_back(asked(), "Cena jest netto.", actor=ewa)
    drafts.discard(draft, actor=anna)
    back = drafts.bring_back(fresh(draft), actor=anna)
    assert (back.approval_note, back.sent_back_by) == ("Cena jest netto.", ewa)


def test_the_note_is_gone_once_the_draft_is_sent(asked, anna, ewa, submit):
    draft = approval.send_back(asked(), "Cena jest netto.", actor=ewa)
    sent = submit(key=draft.submission_key, body="<p>Cena netto to 100 zł.</p>").reply
    assert (sent.pk, sent.approval_note, sent.sent_back_by) == (draft.pk, "", None)


def test_its_author_takes_it_back_and_nobody_else(asked, anna, ewa, adam):
    reply = asked()
    for other in (ewa, adam):
        with pytest.raises(StateConflict):
            services.undo(reply, actor=other)
    draft = services.undo(reply, actor=anna)
    assert (draft.body, draft.approval_note) == (BODY, "")
    assert fresh(reply).state == State.CANCELLED


def test_a_reply_approved_a_moment_ago_is_undone_as_any(asked, anna, ewa):
    reply = asked()
    approval.approve(fresh(reply), actor=ewa)
    assert services.undo(reply, actor=anna).body == BODY
    assert fresh(reply).state == State.CANCELLED


# Nothing passes it by


@pytest.mark.parametrize(
    "act",
    [
        services.send_now,
        stopped.release,
        services.take_back,
        stopped.send_anyway,
        stopped.discard,
        lambda reply, actor: services.reschedule(reply, timezone.now(), actor=actor),
        lambda reply, actor: services.confirm_by_hand(reply, 5, actor=actor),
        lambda reply, actor: services.send_again(reply, shown=[], key=uuid.uuid4(), actor=actor),
    ],
)
def test_nothing_but_approval_lets_it_go_on(asked, anna, adam, act):
    reply = asked()
    for actor in (anna, adam):
        with pytest.raises((StateConflict, PermissionDenied)):
            act(reply, actor=actor)
    assert fresh(reply).state == State.UNAPPROVED
    assert Reply.objects.count() == 1


def test_quiet_wishes_change_nothing_either(asked, adam):
    reply = asked()
    services.let_pass(reply, actor=adam)
    services.check_now(reply, actor=adam)
    assert (fresh(reply).state, fresh(reply).pass_stopped) == (State.UNAPPROVED, False)


def test_no_worker_takes_it_and_it_makes_no_other_wait(asked, submit):
    reply = asked()
    Reply.objects.filter(pk=reply.pk).update(not_before=timezone.now() - timedelta(hours=1))
    assert outbox.claim_next(worker="w") is None
    later = submit().reply
    Reply.objects.filter(pk=later.pk).update(not_before=timezone.now())
    assert outbox.waits_for(fresh(later)) is None
    assert outbox.claim_next(worker="w").reply.pk == later.pk


def test_one_held_after_a_restore_waits_for_approval_again(asked, adam, ewa):
    reply = asked()
    restore_guard.acknowledge(actor=adam)
    assert fresh(reply).state == State.HELD
    stopped.release(fresh(reply), actor=adam)
    assert (fresh(reply).state, fresh(reply).settled_at) == (State.UNAPPROVED, None)
    approval.approve(fresh(reply), actor=ewa)
    assert fresh(reply).state == State.PENDING


def test_what_was_approved_is_sent_again_as_approved(asked, anna, ewa):
    reply = asked()
    approval.approve(reply, actor=ewa)
    missing = in_state(reply, State.NOT_FOUND)
    again = services.send_again(missing, shown=[], key=uuid.uuid4(), actor=anna)
    assert (again.state, again.approved_by, again.lacks_approval) == (State.PENDING, ewa, False)


def test_taken_back_after_approval_it_has_to_be_approved_anew(asked, anna, ewa):
    reply = asked()
    approval.approve(reply, actor=ewa)
    blocked = in_state(reply, State.BLOCKED, reason="customer_wrote")
    draft = services.take_back(blocked, actor=anna)
    assert (draft.approval_reasons, draft.approved_by) == ([], None)


def test_its_ticket_is_under_way(asked, anna):
    reply = asked()
    assert reply in Reply.objects.unsettled()
    assert worklist.next_ticket(anna) is None


# Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(asked, ewa):
    piotr = make_person("piotr", role=Role.SUPERVISOR)
    reply, start, outcomes = asked(), threading.Barrier(2), []

    def decide(act: object) -> None:
        mine = fresh(reply)
        start.wait()
        try:
            act(mine)
            outcomes.append("won")
        except StateConflict:
            outcomes.append("late")
        finally:
            connection.close()

    acts = [
        lambda mine: approval.approve(mine, actor=ewa, changed=Changed("<p>Jutro rano.</p>")),
        lambda mine: approval.send_back(mine, "Nie tak.", actor=piotr),
    ]
    threads = [threading.Thread(target=decide, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late", "won"]
    decided = {"reply.approved", "reply.approval_refused"} & set(actions(reply))
    assert len(decided) == 1
    is_sent_back = Reply.objects.filter(state=State.DRAFT).exists()
    assert is_sent_back is (fresh(reply).state == State.CANCELLED)
