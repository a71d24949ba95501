"""A reply whose ticket changed: stopped, shown old and new, then sent, written on or given up."""

import re
import uuid
from html import unescape

import pytest
from django.db import transaction

from tests.support.pages import missing, shown
from tests.support.replies import BODY, composed, fresh, in_state
from tests.support.told import case, telling
from thulium_portal.audit.models import AuditContent, AuditEntry, ReviewRow
from thulium_portal.audit.verification import verify
from thulium_portal.privacy.customers import Customer, IdentifierKind, replies_to
from thulium_portal.privacy.inventory import DataInventory
from thulium_portal.replies import erasure, labels, services
from thulium_portal.replies.decisions.stopped import discard, release, send_anyway
from thulium_portal.replies.delivery import outbox
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import State
from thulium_portal.replies.transitions import StateConflict
from thulium_portal.review.forms import FilterForm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_undo_time")]

MARIA, JAN = "maria@example.org", "jan@example.net"
SENT = {State.SENT, State.CONFIRMED}


@pytest.fixture
def send(as_anna):
    """Open a ticket, let it change, and send what was written."""

    def send(ticket_id=1234, *, meanwhile=lambda: None, **given):
        url = f"/tickets/{ticket_id}/"
        signed = as_anna.get(url).context["form"]["snapshot"].value()
        meanwhile()
        as_anna.post(url, composed(snapshot=signed, **given))
        return Reply.objects.latest("pk")

    return send


@pytest.fixture
def stop(send, thulium, work):
    """Write a reply to ticket 1234 while its columns change, and let the worker stop it."""

    def stop(**columns):
        reply = send(meanwhile=lambda: thulium.change_ticket(1234, **columns))
        work()
        return fresh(reply)

    return stop


CHANGES = {
    "recipient_changed": {"sender": JAN},
    "customer_changed": {"customer_id": 53},
    "ticket_moved": {"queue": 5},
    "ticket_closed": {"status": "6"},
    "ticket_merged": {"status": "4"},
}


@pytest.mark.parametrize(("reason", "columns"), CHANGES.items())
def test_a_changed_ticket_stops_the_reply(stop, thulium, reason, columns):
    reply = stop(**columns)
    assert (reply.state, reply.reason) == (State.BLOCKED, reason)
    assert thulium.received(1234) == []


@pytest.mark.parametrize("columns", [{"status": "5"}, {"login": "ewa.kot"}, {"sub_status": "x"}])
def test_a_ticket_taken_up_or_handed_on_does_not(stop, thulium, columns):
    assert stop(**columns).state in SENT
    assert len(thulium.received(1234)) == 1


def test_a_merged_ticket_stops_the_reply_and_cannot_be_passed(send, thulium, work, as_anna, anna):
    reply = send(meanwhile=lambda: thulium.merge(1234, 1229))
    work()
    reply = fresh(reply)
    assert (reply.state, reply.reason) == (State.BLOCKED, "ticket_merged")
    page = as_anna.get(f"/replies/{reply.uuid}/")
    assert not missing(page, 'data-guard="ticket_closed"', '<a href="/tickets/1229/">')
    assert not shown(page, "send-anyway")
    with pytest.raises(StateConflict):
        send_anyway(reply, actor=anna)
    assert thulium.received() == []


def test_the_page_names_old_and_new_and_shows_the_newest_message(send, thulium, work, as_anna):
    def meanwhile():
        thulium.change_ticket(1234, sender=JAN)
        thulium.write_as_customer(1234, "Proszę jednak wysłać na adres brata.")

    reply = send(meanwhile=meanwhile)
    work()
    page = as_anna.get(f"/replies/{reply.uuid}/")
    assert not missing(page, MARIA, JAN, "Proszę jednak wysłać na adres brata.")
    guards = re.findall(r'data-guard="(\w+)"', page.content.decode())
    assert guards == ["recipient_changed", "newer_message"]


def test_sending_in_spite_of_it_is_never_the_main_button(stop, as_anna, sign_in, anna):
    reply = stop(sender=JAN)
    page = as_anna.get(f"/replies/{reply.uuid}/").content.decode()
    buttons = {
        name: "btn-primary" in attributes
        for attributes, name in re.findall(r'<button class="([^"]*)" id="act-(\w+)"', page)
    }
    assert buttons == {"back": True, "anyway": False, "discard": False}
    assert f"Wyślij na adres {JAN}" in unescape(page)


