"""The review lines kept beside the chain, and finding them."""

import pytest

from tests.support.record import moved, note, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import ReviewRow
from thulium_portal.audit.services import Subject
from thulium_portal.review.forms import FilterForm

pytestmark = pytest.mark.django_db


def found(query: str) -> int:
    form = FilterForm({"q": query}, reader=None)
    assert form.is_valid()
    assert len(form.page(size=9, before=None, after=None).rows) == form.replies().count()
    return form.replies().count()


def test_a_submitted_reply_has_a_line(anna):
    entry = submitted(anna)
    row = ReviewRow.objects.get()
    assert (row.subject_kind, row.subject_id) == ("reply", entry.subject_id)
    assert (row.actor, row.agent_login, row.ticket_id) == (anna, "anna.nowak", 1234)
    assert row.customer == "Maria Wiśniewska"
    assert row.excerpt == "Dzień dobry Pani Mario, paczka jedzie do Łodzi."
    assert (row.canned_title, row.canned_version) == ("Paczka opóźniona", 4)
    assert (row.changed_percent, row.state) == (18, "pending")
    assert (row.opened_at, row.opened_sequence, row.latest_sequence) == (entry.at, 1, 1)


def test_the_line_follows_the_reply(anna):
    entry = submitted(anna)
    moved(entry, Action.REPLY_SENDING, "sending")
    last = moved(entry, Action.REPLY_REJECTED, "rejected", reason="refused")
    row = ReviewRow.objects.get()
    assert (row.state, row.reason, row.latest_sequence) == ("rejected", "refused", last.sequence)
    assert (row.actor, row.opened_sequence) == (anna, entry.sequence)


def test_an_event_without_a_state_leaves_the_state(anna):
    entry = submitted(anna)
    moved(entry, Action.REPLY_CONFIRMED, "confirmed")
    last = moved(entry, Action.REPLY_DUPLICATE, "")
    row = ReviewRow.objects.get()
    assert (row.state, row.latest_sequence) == ("confirmed", last.sequence)


def test_a_draft_that_never_was_submitted_has_no_line(anna):
    draft = Subject("reply", "draft-1")
    note(Action.DRAFT_KEPT, anna, subject=draft, content={"body": "Drugi tekst"})
    note(Action.DRAFT_DISCARDED, anna, subject=draft, state="cancelled")
    assert not ReviewRow.objects.exists()


def test_what_is_no_reply_has_no_line(adam):
    note(Action.CANNED_REVISED, adam, subject=Subject("canned", "1"), content={"body": "x"})
    assert not ReviewRow.objects.exists()


def test_a_long_text_is_cut_visibly(anna):
    submitted(anna, body_text="słowo " * 200)
    excerpt = ReviewRow.objects.get().excerpt
    assert len(excerpt) == 300
    assert excerpt.endswith("…")


@pytest.mark.parametrize(
    "query", ["lodzi", "ŁODZI", "jedzie łodzi", "wisniewska", "opozniona", "zolw", "paczka?"]
)
def test_words_are_found_whatever_case_and_accents(query, anna):
    submitted(anna)
    assert found(query) == 1


@pytest.mark.parametrize("query", ["zwrot", "paczka zwrot", "%", "_", "edzie", "marii"])
def test_other_words_and_wildcards_are_not_found(query, anna):
    submitted(anna)
    assert found(query) == 0
