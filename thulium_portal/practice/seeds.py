"""The tickets that the practice Thulium begins with, as rows for its store."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from thulium_portal.demo import story
from thulium_portal.practice import shop

_A_MOMENT = timedelta(minutes=15)
_FIRST_BY_HAND = 20_001
"""Number of the first message made by hand, beyond those of the story."""


@dataclass(frozen=True)
class Seed:
    """A ticket and its messages, each with the names of columns; ``files`` are its tokens."""

    ticket: dict[str, Any]
    messages: list[dict[str, Any]]


def hand_made(now: datetime) -> Iterator[Seed]:
    """Yield the tickets that show one thing each; every message keeps its number for ever."""
    number = _FIRST_BY_HAND
    for ticket in sorted(shop.TICKETS, key=lambda ticket: ticket.id):
        same = ("sender", "subject", "source", "sub_status", "category", "login")
        messages = [
            {
                "message_id": number + place,
                "type": message.kind,
                "login": message.login,
                "body": message.content,
                "comment": message.comment,
                "system_comment": message.system,
                "created_at": stamp(message.ago.before(now)),
                "files": message.files,
            }
            for place, message in enumerate(ticket.messages)
        ]
        number += len(messages)
        yield _seed(
            messages,
            ticket_id=ticket.id,
            customer_id=ticket.customer,
            queue=ticket.queue_id,
            status=ticket.status_id,
            closed_at=stamp(ticket.closed.before(now)) if ticket.closed else "",
            **{name: getattr(ticket, name) for name in same},
        )


def first_told(directory: Path, now: datetime) -> datetime:
    """Return when the story was first told, to the portal or else here, *now*."""
    known = story.told_at(directory)
    if known is None:
        story.keep_told_at(directory, now)
    return known or now


def story_of(told_at: datetime, now: datetime) -> Iterator[Seed]:
    """Yield the answered tickets until *told_at*, then those that wait for an answer *now*.

    What was told to the portal a moment ago is now.
    """
    now = told_at if now - told_at < _A_MOMENT else now
    for one in (*story.answered(told_at), *story.waiting(now)):
        messages = [
            {
                "message_id": line.id,
                "type": line.kind,
                "login": line.login,
                "body": line.body,
                "comment": "",
                "system_comment": line.system,
                "created_at": stamp(line.at),
                "files": line.files,
            }
            for line in one.lines
        ]
        yield _seed(
            messages,
            ticket_id=one.number,
            customer_id=one.customer.id,
            queue=one.queue_id,
            status=shop.STATUS_IDS[one.status],
            closed_at=stamp(one.closed_at) if one.closed_at else "",
            sender=one.customer.email,
            subject=one.subject,
            source="email",
            sub_status="",
            category="1",
            login=one.login,
        )


def _seed(messages: list[dict[str, Any]], **ticket: Any) -> Seed:
    times = [message["created_at"] for message in messages]
    answered = [one["created_at"] for one in messages if one["type"] == shop.Kind.REPLY]
    ends = {"created_at": min(times), "updated_at": max(times)}
    return Seed(ticket | ends | {"responded_at": min(answered, default="")}, messages)


def stamp(moment: datetime) -> str:
    """Return *moment* as the API writes it: local time to the minute, without a zone."""
    return moment.strftime("%Y-%m-%d %H:%M")