def test_sending_in_spite_of_it_passes_what_was_named_and_nothing_else(
    stop, thulium, work, as_anna
):
    reply = stop(sender=JAN)
    address = f"/replies/{reply.uuid}/send-anyway/"
    thulium.change_ticket(1234, sender="trzeci@example.org")
    as_anna.post(address, {"stop": reply.attempts})
    work()
    again = fresh(reply)
    assert (again.state, again.reason) == (State.BLOCKED, "recipient_changed")
    assert (again.changes["named"][0]["old"], again.changes["named"][0]["new"]) == (
        JAN,
        "trzeci@example.org",
    )
    # A page that still shows the first stop passes none.
    as_anna.post(address, {"stop": reply.attempts})
    assert fresh(reply).state == State.BLOCKED
    as_anna.post(address)
    assert fresh(reply).state == State.BLOCKED
    as_anna.post(address, {"stop": again.attempts})
    work()
    assert fresh(reply).state in SENT
    assert len(thulium.received(1234)) == 1


def test_a_message_after_the_one_that_was_passed_stops_the_reply_again(send, thulium, work, anna):
    reply = send(meanwhile=lambda: thulium.write_as_customer(1234, "Jeszcze jedno."))
    work()
    send_anyway(fresh(reply), actor=anna)
    thulium.write_as_customer(1234, "I jeszcze jedno.")
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "customer_wrote")
    send_anyway(fresh(reply), actor=anna)
    work()
    assert fresh(reply).state in SENT


def test_the_address_read_last_is_what_the_record_keeps(stop, work, anna):
    reply = stop(sender=JAN)
    send_anyway(reply, actor=anna)
    work()
    reply = fresh(reply)
    assert reply.customer_email == JAN
    sending = AuditEntry.objects.get(subject_id=str(reply.uuid), action="reply.sending")
    assert AuditContent.objects.get(entry=sending, field="recipient").data == JAN
    for filters, found in (({"customer": JAN}, [reply.ticket_id]), ({"customer": MARIA}, [])):
        form = FilterForm(filters, reader=None)
        assert form.is_valid()
        assert [row.ticket_id for row in form.replies()] == found
    assert ReviewRow.objects.get(subject_id=str(reply.uuid)).recipient == JAN
    assert verify().broken is None


def test_the_address_is_kept_where_nothing_had_been_seen(submit, thulium, work):
    reply = submit().reply
    work()
    assert fresh(reply).customer_email == MARIA


def test_whoever_the_reply_was_first_for_is_found_and_erased(stop, work, anna):
    reply = stop(sender=JAN)
    send_anyway(reply, actor=anna)
    work()
    for address in (MARIA, JAN):
        assert list(replies_to(Customer(IdentifierKind.ADDRESS, address))) == [fresh(reply)]
    in_state(reply, State.CONFIRMED, next_check_at=None)
    with transaction.atomic():
        erasure.erase_texts([reply.pk], actor=None)
    row = fresh(reply)
    assert (row.seen, row.changes, row.customer_email) == ({}, {}, "")


def test_the_address_a_ticket_went_to_is_found_though_the_reply_never_left(stop, anna):
    reply = stop(sender=JAN)
    discard(reply, actor=anna)
    found = DataInventory(Customer(IdentifierKind.ADDRESS, JAN))
    assert (found.replies, found.elsewhere) == ([], [fresh(reply)])


def test_writing_on_opens_the_text_with_what_is_on_the_ticket_now(stop, as_anna, work, thulium):
    reply = stop(sender=JAN)
    answer = as_anna.post(f"/replies/{reply.uuid}/take-back/")
    page = as_anna.get(answer.headers["Location"])
    form = page.context["form"]
    assert form["body"].value() == BODY
    as_anna.post(
        "/tickets/1234/",
        composed(
            snapshot=form["snapshot"].value(),
            submission_key=str(form["submission_key"].value()),
        ),
    )
    work()
    assert [fresh(row).state in SENT for row in Reply.objects.filter(customer_email=JAN)] == [True]
    assert len(thulium.received(1234)) == 1


def test_a_stopped_reply_is_given_up_and_keeps_its_text(stop, as_anna, thulium, work):
    reply = stop(sender=JAN)
    as_anna.post(f"/replies/{reply.uuid}/discard/")
    row = fresh(reply)
    assert (row.state, row.body) == (State.CANCELLED, BODY)
    assert not Reply.objects.filter(state=State.DRAFT).exists()
    assert not shown(as_anna.get(f"/replies/{reply.uuid}/"), "send-anyway", "wróciła do szkiców")
    work()
    assert thulium.received(1234) == []


@pytest.mark.parametrize("state", [State.PENDING, State.SENT, State.CANCELLED])
def test_only_a_stopped_reply_is_given_up(submit, anna, state):
    reply = in_state(submit().reply, state)
    with pytest.raises(StateConflict):
        discard(reply, actor=anna)


@pytest.mark.parametrize("action", ["send-anyway", "discard", "take-back"])
def test_only_its_author_and_those_who_see_all_decide(stop, sign_in, nowy, ewa, action):
    reply = stop(sender=JAN)
    address = f"/replies/{reply.uuid}/{action}/"
    assert sign_in(nowy).post(address, {"stop": reply.attempts}).status_code == 404
    assert fresh(reply).state == State.BLOCKED
    assert sign_in(ewa).post(address, {"stop": reply.attempts}).status_code == 302
    assert fresh(reply).state != State.BLOCKED


