"""What on a ticket may be a reply whose outcome is unknown, however Thulium tells it."""

from dataclasses import replace

import pytest

from tests.support.replies import BODY, fresh, in_state
from tests.tickets.test_changes import TICKET
from thulium_portal.replies.delivery.matching import Match, match
from thulium_portal.replies.delivery.readback import Finding, find, is_valid_read
from thulium_portal.replies.states import State
from thulium_portal.thulium import MessageKind, TicketMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(submit):
    """Return a reply whose call may have left when the ticket had messages 5 and 6."""
    return in_state(submit().reply, State.UNKNOWN, seen_ids=[5, 6])


def message(
    number: int | None, kind: MessageKind = MessageKind.REPLY, **given: str
) -> TicketMessage:
    text = {"body": BODY, "agent_login": "anna.nowak"} | given
    return TicketMessage(number, kind, text["body"], "", "", text["agent_login"], None)


def finding(reply, *messages: TicketMessage) -> Finding:
    return find(reply, replace(TICKET, messages=(*TICKET.messages, *messages)))


def test_the_reply_itself_is_found(unknown):
    assert finding(unknown, message(7)) == Finding(strong=(7,))


def test_two_messages_under_one_number_are_no_second_delivery(unknown):
    assert finding(unknown, message(7), message(7)).strong == (7,)


@pytest.mark.parametrize(
    "trace",
    [
        message(7, MessageKind.OTHER),
        message(7, MessageKind.UNREADABLE, body=""),
        message(7, MessageKind.UNREADABLE, body="", agent_login=""),
        message(None, MessageKind.UNREADABLE, body="", agent_login=""),
    ],
)
def test_what_may_be_the_reply_forbids_to_call_it_missing(unknown, trace):
    found = finding(unknown, trace)
    assert found.strong == ()
    assert found.is_trace


@pytest.mark.parametrize(
    "other",
    [
        message(7, MessageKind.OTHER, body="<p>zupełnie co innego</p>"),
        message(7, MessageKind.OTHER, agent_login="ewa.kot"),
        message(7, MessageKind.UNREADABLE, body="", agent_login="ewa.kot"),
        message(7, MessageKind.MAIL),
        message(7, MessageKind.COMMENT),
    ],
)
def test_what_is_none(unknown, other):
    assert not finding(unknown, other).is_trace


def test_an_unreadable_message_from_before_the_call_is_no_trace(unknown):
    reply = in_state(unknown, State.UNKNOWN, unnumbered=1)
    assert not finding(reply, message(None, MessageKind.UNREADABLE)).is_trace


def test_a_reading_without_a_message_that_was_there_is_none(unknown):
    assert is_valid_read(fresh(unknown), TICKET)
    assert not is_valid_read(fresh(unknown), replace(TICKET, messages=TICKET.messages[:1]))


def test_signs_that_the_boundary_replaces_are_found_again():
    sent = "<p>Od 2 \x96 3 sztuk, \x84razem\x94 z dostawą i zwrotem.</p>"
    shown = "<p>Od 2 – 3 sztuk, „razem” z dostawą i zwrotem.</p>"
    assert match(sent, shown) is Match.STRONG
