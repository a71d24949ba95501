"""The review lines kept beside the chain, and finding them."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.support.record import moved, note, submitted
from thulium_portal.audit.actions import Action
from thulium_portal.audit.models import AuditContent, ReviewRow
from thulium_portal.audit.review_comparison import rebuild
from thulium_portal.audit.services import Subject, erase
from thulium_portal.audit.verification import verify
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


def _line(**filters: str) -> ReviewRow | None:
    form = FilterForm(filters, reader=None)
    assert form.is_valid()
    return form.replies().first()


def test_a_reply_is_found_by_the_address_it_is_for(anna):
    submitted(anna)
    submitted(anna, recipient="jan.lis@example.org")
    for filters in ({"customer": "Jan.Lis@example.org"}, {"q": "jan.lis"}):
        assert _line(**filters).recipient == "jan.lis@example.org"
    assert _line(customer="jan.lis@example.com") is None


@pytest.mark.parametrize("known", ["maria.w@example.org", ""])
def test_the_address_read_last_before_sending_is_the_one_that_counts(anna, known):
    entry = submitted(anna, recipient=known)
    moved(entry, Action.REPLY_SENDING, "sending", content={"recipient": "nowy@example.org"})
    row = _line(customer="nowy@example.org")
    assert (row.recipient, row.state) == ("nowy@example.org", "sending")
    assert _line(customer="maria.w@example.org") is None
    assert _line(customer="wisniewska", q="lodzi") == row
    assert verify().broken is None
    assert rebuild() == []


def test_the_same_address_costs_no_more_statements(anna, django_assert_num_queries):
    entry = submitted(anna)
    moved(entry, Action.REPLY_CLAIMED, "claimed")
    with CaptureQueriesContext(connection) as without:
        moved(entry, Action.REPLY_SENT, "sent", content={"claim": "x"})
    with django_assert_num_queries(len(without)):
        moved(entry, Action.REPLY_SENDING, "sending", content={"recipient": "maria.w@example.org"})


def test_older_entries_without_an_address_stay_as_they_were(anna):
    entry = submitted(anna, recipient=None)
    moved(entry, Action.REPLY_SENDING, "sending", content={"recipient": "nowy@example.org"})
    row = ReviewRow.objects.get()
    assert (row.recipient, row.state) == ("", "sending")
    assert verify().broken is None
    assert rebuild() == []


@pytest.mark.parametrize("address", ["maria.w@example.org", "nowy@example.org"])
def test_an_erased_address_is_nowhere_and_the_record_holds(anna, address):
    entry = submitted(anna)
    sending = moved(entry, Action.REPLY_SENDING, "sending", content={"recipient": address})
    with transaction.atomic():
        erase([entry.sequence, sending.sequence], actor=anna, basis="")
    assert ReviewRow.objects.get().recipient == ""
    assert _line(customer=address) is None
    assert not AuditContent.objects.filter(data__contains=address).exists()
    assert verify().broken is None
    assert rebuild() == []