def test_the_page_is_read_anew_once_when_the_reply_stops(stop, as_anna):
    reply = stop(sender=JAN)
    address = f"/replies/{reply.uuid}/status/"
    was = {"X-Shown-State": "claimed"}
    assert as_anna.get(address, headers=was).headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in as_anna.get(address, headers={"X-Shown-State": "blocked"}).headers


def test_the_page_stands_without_thulium(stop, as_anna, thulium):
    reply = stop(sender=JAN)
    thulium.fail_next("down")
    page = as_anna.get(f"/replies/{reply.uuid}/")
    assert page.status_code == 200
    assert not missing(page, MARIA, JAN, "act-back")


def test_a_ticket_that_is_gone_is_said_so(send, thulium, work):
    reply = send(meanwhile=lambda: thulium.merge(1234, 998877))
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.REJECTED, "ticket_gone")


# What Thulium tells in ways of its own


@pytest.fixture
def told(settings):
    """Let a Thulium tell of ticket 1 what a case says."""
    with telling(case("iso_date")) as thulium:
        settings.THULIUM_URL = thulium.url
        yield thulium


CASES = ("lone_surrogate", "one_broken_message", "new_message_type", "iso_date")
CASES += ("attachments_string", "escaped_subject")


@pytest.mark.parametrize("name", CASES)
def test_every_case_from_the_field_is_a_page(told, as_anna, name):
    told.told = case(name)
    page = as_anna.get("/tickets/1/")
    assert page.status_code == 200
    assert not shown(page, "&amp;amp;")


@pytest.mark.parametrize("name", CASES)
def test_every_case_from_the_field_is_answered(told, send, work, name):
    told.told = case(name)
    reply = send(1)
    work()
    assert fresh(reply).state in SENT
    assert len(told.received) == 1


@pytest.mark.parametrize("name", ["new_message_type", "one_broken_message"])
def test_a_message_nobody_understands_stops_the_send(told, send, work, name):
    reply = send(1, meanwhile=lambda: setattr(told, "told", case(name)))
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "customer_wrote")
    assert told.received == []


def test_an_unreadable_message_is_shown_as_one_and_counted(told, as_anna):
    told.told = case("one_broken_message")
    assert not missing(as_anna.get("/tickets/1/"), "message-unreadable", "nie udało się odczytać")


def test_a_kind_nobody_knows_is_by_somebody_unknown(told, as_anna):
    told.told = case("new_message_type")
    messages = as_anna.get("/tickets/1/").context["ticket"].messages
    assert messages[1].author == "nadawca nieznany"


def test_another_tickets_answer_is_shown_to_nobody(told, as_anna):
    told.told = case("iso_date").replace(b'"ticket_id": 1', b'"ticket_id": 2')
    page = as_anna.get("/tickets/1/")
    assert page.status_code == 200
    assert not shown(page, "Gdzie jest moja paczka?", MARIA)
    assert not missing(page, 'href="/tickets/2/"')


def test_an_administrators_release_passes_messages_but_no_other_recipient(
    send, thulium, work, adam
):
    reply = in_state(send(), State.HELD)
    thulium.write_as_customer(1234, "Jeszcze jedno.")
    release(reply, actor=adam)
    thulium.change_ticket(1234, sender=JAN)
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "recipient_changed")


def test_what_a_release_let_pass_is_no_reason_for_another_stop(send, thulium, work, adam):
    reply = send(meanwhile=lambda: thulium.write_as_customer(1234, "Jeszcze jedno."))
    work()
    assert labels.stop(fresh(reply)) is not None
    release(in_state(reply, State.HELD), actor=adam)
    stopped = in_state(reply, State.BLOCKED, reason="crashed")
    assert labels.stop(stopped) is None


def test_sending_again_passes_the_messages_that_were_shown(send, thulium, work, anna):
    reply = in_state(send(), State.NOT_FOUND)
    shown_then = [*reply.seen["message_ids"], thulium.write_as_customer(1234, "I co?")]
    again = services.send_again(reply, shown=shown_then, key=uuid.uuid4(), actor=anna)
    work()
    assert fresh(again).state in SENT


def test_a_ticket_is_read_once_more_after_files_were_uploaded(
    send, thulium, work, monkeypatch, as_anna
):
    def slow_upload(reply, client):
        thulium.change_ticket(1234, sender=JAN)
        return ["token"]

    monkeypatch.setattr(outbox, "upload_attachments", slow_upload)
    reply = send()
    work()
    assert (fresh(reply).state, fresh(reply).reason) == (State.BLOCKED, "recipient_changed")
