"""Reading Thulium's JSON as PHP writes it: ids as strings, ``[]`` for an empty object.

The functions named after a noun return it, and raise :class:`UnexpectedAnswer` for anything else.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from thulium_portal.thulium.exceptions import UnexpectedAnswer
from thulium_portal.thulium.types import (
    Agent,
    Customer,
    MessageKind,
    Reason,
    TemporaryFile,
    Ticket,
    TicketMessage,
    TicketStatus,
)

Noun = TypeVar("Noun")
DETAIL_LENGTH = 300
_ADDRESS = re.compile(r"[^\s<>()\"',;]+@[^\s<>()\"',;]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def decoded(body: bytes) -> Any:
    """Return the JSON in *body*, byte-order mark or not; ``ValueError`` for anything else."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


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
    return clean(message), clean(data.get("request_id", ""))[:60]


def clean(text: object) -> str:
    """Return *text* on one line, shortened, fit to be shown and logged."""
    return _CONTROL.sub(" ", str(text or "")).strip()[:DETAIL_LENGTH]


def _understood(parse: Callable[[Any], Noun]) -> Callable[[Any], Noun]:
    """Let *parse* raise :class:`UnexpectedAnswer` where it does not find what it looks for."""

    @wraps(parse)
    def parsed(data: Any) -> Noun:
        try:
            return parse(data)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise UnexpectedAnswer(Reason.UNEXPECTED_ANSWER, status=200) from error

    return parsed


@_understood
def ticket(data: Any) -> Ticket:
    messages = [_message(message) for message in _items(data.get("messages"))]
    return Ticket(
        id=int(data["ticket_id"]),
        subject=_text(data.get("subject")),
        customer_email=_address(_text(data.get("from"))),
        customer_id=_number(data.get("customer_id")),
        queue_id=_number(data.get("ticket_queue_id")),
        queue_name=_text(data.get("ticket_queue_name")),
        status_name=_text(data.get("full_status_name")),
        agent_login=_text(data.get("user_login")),
        created_at=_moment(data.get("created_at")),
        updated_at=_moment(data.get("updated_at")),
        closed_at=_moment(data.get("closed_at")),
        messages=tuple(sorted(messages, key=_age)),
    )


def _message(data: dict[str, Any]) -> TicketMessage:
    return TicketMessage(
        id=int(data["message_id"]),
        kind=MessageKind(_text(data.get("type")).upper()),
        body=_text(data.get("body")),
        comment=_text(data.get("comment")),
        system_comment=_text(data.get("system_comment")),
        agent_login=_text(data.get("user_login")),
        created_at=_moment(data.get("created_at")),
        attachments=tuple(_text(token) for token in _items(data.get("attachments"))),
    )


def _age(message: TicketMessage) -> tuple[datetime, int]:
    return message.created_at or datetime.min, message.id  # noqa: DTZ901 - Thulium names no zone


@_understood
def agent(data: Any) -> Agent:
    names = (_text(data.get("name")), _text(data.get("surname")))
    return Agent(
        id=int(data["agent_id"]),
        login=_text(data["login"]),
        name=" ".join(name for name in names if name),
        email=_text(data.get("email")),
        active=data.get("active") in {True, "1", "true"},
    )


@_understood
def customer(data: Any) -> Customer:
    return Customer(
        id=int(data["customer_id"]),
        first_name=_text(data.get("name")),
        last_name=_text(data.get("surname")),
        email=_text(data.get("email")),
    )


@_understood
def temporary_file(data: Any) -> TemporaryFile:
    token = _text(data["token"])
    if not token:
        raise ValueError("no token")
    return TemporaryFile(_text(data.get("filename")), token, int(data["size"]))


@_understood
def ticket_statuses(data: Any) -> tuple[TicketStatus, ...]:
    """Return the statuses in *data*, a bare list or one inside an object.

    Thulium does not document their field names; clients have met ``id`` and ``status_id``.
    """
    if isinstance(data, dict):
        data = next((value for value in data.values() if isinstance(value, list)), [])
    return tuple(
        TicketStatus(str(each.get("id") or each["status_id"]), str(each["name"]))
        for each in _items(data)
    )


def _items(value: Any) -> list[Any]:
    """Return a list's items; PHP makes an object of a list with gaps in its numbering."""
    return list(value.values() if isinstance(value, dict) else value or [])


def _address(sender: str) -> str:
    """Return the address in ``Maria <maria@example.org>``, or *sender* where there is none.

    ``email.utils`` splits at the comma of an unquoted ``Wiśniewska, Maria <…>``.
    """
    found = _ADDRESS.findall(sender)
    return found[-1] if found else sender.strip()


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _number(value: object) -> int | None:
    text = _text(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(value: object) -> datetime | None:
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(_text(value), form)  # noqa: DTZ007 - Thulium names no zone
        except ValueError:
            continue
    return None
