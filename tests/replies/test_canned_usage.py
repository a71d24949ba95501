"""What a canned response is credited with when replies leave, are undone, or are replaced."""

import json
import uuid
from pathlib import Path

import pytest

from tests.support.pace import lasts
from tests.support.replies import composed, in_state
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditEntry, ReviewRow
from thulium_portal.canned import workflow
from thulium_portal.canned.models import CannedResponse, CannedUse
from thulium_portal.replies import drafts, services
from thulium_portal.replies.canned_usage import compare_waiting
from thulium_portal.replies.composer.forms import ComposeForm
from thulium_portal.replies.drafts import Text
from thulium_portal.replies.services import Submitted
from thulium_portal.replies.states import State
from thulium_portal.review.forms import FilterForm
from thulium_portal.review.labels import Change
from thulium_portal.tickets.snapshot import Snapshot

CASES = Path(__file__).parent.parent / "cases" / "hostile"
BODY = "<p>Paczka jedzie i dotrze jutro do południa.</p>"
TICKET = Snapshot(1234, subject="Gdzie jest paczka?", queue_id=8)


@pytest.fixture
def response(make):
    return make("Paczka", BODY)


@pytest.fixture
def send(submit, response):
    """Return a function that submits a reply made from the canned response."""

    def send(body: str = BODY, key: uuid.UUID | None = None, kind: str = "HTML") -> Submitted:
        text = Text(body, kind, response, response.current)
        return submit(text=text, snapshot=TICKET, key=key)

    return send


def counted(response: CannedResponse) -> tuple[int, bool]:
    response.refresh_from_db()
    return response.used_count, response.last_used_at is not None


def test_a_submitted_reply_is_counted_with_all_that_is_known(anna, response, send):
    reply = send().reply
    use = CannedUse.objects.get()
    assert (use.reply_uuid, use.response, use.version) == (reply.uuid, response, response.current)
    assert (use.person, use.ticket_id, use.queue_id) == (anna, 1234, 8)
    assert (use.used_at, use.changed_percent) == (reply.submitted_at, None)
    assert counted(response) == (1, True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BODY.replace("jutro", "dziś"), "HTML"),
        ("Paczka jedzie i dotrze dziś do południa.", "PLAIN"),
    ],
)
def test_the_share_of_changed_words_is_kept(send, body, kind):
    send(body, kind=kind)
    compare_waiting()
    assert CannedUse.objects.get().changed_percent == 14


def test_a_share_is_recorded_once_for_the_record_and_the_review_page(anna, send):
    reply = send(BODY.replace("jutro", "dziś")).reply
    assert ReviewRow.objects.get().changed_percent is None
    assert [compare_waiting(), compare_waiting()] == [1, 0]
    entry = AuditEntry.objects.get(action=Action.REPLY_COMPARED)
    assert json.loads(entry.record)["facts"] == {"changed_percent": 14}
    assert entry.subject_id == str(reply.uuid)
    row = ReviewRow.objects.get()
    assert (row.changed_percent, row.state, row.latest_sequence) == (14, "pending", entry.sequence)


def test_what_was_undone_meanwhile_is_not_compared(anna, send):
    services.undo(send().reply, actor=anna)
    assert compare_waiting() == 0


def test_texts_too_repetitive_to_compare_are_sent_and_said_not_to_be_compared(make, submit):
    canned, sent = (
        (CASES / f"repeated_lines_{name}.html").read_text() for name in ("canned", "reply")
    )
    version = make("Linie", canned).current
    submit(text=Text(sent, "HTML", version.response, version), snapshot=TICKET)
    assert lasts(compare_waiting, enough=40) < 40
    use = CannedUse.objects.get()
    assert use.compared_at is not None
    assert (use.changed_percent, ReviewRow.objects.get().changed_percent) == (None, None)
    found = FilterForm({"changed": Change.NOT_COMPARED}, reader=None)
    assert found.is_valid(), found.errors
    assert list(found.replies()) == [ReviewRow.objects.get()]


def test_a_second_click_counts_once(response, send):
    key = uuid.uuid4()
    send(key=key)
    send(key=key)
    assert counted(response) == (1, True)


def test_a_draft_counts_when_it_is_sent(anna, response, send):
    key = uuid.uuid4()
    text = Text(BODY, "HTML", response, response.current)
    drafts.save(text, snapshot=TICKET, key=key, revision=0, actor=anna)
    assert counted(response) == (0, False)
    send(key=key)
    assert counted(response) == (1, True)


def test_what_was_undone_is_not_counted_and_the_next_try_is(anna, response, send):
    draft = services.undo(send().reply, actor=anna)
    assert draft is not None
    assert counted(response) == (0, False)
    send(key=draft.submission_key)
    assert counted(response) == (1, True)
    assert CannedUse.objects.get().reply_uuid == draft.uuid


def test_a_reply_sent_again_counts_once(anna, response, send):
    reply = in_state(send().reply, State.NOT_FOUND)
    again = services.send_again(reply, shown=[], key=uuid.uuid4(), actor=anna)
    assert [use.reply_uuid for use in CannedUse.objects.all()] == [again.uuid]
    assert counted(response) == (1, True)


def test_a_refused_reply_taken_back_is_not_counted(anna, response, send):
    reply = in_state(send().reply, State.REJECTED)
    services.take_back(reply, actor=anna)
    assert counted(response) == (0, False)


def test_a_text_that_went_out_of_use_meanwhile_is_still_named(anna, ewa, response):
    workflow.archive(response, actor=ewa)
    form = ComposeForm(composed(BODY, canned_response=response.pk), ticket_id=1234, user=anna)
    assert form.is_valid(), form.errors
    assert form.text().canned_version == response.current


def test_somebody_elses_own_text_is_never_named(anna, make):
    response = make("Ewy", BODY, scope="personal")
    form = ComposeForm(composed(BODY, canned_response=response.pk), ticket_id=1234, user=anna)
    assert form.is_valid(), form.errors
    assert form.text().canned_response is None


@pytest.mark.parametrize(
    ("body", "sent", "share"),
    [
        ("<p>Zwrot {{ wpisz: kwota }} dotrze do {{ wpisz: dzień }}.</p>",
         "Zwrot 20 zł dotrze do piątku.", 0),
        ("<p>Zwrot {{ wpisz: kwota }} dotrze jutro.</p>", "Zwrot 20 zł dotrze dziś.", 20),
        ("<p>{{ wpisz: powód }}</p>", "Brak towaru.", 0),
        ("<p>{{ powitanie | Dzień dobry }}, {{ formy: wie Pan / wie Pani / wiadomo }}.</p>",
         "Szanowna Pani, wie Pani.", 0),
    ],
)  # fmt: skip
def test_answers_and_the_chosen_address_are_no_changes(make, submit, body, sent, share):
    version = make("Z pytaniem", body).current
    text = Text(sent, "PLAIN", version.response, version)
    submit(text=text, snapshot=TICKET)
    compare_waiting()
    assert CannedUse.objects.get().changed_percent == share
