"""The conversation: what the page of a ticket shows of its messages."""

from datetime import datetime
from typing import Any

import pytest

from tests.lib.test_mail import HOSTILE
from tests.support.pace import lasts
from thulium_portal.thulium import MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.conversation import MOST_OF_TEXT, conversation, whole_message
from thulium_portal.tickets.snapshot import snapshot_of

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 10)  # noqa: DTZ001 - Thulium names no zone


def message(number: int = 1, kind: str = "MAIL", **given: str) -> TicketMessage:
    texts = {"body": "", "comment": "", "system_comment": "", "agent_login": ""} | given
    return TicketMessage(id=number, kind=MessageKind(kind), created_at=AT, **texts)


def ticket(*messages: TicketMessage) -> Ticket:
    unknown: dict[str, Any] = dict.fromkeys(("customer_id", "queue_id", "updated_at", "closed_at"))
    return Ticket(
        id=1,
        subject="x",
        customer_email="maria@example.org",
        queue_name="",
        status_name="",
        agent_login="",
        created_at=AT,
        messages=messages,
        **unknown,
    )


def shown(*messages: TicketMessage) -> Any:
    read = ticket(*messages)
    return conversation(read, snapshot_of(read, None)).messages


def test_a_bare_system_line_is_none_of_a_persons_notes():
    line, note = shown(
        message(1, "COMMENT", system_comment="Zmieniono status"),
        message(2, "COMMENT", comment="Zadzwonię jutro", agent_login="anna.nowak"),
    )
    assert (line.kind, line.told, line.frame) == ("system", "Zmieniono status", "")
    assert (note.kind, note.told) == ("comment", "")
    assert "Zadzwonię jutro" in note.frame


def test_a_reply_that_changed_the_status_shows_both_apart():
    (reply,) = shown(message(1, "REPLY", body="<p>Tak</p>", system_comment="Zmieniono status"))
    assert (reply.kind, reply.told) == ("reply", "Zmieniono status")
    assert "<p>Tak</p>" in reply.frame
    assert "Zmieniono" not in reply.frame


def test_history_is_folded_behind_the_words_that_say_whose_it_is():
    (mail,) = shown(message(body="nowe\n\nOn 1 Nov 2026 at 10:00 J <j@x.pl> wrote:\n> dawne"))
    assert "<details><summary><bdi>" in mail.frame
    assert "J &lt;j@x.pl&gt; wrote:</bdi></summary>" in mail.frame


def test_the_newest_messages_are_read_first_where_not_all_can_be():
    body = "<p>zdanie <b>ważne</b></p>" * 8_000
    views = shown(*(message(number, body=body) for number in range(1, 11)))
    assert "<b>ważne</b>" not in views[0].frame
    assert views[0].is_cut
    assert "zdanie ważne" in views[0].frame
    page = sum(len(view.frame) for view in views)
    assert page < 10 * 120_000


@pytest.mark.parametrize("name", ["reopened", "lists", "formatting", "declarations", "links"])
def test_a_conversation_of_hostile_mails_takes_no_time(name):
    messages = [message(number, body=HOSTILE[name]) for number in range(1, 21)]
    assert len(shown(*messages)) == 20
    assert lasts(lambda: shown(*messages), enough=150) < 150


def test_a_text_without_form_is_read_whole_in_parts():
    text = "linia tekstu\n" * 50_000
    read = ticket(message(body=text))
    snapshot = snapshot_of(read, None)
    first = whole_message(read, snapshot, 1, 1)
    parts = [whole_message(read, snapshot, 1, part) for part in range(1, first.parts + 1)]
    assert "".join(part.text for part in parts) == text
    assert all(len(part.text) <= MOST_OF_TEXT for part in parts)
    assert whole_message(read, snapshot, 1, 99).part == first.parts


def test_one_endless_line_is_read_whole_in_parts():
    read = ticket(message(body="a" * 500_000))
    snapshot = snapshot_of(read, None)
    first = whole_message(read, snapshot, 1, 1)
    parts = [whole_message(read, snapshot, 1, part).text for part in range(1, first.parts + 1)]
    assert "".join(parts) == "a" * 500_000


def test_a_message_that_is_not_there_is_none():
    read = ticket(message())
    assert whole_message(read, snapshot_of(read, None), 2, 1) is None
