"""What on a ticket stops a reply, compared with what its author saw, and what does not."""

from dataclasses import replace
from datetime import datetime

import pytest

from thulium_portal.thulium import MessageKind, Ticket, TicketMessage
from thulium_portal.tickets import changes
from thulium_portal.tickets.changes import MOST_MESSAGES, Change, Kind, Seen


def message(number: int | None, kind: MessageKind = MessageKind.MAIL, login: str = "") -> object:
    return TicketMessage(number, kind, "x", "", "", login, None)


TICKET = Ticket(
    id=1234,
    subject="Paczka",
    customer_email="maria@example.org",
    customer_id=52,
    queue_id=3,
    queue_name="Sklep",
    status_name="Nowe",
    agent_login="anna.nowak",
    created_at=None,
    updated_at=None,
    closed_at=None,
    messages=(message(5), message(6, MessageKind.REPLY, "anna.nowak")),
    status_id="1",
)
SEEN = Seen.of(TICKET, "Maria Wiśniewska")
CLOSED_AT = datetime.fromisoformat("2026-11-21T10:00")


def kinds(seen: Seen = SEEN, **now: object) -> list[Kind]:
    found = changes.changes(seen, replace(TICKET, **now), agent_login="Anna.Nowak")
    return [change.kind for change in found]


def wrote(*messages: object) -> dict[str, object]:
    return {"messages": (*TICKET.messages, *messages)}


def test_nothing_stops_a_reply_to_a_ticket_that_is_as_it_was():
    assert kinds() == []


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        ({"customer_email": "jan@example.org"}, Kind.RECIPIENT),
        ({"customer_email": ""}, Kind.RECIPIENT),
        ({"customer_id": 53}, Kind.CUSTOMER),
        ({"customer_id": None}, Kind.CUSTOMER),
        ({"queue_id": 4, "queue_name": "Zwroty"}, Kind.MOVED),
        ({"is_closed": True}, Kind.CLOSED),
        ({"is_merged": True}, Kind.MERGED),
        ({"is_merged": True, "is_closed": True}, Kind.MERGED),
        (wrote(message(7)), Kind.CUSTOMER_WROTE),
        (wrote(message(4)), Kind.CUSTOMER_WROTE),
        (wrote(message(7, MessageKind.OTHER)), Kind.CUSTOMER_WROTE),
        (wrote(message(7, MessageKind.UNREADABLE)), Kind.CUSTOMER_WROTE),
        (wrote(message(None, MessageKind.UNREADABLE)), Kind.CUSTOMER_WROTE),
        (wrote(message(7, MessageKind.REPLY, "ewa.kot")), Kind.COLLEAGUE_REPLIED),
    ],
)
def test_what_stops_a_reply(now, kind):
    assert kinds(**now) == [kind]


@pytest.mark.parametrize(
    "now",
    [
        {"customer_email": "Maria@Example.org"},
        {"queue_name": "Sklep internetowy"},
        {"queue_id": None, "queue_name": ""},
        {"status_name": "W realizacji", "status_id": "5"},
        {"status_name": "Świeże"},
        {"agent_login": "ewa.kot"},
        {"subject": "Inny temat"},
        {"messages": TICKET.messages[:1]},
        wrote(message(7, MessageKind.COMMENT)),
        wrote(message(7, MessageKind.SYSTEM)),
        wrote(message(7, MessageKind.REPLY, "anna.nowak")),
    ],
)
def test_what_does_not(now):
    assert kinds(**now) == []


def test_a_customer_attached_meanwhile_is_no_other_customer():
    seen = Seen.of(replace(TICKET, customer_id=None))
    assert kinds(seen) == []


def test_a_ticket_that_was_closed_already_may_be_answered_and_opened():
    closed = Seen.of(replace(TICKET, is_closed=True))
    assert kinds(closed, is_closed=True) == kinds(closed) == []


def test_an_unreadable_message_that_was_there_stops_nothing():
    broken = wrote(message(None, MessageKind.UNREADABLE))
    assert kinds(Seen.of(replace(TICKET, **broken)), **broken) == []


def test_all_changes_are_named_the_graver_first():
    now = wrote(message(7)) | {"customer_email": "jan@example.org", "queue_id": 4}
    assert kinds(**now) == [Kind.RECIPIENT, Kind.CUSTOMER_WROTE, Kind.MOVED]


def test_old_and_new_are_told():
    changed = replace(TICKET, customer_email="jan@example.org", customer_id=53, closed_at=CLOSED_AT)
    changed = replace(changed, is_closed=True, status_name="Zamknięte")
    told = changes.changes(SEEN, changed, agent_login="anna.nowak")
    assert told == (
        Change(Kind.RECIPIENT, "maria@example.org", "jan@example.org"),
        Change(Kind.CUSTOMER, "Maria Wiśniewska", "53"),
        Change(Kind.CLOSED, "Nowe", "Zamknięte", at="2026-11-21T10:00:00"),
    )


def test_a_mail_is_not_hidden_by_the_comments_after_it():
    comments = [message(number, MessageKind.COMMENT) for number in range(8, 99)]
    assert kinds(**wrote(message(7), *comments)) == [Kind.CUSTOMER_WROTE]


def test_of_a_reply_from_before_only_the_last_message_is_known():
    old = Seen(last_message_id=6)
    moved = {"customer_email": "x", "customer_id": 9, "queue_id": 4, "is_closed": True}
    assert kinds(old, **moved) == []
    assert kinds(old, **wrote(message(7))) == [Kind.CUSTOMER_WROTE]
    assert kinds(Seen(), **wrote(message(7))) == []


def test_of_a_long_ticket_the_newest_messages_are_remembered():
    many = tuple(message(number) for number in range(1, MOST_MESSAGES + 50))
    seen = Seen.of(replace(TICKET, messages=many))
    assert len(seen.message_ids) == MOST_MESSAGES
    assert kinds(seen, messages=many) == []
    assert kinds(seen, messages=(*many, message(9999))) == [Kind.CUSTOMER_WROTE]


def test_what_was_seen_survives_being_stored():
    assert Seen.read(SEEN.stored()) == SEEN
    assert Seen.read({**SEEN.stored(), "later": 1}) == SEEN
    assert (Seen().stored(), Seen.read({})) == ({}, Seen())
