"""The one door for Thulium's JSON: typed nouns come out, or :class:`UnexpectedAnswer`.

PHP writes ids as texts, ``[]`` for an empty object, an object for a list with gaps. Whatever else
comes, no function here raises anything else, and what one returns can be stored and shown: texts
are cleaned and as long as their columns (``text``), numbers are whole and fit one. A message that
cannot be understood is kept as an unreadable one, since it must not hide the others.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from thulium_portal.thulium.decoder import decoded
from thulium_portal.thulium.exceptions import OtherTicket
from thulium_portal.thulium.moments import moment
from thulium_portal.thulium.shapes import (
    items,
    json_object,
    mail_address,
    page,
    understood,
    whole,
    whole_id,
)
from thulium_portal.thulium.status_names import tells_closed, tells_merged
from thulium_portal.thulium.text import line, number, size, text
from thulium_portal.thulium.types import (
    Customer,
    Habits,
    MessageFile,
    MessageKind,
    TemporaryFile,
    Ticket,
    TicketHeading,
    TicketMessage,
    TicketPage,
    TicketStatus,
)

DETAIL_LENGTH = 300
SUBJECT, NAME, LOGIN, QUEUE = 500, 150, 150, 200
STATUS_ID, STATUS_NAME, TOKEN, FILE_NAME, SOURCE = 40, 120, 200, 255, 40
"""Characters, as in the columns that hold them."""
MOST_FILES = 1000
_NEVER = re.compile(r"[\s0:./-]*", re.ASCII)


def refusal(body: bytes) -> tuple[str, str]:
    """Return Thulium's own sentence and request id from an error's body, or empty strings."""
    try:
        data = decoded(body)
    except ValueError:
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    errors = data.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    message = first.get("message", "") if isinstance(first, dict) else ""
    return line(message, DETAIL_LENGTH), line(data.get("request_id"), 60)


# Tickets


@understood
def ticket(data: Any, asked: int, habits: Habits) -> Ticket:
    """Return the ticket in *data*, which was *asked* for.

    Raises :class:`OtherTicket` where it is another: its text would go to another's customer.
    """
    data = json_object(data)
    found = whole_id(data["ticket_id"])
    if found != asked:
        raise OtherTicket(found, status=200)
    return Ticket(
        id=found,
        **_heading(data, habits),
        status_id=line(data.get("status_id"), STATUS_ID),
        closed_at=moment(data.get("closed_at"), habits.zone),
        messages=tuple(_in_order(_messages(data.get("messages"), habits), habits)),
    )


def _heading(data: dict[str, Any], habits: Habits) -> dict[str, Any]:
    """Return what is told of a ticket alone as well as in a list."""
    status = line(data.get("full_status_name"), STATUS_NAME, escaped=habits.escapes)
    return {
        "subject": line(data.get("subject"), SUBJECT, escaped=habits.escapes),
        "customer_email": mail_address(data.get("from"), habits),
        "customer_id": number(data.get("customer_id")),
        "queue_id": number(data.get("ticket_queue_id")),
        "queue_name": line(data.get("ticket_queue_name"), QUEUE, escaped=habits.escapes),
        "status_name": status,
        "agent_login": line(data.get("user_login"), LOGIN),
        "created_at": moment(data.get("created_at"), habits.zone),
        "updated_at": moment(data.get("updated_at"), habits.zone),
        "is_closed": _is_told(data.get("closed_at")) or tells_closed(status),
        "is_merged": tells_merged(status),
    }


def _is_told(moment: Any) -> bool:
    """Tell whether a time is there, readable or not; PHP also writes a row of noughts for none."""
    words = line(moment, DETAIL_LENGTH) or (moment if isinstance(moment, dict) else "")
    return bool(words) and not (isinstance(words, str) and _NEVER.fullmatch(words))


def _messages(data: Any, habits: Habits) -> Iterable[TicketMessage]:
    if isinstance(data, dict) and "message_id" in data:
        data = [data]
    # Twice the same is once; under one number, but not the same, are two.
    return dict.fromkeys(_message(message, habits) for message in items(data))


def _message(data: Any, habits: Habits) -> TicketMessage:
    """Return the message in *data*, an unreadable one with what is known where it is none."""
    known = data if isinstance(data, dict) else {}
    found = TicketMessage(
        id=number(known.get("message_id")),
        kind=MessageKind.UNREADABLE,
        body="",
        comment="",
        system_comment="",
        agent_login=line(known.get("user_login"), LOGIN),
        created_at=moment(known.get("created_at"), habits.zone),
        attachments=_files(known.get("attachments")),
    )
    if found.id is None:
        return found
    try:
        return _read(found, known)
    except ValueError:
        return found


def _read(found: TicketMessage, data: dict[str, Any]) -> TicketMessage:
    """Return *found* with its texts; raises ``ValueError`` where one of them is no text."""
    body, comment = text(data.get("body")), text(data.get("comment"))
    told = text(data.get("system_comment"))
    kind = _kind(line(data.get("type"), NAME).upper(), only_told=_is_bare(body, comment, told))
    return TicketMessage(
        id=found.id,
        kind=kind,
        body=body,
        comment=comment,
        system_comment=told,
        agent_login=found.agent_login,
        created_at=found.created_at,
        attachments=found.attachments,
    )


def _is_bare(body: str, comment: str, told: str) -> bool:
    """Tell whether a message holds nothing but a line of Thulium's own."""
    return bool(told.strip()) and not body.strip() and not comment.strip()


