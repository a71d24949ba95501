"""Each reply leaves by itself, none twice, and what changed meanwhile stops that one alone."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests.bulk.conftest import draft, item, page, places, send
from thulium_portal.accounts.models import User
from thulium_portal.audit.models import AuditEntry
from thulium_portal.bulk import dispatch, services, steps
from thulium_portal.bulk.models import BulkReply
from thulium_portal.replies.delivery import restore_guard
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.storage.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(begin, work) -> BulkReply:
    """Return a bulk reply to three tickets, ready to be checked."""
    bulk = begin()
    work()
    return bulk


def states(bulk: BulkReply) -> dict[int, str]:
    return {one.ticket_id: one.reply.state for one in bulk.items.select_related("reply")}


def one_step() -> None:
    bulk = steps.take()
    assert bulk is not None
    steps.take_step(bulk)


def test_one_that_changed_at_thulium_stops_and_the_others_go(
    ready, as_anna, thulium, work, no_undo_time
):
    thulium.write_as_customer(1233, "Jeszcze jedno pytanie")
    send(as_anna, ready)
    work()
    assert states(ready) == {1234: "sent", 1233: "blocked", 1229: "sent"}
    assert len(thulium.received()) == 2
    counts = {str(tab): number for tab, _label, number in as_anna.get(page(ready)).context["tabs"]}
    assert counts == {"handed_over": 2, "attention": 1}
    html = as_anna.get(page(ready), {"show": "attention"}).content.decode()
    assert 'data-ticket="1233"' in html
    assert 'data-ticket="1234"' not in html


def test_each_reply_has_its_own_entry_and_one_names_them_all(ready, as_anna, anna, as_ewa, work):
    send(as_anna, ready)
    work()
    (started,) = AuditEntry.objects.filter(action="bulk.started")
    assert started.actor == anna
    assert started.subject_id == str(ready.uuid)
    assert '"count":3' in started.record
    assert "[1234,1233,1229]" in started.record
    shown = as_ewa.get(reverse("review:show", args=[started.sequence])).content.decode()
    assert "Rozpoczęto odpowiedź zbiorczą" in shown
    submitted = AuditEntry.objects.filter(action="reply.submitted")
    assert {entry.ticket_id for entry in submitted} == {1234, 1233, 1229}


def test_pressing_twice_or_in_two_windows_sends_once(ready, as_anna, thulium, work, no_undo_time):
    seen = as_anna.get(page(ready)).context["seen"]
    for _press in range(2):
        as_anna.post(page(ready, "send"), {"seen": seen})
    work()
    as_anna.post(page(ready, "send"), {"seen": seen})
    work()
    assert len(thulium.received()) == 3
    assert AuditEntry.objects.filter(action="bulk.started").count() == 1


def test_a_list_that_changed_since_it_was_seen_is_looked_at_again(ready, as_anna, work):
    seen = as_anna.get(page(ready)).context["seen"]
    as_anna.post(page(ready, "leave_out"), {"item": item(ready, 1233).pk, "out": "1"})
    answer = as_anna.post(page(ready, "send"), {"seen": seen}, follow=True)
    assert "nic nie wysłano" in answer.content.decode()
    work()
    assert not Reply.objects.filter(submitted_at__isnull=False).exists()


def test_one_left_out_is_not_sent_and_leaves_no_draft(ready, as_anna, work):
    as_anna.post(page(ready, "leave_out"), {"item": item(ready, 1233).pk, "out": "1"})
    send(as_anna, ready)
    work()
    assert states(ready) == {1234: "pending", 1233: "cancelled", 1229: "pending"}
    assert places(as_anna, ready)[1233] == "left_out"
    assert not Reply.objects.filter(state=State.DRAFT).exists()


def test_a_crash_between_submitting_and_noting_it_sends_nothing_twice(
    ready, as_anna, work, thulium, no_undo_time, monkeypatch
):
    send(as_anna, ready)
    submit = dispatch.replies.submit

    def submit_and_die(*args, **given):
        submit(*args, **given)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(dispatch.replies, "submit", submit_and_die)
        with pytest.raises(ZeroDivisionError):
            one_step()
    assert draft(ready, 1234).state == "pending"
    assert item(ready, 1234).state == "submitted"
    assert steps.take() is None  # it is tried again only in a while
    BulkReply.objects.update(due_at=timezone.now())
    work()
    assert len(thulium.received()) == 3
    assert AuditEntry.objects.filter(action="reply.submitted").count() == 3
    ready.refresh_from_db()
    assert ready.state == "done"


def test_nothing_leaves_once_all_was_stopped_even_if_a_worker_was_about_to_submit(
    ready, as_anna, work, monkeypatch
):
    send(as_anna, ready)
    submit, stopped = dispatch.replies.submit, []

    def stop_first(*args, **given):
        if not stopped:
            stopped.append(as_anna.post(page(ready, "undo")).status_code)
        return submit(*args, **given)

    monkeypatch.setattr(dispatch.replies, "submit", stop_first)
    one_step()
    work()
    assert stopped == [302]
    assert set(states(ready).values()) == {"draft"}
    assert set(places(as_anna, ready).values()) == {"going"}
    ready.refresh_from_db()
    assert ready.state == "checking"


def test_one_that_fails_over_and_over_stays_and_the_others_go(ready, as_anna, work, monkeypatch):
    send(as_anna, ready)
    submit = dispatch.replies.submit

    def fail_for_one(submission, **given):
        if submission.snapshot.ticket_id == 1234:
            raise ZeroDivisionError
        return submit(submission, **given)

    monkeypatch.setattr(dispatch.replies, "submit", fail_for_one)
    for _try in range(3):
        BulkReply.objects.update(due_at=timezone.now())
        with pytest.raises(ZeroDivisionError):
            work()
    BulkReply.objects.update(due_at=timezone.now())
    work()
    assert states(ready) == {1234: "draft", 1233: "pending", 1229: "pending"}
    assert places(as_anna, ready)[1234] == "unusable"
    assert "Odpowiedz na nie osobno." in as_anna.get(page(ready)).content.decode()
    ready.refresh_from_db()
    assert ready.state == "checking"
    # What was wrong was mended meanwhile.
    monkeypatch.setattr(dispatch.replies, "submit", submit)
    as_anna.post(page(ready, "read_again"), {"item": item(ready, 1234).pk})
    work()
    as_anna.post(page(ready, "leave_out"), {"item": item(ready, 1234).pk, "out": "0"})
    send(as_anna, ready)
    work()
    assert set(states(ready).values()) == {"pending"}


def test_two_workers_take_one_step_once(ready, as_anna):
    send(as_anna, ready)
    assert steps.take() is not None
    assert steps.take() is None


def test_undoing_all_takes_back_what_has_not_left_and_stops_the_rest(ready, as_anna, work):
    send(as_anna, ready)
    one_step()
    assert as_anna.get(page(ready)).context["can_undo"] == 1
    as_anna.post(page(ready, "undo"))
    work()
    assert set(states(ready).values()) == {"draft"}
    assert set(places(as_anna, ready).values()) == {"going"}
    assert AuditEntry.objects.filter(action="reply.cancelled").count() == 1
    # With another text all three go after all, each once.
    as_anna.post(page(ready, "write_again"))
    as_anna.post(page(ready, "text"), {"body": "<p>Już działa.</p>", "body_type": "HTML"})
    work()
    send(as_anna, ready)
    work()
    waiting = Reply.objects.filter(state=State.PENDING)
    assert [reply.body for reply in waiting] == ["<p>Już działa.</p>"] * 3


def test_one_is_undone_by_itself_and_the_others_go(ready, as_anna, work):
    send(as_anna, ready)
    work()
    as_anna.post(page(ready, "undo"), {"item": item(ready, 1233).pk})
    assert states(ready) == {1234: "pending", 1233: "draft", 1229: "pending"}
    assert places(as_anna, ready)[1233] == "going"
    # What is left is sent after all, or given up; the others are not touched by either.
    as_anna.post(page(ready, "discard"))
    work()
    assert states(ready) == {1234: "pending", 1233: "cancelled", 1229: "pending"}
    ready.refresh_from_db()
    assert ready.state == "done"


def test_undoing_after_the_last_was_submitted_brings_all_back(ready, as_anna, work):
    send(as_anna, ready)
    work()
    as_anna.post(page(ready, "undo"))
    ready.refresh_from_db()
    assert (ready.state, ready.finished_at) == ("checking", None)
    assert set(states(ready).values()) == {"draft"}


def test_an_author_who_was_switched_off_stops_the_rest(ready, as_anna, anna, work):
    send(as_anna, ready)
    one_step()
    User.objects.filter(pk=anna.pk).update(is_active=False)
    work()
    assert sorted(states(ready).values()) == ["draft", "draft", "pending"]
    ready.refresh_from_db()
    assert (ready.state, ready.problem) == ("checking", "author")


def test_one_that_became_unready_stays_with_the_reason_and_the_others_go(
    ready, as_anna, work, monkeypatch
):
    send(as_anna, ready)
    # Opened on the ticket while the others leave.
    Reply.objects.filter(pk=draft(ready, 1233).pk).update(body="<p>{{ imię klienta }}</p>")
    work()
    assert states(ready) == {1234: "pending", 1233: "draft", 1229: "pending"}
    assert places(as_anna, ready)[1233] == "not_ready"
    assert "Uzupełnij „imię klienta”." in as_anna.get(page(ready)).content.decode()


def test_half_a_sentence_typed_after_send_is_not_sent(ready, as_anna, work):
    own = draft(ready, 1229)
    compose = reverse("replies:compose", args=[1229])
    send(as_anna, ready)
    one_step()
    html = as_anna.get(f"{compose}?draft={own.uuid}").content.decode()
    assert "Ten szkic czeka na wysłanie w odpowiedzi zbiorczej." in html
    as_anna.post(
        reverse("replies:autosave", args=[1229]),
        {
            "submission_key": str(own.submission_key),
            "revision": own.draft_revision,
            "body": "<p>Pani to jest chyba niepowa</p>",
        },
    )
    work()
    assert states(ready) == {1234: "pending", 1233: "pending", 1229: "draft"}
    assert places(as_anna, ready)[1229] == "going"
    assert "zmieniono po naciśnięciu" in as_anna.get(page(ready)).content.decode()
    ready.refresh_from_db()
    assert ready.state == "checking"
    send(as_anna, ready)
    assert "zmieniono po naciśnięciu" not in as_anna.get(page(ready)).content.decode()
    work()
    assert draft(ready, 1229).state == "pending"


def test_a_file_added_after_send_keeps_its_draft_back(ready, as_anna, work):
    send(as_anna, ready)
    file = StoredFile.objects.create(sha256="a" * 64, size=1)
    draft(ready, 1233).attachments.create(file=file, name="a.txt")
    work()
    assert states(ready) == {1234: "pending", 1233: "draft", 1229: "pending"}


def test_a_draft_written_on_at_the_same_moment_stays_with_its_author(
    ready, as_anna, work, monkeypatch
):
    send(as_anna, ready)
    read = dispatch.submission_of

    def write_on(reply):
        submission = read(reply)
        if reply.ticket_id == 1234 and reply.draft_revision == 1:
            Reply.objects.filter(pk=reply.pk).update(body="<p>Nowszy.</p>", draft_revision=2)
        return submission

    monkeypatch.setattr(dispatch, "submission_of", write_on)
    work()
    assert draft(ready, 1234).body == "<p>Nowszy.</p>"
    assert states(ready) == {1234: "draft", 1233: "pending", 1229: "pending"}


def test_one_sent_from_its_ticket_meanwhile_is_not_sent_again(
    ready, as_anna, work, thulium, no_undo_time
):
    own = draft(ready, 1234)
    seen = as_anna.get(page(ready)).context["seen"]
    as_anna.post(
        reverse("replies:compose", args=[1234]),
        {"body": own.body, "body_type": "HTML", "submission_key": str(own.submission_key)},
    )
    as_anna.post(page(ready, "send"), {"seen": seen})
    send(as_anna, ready)
    work()
    assert len(thulium.received(1234)) == 1
    assert len(thulium.received()) == 3


def test_a_restored_database_sends_nothing_more_by_itself(ready, as_anna, work, thulium):
    send(as_anna, ready)
    one_step()
    restore_guard.hold("restored")
    assert steps.take() is None
    call_command("restore_ack", verbosity=0)
    work()
    assert sorted(states(ready).values()) == ["draft", "draft", "held"]
    assert thulium.received() == []
    assert "przywrócono z kopii" in as_anna.get(page(ready)).content.decode()


def test_its_texts_are_forgotten_a_month_after_it_ended(ready, as_anna, work):
    send(as_anna, ready)
    work()
    assert services.forget_old() == 0
    BulkReply.objects.update(finished_at=timezone.now() - services.KEPT_FOR - timedelta(hours=1))
    assert services.forget_old() == 1
    ready.refresh_from_db()
    assert (ready.body, ready.answers) == ("", {})
    assert as_anna.get(page(ready)).status_code == 200


def test_one_begun_without_a_text_is_given_up_after_a_day(as_anna):
    as_anna.post(reverse("bulk:index"), {"ticket": ["1234"]})
    services.forget_old()
    assert BulkReply.objects.get().state == "writing"
    BulkReply.objects.update(created_at=timezone.now() - timedelta(days=2))
    services.forget_old()
    assert BulkReply.objects.get().state == "discarded"
