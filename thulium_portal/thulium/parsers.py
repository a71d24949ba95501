"""The one door for Thulium's JSON: typed nouns come out, or :class:`UnexpectedAnswer`.

PHP writes ids as texts, ``[]`` for an empty object, an object for a list with gaps. Whatever else
comes, no function here raises anything else, and what one returns can be stored and shown: texts
are cleaned and as long as their columns (``text``), numbers are whole and fit one. A message that
cannot be understood is kept as an unreadable one, since it must not hide the others.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from thulium_portal.thulium.decoder import decoded
from thulium_portal.thulium.exceptions import OtherTicket, UnexpectedAnswer
from thulium_portal.thulium.moments import moment
from thulium_portal.thulium.text import address, line, number, size, text
from thulium_portal.thulium.types import (
    Agent,
    Customer,
    Habits,
    MessageFile,
    MessageKind,
    Reason,
    TemporaryFile,
    Ticket,
    TicketHeading,
    TicketMessage,
    TicketPage,
    TicketStatus,
)

Noun = TypeVar("Noun")
Asked = ParamSpec("Asked")
DETAIL_LENGTH = 300
SUBJECT, SENDER, ADDRESS, NAME, LOGIN, QUEUE = 500, 1000, 320, 150, 150, 200
STATUS_ID, STATUS_NAME, TOKEN, FILE_NAME, SOURCE = 40, 120, 200, 255, 40
"""Characters, as in the columns that hold them."""
MOST_FILES = 1000
_NEVER = re.compile(r"[\s0:./-]*", re.ASCII)
_CLOSED = frozenset({"zamknięte", "zamknięty", "closed"})
_MERGED = frozenset({"połączone", "połączony", "merged"})
"""Names of Thulium's own statuses, in the languages of its panel; an installation may rename them,
so they only add to what ``closed_at`` says."""


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


def _understood(
    parse: Callable[Concatenate[Any, Asked], Noun],
) -> Callable[Concatenate[Any, Asked], Noun]:
    """Let *parse* raise :class:`UnexpectedAnswer` where it does not find what it looks for."""

    @wraps(parse)
    def parsed(data: Any, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Noun:
        try:
            return parse(data, *args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise UnexpectedAnswer(Reason.UNEXPECTED_ANSWER, status=200) from error

    return parsed


# Tickets


@_understood
def ticket(data: Any, asked: int, habits: Habits) -> Ticket:
    """Return the ticket in *data*, which was *asked* for.

    Raises :class:`OtherTicket` where it is another: its text would go to another's customer.
    """
    data = _object(data)
    found = _id(data["ticket_id"])
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
    own_name = status.partition(" - ")[0].casefold()
    return {
        "subject": line(data.get("subject"), SUBJECT, escaped=habits.escapes),
        "customer_email": _address(data.get("from"), habits),
        "customer_id": number(data.get("customer_id")),
        "queue_id": number(data.get("ticket_queue_id")),
        "queue_name": line(data.get("ticket_queue_name"), QUEUE, escaped=habits.escapes),
        "status_name": status,
        "agent_login": line(data.get("user_login"), LOGIN),
        "created_at": moment(data.get("created_at"), habits.zone),
        "updated_at": moment(data.get("updated_at"), habits.zone),
        "is_closed": _is_told(data.get("closed_at")) or own_name in _CLOSED,
        "is_merged": own_name in _MERGED,
    }


def _address(sender: Any, habits: Habits) -> str:
    return line(address(line(sender, SENDER, escaped=habits.escapes)), ADDRESS, escaped=False)


def _is_told(moment: Any) -> bool:
    """Tell whether a time is there, readable or not; PHP also writes a row of noughts for none."""
    words = line(moment, DETAIL_LENGTH) or (moment if isinstance(moment, dict) else "")
    return bool(words) and not (isinstance(words, str) and _NEVER.fullmatch(words))


def _messages(data: Any, habits: Habits) -> Iterable[TicketMessage]:
    if isinstance(data, dict) and "message_id" in data:
        data = [data]
    # Twice the same is once; under one number, but not the same, are two.
    return dict.fromkeys(_message(message, habits) for message in _items(data))


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
    items = _items(data) if isinstance(data, list | dict) else []
    if isinstance(data, dict) and any(isinstance(data.get(part), str) for part in _OF_A_FILE):
        items = [data]
    return tuple(filter(None, (_file(item) for item in items[:MOST_FILES])))


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


@_understood
def ticket_page(data: Any, habits: Habits) -> TicketPage:
    """Return the page of the list in *data*; a row that cannot be read is passed over.

    A page of which no row can be read is none: it would pass for a portal without tickets.
    """
    told = _rows(data)
    rows = [row for row in (_row(each, habits) for each in told) if row]
    if told and not rows:
        raise ValueError("no tickets")
    count = size(data.get("count")) if isinstance(data, dict) else None
    return TicketPage(count, tuple(rows), len(told) - len(rows))


def _rows(data: Any) -> list[Any]:
    """Return the rows of a list: under ``result``, or wherever there are tickets."""
    if isinstance(data, dict) and "result" in data:
        return _items(data["result"])
    if isinstance(data, list):
        return data
    named = [data[name] for name in _NAMES_OF_LIST if isinstance(data.get(name), list | dict)]
    for each in [*named, *data.values(), data]:
        if isinstance(each, list | dict) and any(map(_is_row, _items(each))):
            return _items(each)
    if named and not any(named):
        return []
    raise ValueError("no list")


_NAMES_OF_LIST = ("data", "items", "tickets", "results")


def _is_row(item: Any) -> bool:
    return isinstance(item, dict) and "ticket_id" in item


def _row(data: Any, habits: Habits) -> TicketHeading | None:
    found = number(data.get("ticket_id")) if isinstance(data, dict) else None
    if found is None:
        return None
    source = line(data.get("source"), SOURCE)
    return TicketHeading(id=found, source=source, **_heading(data, habits))


# Other nouns


@_understood
def agent(data: Any, asked: str, habits: Habits) -> Agent:
    """Return the agent in *data*, who was *asked* for by login."""
    data = _object(data)
    login = _whole(data["login"], LOGIN)
    if login.casefold() != line(asked, LOGIN, escaped=False).casefold():
        raise ValueError("another agent")
    names = (line(data.get(part), NAME, escaped=habits.escapes) for part in ("name", "surname"))
    return Agent(
        id=_id(data["agent_id"]),
        login=login,
        name=" ".join(name for name in names if name),
        email=_address(data.get("email"), habits),
        active=data.get("active") is True or line(data.get("active"), NAME).lower() in _YES,
    )


_YES = frozenset({"1", "true", "yes", "tak"})


@_understood
def customer(data: Any, asked: int, habits: Habits) -> Customer:
    """Return the customer in *data*, who was *asked* for by number."""
    data = _object(data)
    if _id(data["customer_id"]) != asked:
        raise ValueError("another customer")
    return Customer(
        id=asked,
        first_name=line(data.get("name"), NAME, escaped=habits.escapes),
        last_name=line(data.get("surname"), NAME - 1, escaped=habits.escapes),
        email=_address(data.get("email"), habits),
    )


@_understood
def temporary_file(data: Any) -> TemporaryFile:
    data = _object(data)
    bytes_arrived = size(data["size"])
    if bytes_arrived is None:
        raise ValueError("no size")
    token = _whole(data["token"], TOKEN)
    return TemporaryFile(line(data.get("filename"), FILE_NAME), token, bytes_arrived)


@_understood
def ticket_statuses(data: Any, habits: Habits) -> tuple[TicketStatus, ...]:
    """Return the statuses in *data*, a bare list or one inside an object; unreadable ones not.

    Thulium does not document their field names; clients have met ``id`` and ``status_id``.
    """
    return tuple(filter(None, (_status(each, habits) for each in _listed(data))))


def _status(data: Any, habits: Habits) -> TicketStatus | None:
    if not isinstance(data, dict):
        return None
    try:
        number = _whole(data.get("id") or data.get("status_id"), STATUS_ID)
    except ValueError:
        return None
    name = line(data.get("name"), STATUS_NAME, escaped=habits.escapes)
    if not name:
        return None
    own = name.casefold()
    return TicketStatus(number, name, is_closed=own in _CLOSED, is_merged=own in _MERGED)


def _listed(data: Any) -> list[Any]:
    """Return the list in *data*: under ``result`` as in lists of tickets, or wherever it is."""
    if isinstance(data, list):
        return data
    inner = [data.get("result"), *data.values()]
    lists = [each for each in inner if isinstance(each, list | dict)]
    if lists and not all(isinstance(each, dict) and "name" in each for each in data.values()):
        return _items(lists[0])
    if data and not lists:
        raise ValueError("no list")
    return _items(data)


# Shapes


def _object(data: Any) -> dict[str, Any]:
    """Return the object in *data*, also where it is the only item of a list."""
    if isinstance(data, list) and len(data) == 1:
        [data] = data
    if not isinstance(data, dict):
        raise TypeError("no object")
    return data


def _items(value: Any) -> list[Any]:
    """Return a list's items; PHP makes an object of a list with gaps in its numbering."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    if value is None or value is False or value == "":
        return []
    raise TypeError("no list")


def _id(value: Any) -> int:
    found = number(value)
    if found is None:
        raise ValueError("no number of ours")
    return found


def _whole(value: Any, most: int) -> str:
    """Return a text that is sent back to Thulium: uncut, and not empty."""
    words = line(value, most + 1, escaped=False)
    if not words or len(words) > most:
        raise ValueError("no name of ours")
    return words