def _kind(name: str, *, only_told: bool) -> MessageKind:
    """Return the kind that Thulium calls *name*; a customer's own words are never a bare line."""
    if name in _DOCUMENTED:
        return MessageKind(name)
    return MessageKind.SYSTEM if only_told else MessageKind.OTHER


_DOCUMENTED = frozenset({"MAIL", "REPLY", "COMMENT"})


def _files(data: Any) -> tuple[MessageFile, ...]:
    """Return the files of a message; a text is no list of them, however many letters it has."""
    found = items(data) if isinstance(data, list | dict) else []
    if isinstance(data, dict) and any(isinstance(data.get(part), str) for part in _OF_A_FILE):
        found = [data]
    return tuple(filter(None, (_file(item) for item in found[:MOST_FILES])))


_NAMES_OF_FILE = ("filename", "name")
_OF_A_FILE = ("token", "id", *_NAMES_OF_FILE)


def _file(item: Any) -> MessageFile | None:
    """Return the file in *item*; clients have met objects where the documentation has texts."""
    name = ""
    if isinstance(item, dict):
        name = line(_first(item, _NAMES_OF_FILE), FILE_NAME)
        item = _first(item, _OF_A_FILE)
    token = line(item, TOKEN)
    return MessageFile(token, name) if token else None


def _first(told: dict[str, Any], parts: Iterable[str]) -> Any:
    """Return the first of *parts* that holds anything; None where none does."""
    return next(filter(None, map(told.get, parts)), None)


def _in_order(messages: Iterable[TicketMessage], habits: Habits) -> list[TicketMessage]:
    """Return *messages* oldest first; by their numbers where not every time could be read."""
    messages = list(messages)
    timed = all(message.created_at for message in messages)

    def age(message: TicketMessage) -> tuple[float, float]:
        number = float("inf") if message.id is None else message.id
        return _seconds(message.created_at, habits) if timed else 0.0, number

    return sorted(messages, key=age)


def _seconds(at: datetime | None, habits: Habits) -> float:
    return at.replace(tzinfo=habits.zone).timestamp() if at else 0.0


@understood
def ticket_page(data: Any, habits: Habits) -> TicketPage:
    """Return the page of the list in *data*; a row that cannot be read is passed over."""
    return TicketPage(*page(data, "ticket_id", partial(_row, habits=habits)))


def _row(data: Any, habits: Habits) -> TicketHeading | None:
    found = number(data.get("ticket_id")) if isinstance(data, dict) else None
    if found is None:
        return None
    source = line(data.get("source"), SOURCE)
    return TicketHeading(id=found, source=source, **_heading(data, habits))


# Other nouns


@understood
def customer(data: Any, asked: int, habits: Habits) -> Customer:
    """Return the customer in *data*, who was *asked* for by number."""
    data = json_object(data)
    if whole_id(data["customer_id"]) != asked:
        raise ValueError("another customer")
    return Customer(
        id=asked,
        first_name=line(data.get("name"), NAME, escaped=habits.escapes),
        last_name=line(data.get("surname"), NAME - 1, escaped=habits.escapes),
        email=mail_address(data.get("email"), habits),
    )


@understood
def temporary_file(data: Any) -> TemporaryFile:
    data = json_object(data)
    bytes_arrived = size(data["size"])
    if bytes_arrived is None:
        raise ValueError("no size")
    token = whole(data["token"], TOKEN)
    return TemporaryFile(line(data.get("filename"), FILE_NAME), token, bytes_arrived)


@understood
def ticket_statuses(data: Any, habits: Habits) -> tuple[TicketStatus, ...]:
    """Return the statuses in *data*, a bare list or one inside an object; unreadable ones not.

    Thulium does not document their field names; clients have met ``id`` and ``status_id``.
    """
    return tuple(filter(None, (_status(each, habits) for each in _listed(data))))


def _status(data: Any, habits: Habits) -> TicketStatus | None:
    if not isinstance(data, dict):
        return None
    try:
        number = whole(data.get("id") or data.get("status_id"), STATUS_ID)
    except ValueError:
        return None
    name = line(data.get("name"), STATUS_NAME, escaped=habits.escapes)
    if not name:
        return None
    return TicketStatus(number, name, tells_closed(name), tells_merged(name))


def _listed(data: Any) -> list[Any]:
    """Return the list in *data*: under ``result`` as in lists of tickets, or wherever it is."""
    if isinstance(data, list):
        return data
    inner = [data.get("result"), *data.values()]
    lists = [each for each in inner if isinstance(each, list | dict)]
    if lists and not all(isinstance(each, dict) and "name" in each for each in data.values()):
        return items(lists[0])
    if data and not lists:
        raise ValueError("no list")
    return items(data)
