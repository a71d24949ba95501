"""The documented calls of the API, as functions from a request to an answer."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from thulium_portal.practice import faults, shop
from thulium_portal.practice.request import Request
from thulium_portal.practice.responses import Answer, Refusal, json_answer
from thulium_portal.practice.store import CONDITIONS, OUTSIDE, Row, Store, UsedToken

MAX_PAGE = 100
CHANGEABLE = ("status_id", "user_login")
BAD_REQUEST, NOT_FOUND = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND


@dataclass(frozen=True)
class Route:
    """One documented call; *area* is what faults name it by."""

    method: str
    pattern: str
    area: str
    call: Callable[[Store, Request, str], Answer]


def find_route(method: str, path: str) -> tuple[Route, str]:
    """Return the route of *path* (undecoded) and the id in it.

    Raises Refusal: 404 for an unknown path, 405 for a known one with another method.
    """
    matches = [(route, match) for route in ROUTES if (match := re.fullmatch(route.pattern, path))]
    if not matches:
        raise Refusal(NOT_FOUND, "no_route", path=path)
    for route, match in matches:
        if route.method == method:
            return route, unquote(match.groupdict().get("id", ""))
    allow = ", ".join(sorted({route.method for route, _ in matches}))
    raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "method", {"Allow": allow}, method=method)


def agent_response(store: Store, request: Request, ticket_id: str) -> Answer:
    """Send a reply to the customer of a ticket; answers ``[]``."""
    ticket = _ticket(store, ticket_id)
    fields = _json_object(request)
    content = {
        "body": _text(fields, "body"),
        "login": _text(fields, "user_login"),
        "body_type": _body_type(fields),
    }
    _check_login(content["login"])
    date = _date(fields)
    tokens = _tokens(store, fields)
    if ticket["status"] == shop.MERGED:
        raise Refusal(BAD_REQUEST, "merged", id=ticket["ticket_id"])
    if not ticket["sender"]:
        raise Refusal(BAD_REQUEST, "no_address", id=ticket["ticket_id"])
    try:
        store.add_reply(ticket, date=date, tokens=tokens, **content)
    except UsedToken as error:
        raise Refusal(BAD_REQUEST, "token", token=str(error)) from error
    return json_answer([])


def add_comment(store: Store, request: Request, ticket_id: str) -> Answer:
    """Keep an internal note; the answer is empty, and the customer hears nothing of it."""
    ticket = _ticket(store, ticket_id)
    fields = _json_object(request)
    comment, login = _text(fields, "comment"), _text(fields, "user_login")
    _check_login(login)
    store.add_comment(ticket["ticket_id"], comment, login)
    return json_answer([])


def add_temporary_file(store: Store, request: Request, _: str) -> Answer:
    """Keep an uploaded file for 24 hours; answers its token and size."""
    filename = request.parameter("filename")
    if not filename.strip():
        raise Refusal(BAD_REQUEST, "empty", field="filename")
    store.forget_old_files()
    token = secrets.token_hex(11)
    path = store.files / token
    try:
        with path.open("wb") as file:
            size = request.copy_to(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    store.add_file(token, filename, size)
    return json_answer({"filename": filename, "token": token, "size": size})


def get_ticket(store: Store, request: Request, ticket_id: str) -> Answer:
    """Answer a ticket with its messages, newest first."""
    ticket = _ticket(store, ticket_id)
    payload = _ticket_payload(ticket)
    if request.parameter("include_custom_fields") == "true":
        payload["custom_fields"] = {}
    payload["messages"] = store.messages(ticket["ticket_id"])
    return json_answer(payload)


def customer_response(store: Store, request: Request, ticket_id: str) -> Answer:
    """Add a message as from the customer; the answer is empty, as documented."""
    ticket = _ticket(store, ticket_id)
    fields = _json_object(request)
    body, body_type, date = _text(fields, "body"), _body_type(fields), _date(fields)
    if ticket["status"] == shop.MERGED:
        raise Refusal(BAD_REQUEST, "merged", id=ticket["ticket_id"])
    store.add_mail(ticket["ticket_id"], body, origin=OUTSIDE, date=date, body_type=body_type)
    return Answer(HTTPStatus.OK, b"")


def change_ticket(store: Store, request: Request, ticket_id: str) -> Answer:
    """Change a ticket's status, its agent or both; the answer is empty, as documented.

    What is left out or ``null`` stays as it is.
    """
    ticket = _ticket(store, ticket_id)
    fields = _json_object(request)
    given = {name: _text(fields, name) for name in CHANGEABLE if fields.get(name) is not None}
    status, login = given.get("status_id", ""), given.get("user_login", "")
    if status and status not in shop.STATUSES:
        raise Refusal(BAD_REQUEST, "no_status", id=status)
    if login:
        _check_login(login)
        store.assign(ticket, login)
    if status:
        store.set_status(ticket, status)
    return Answer(HTTPStatus.OK, b"")


def list_statuses(_store: Store, _request: Request, _: str) -> Answer:
    """Answer the statuses a ticket can have."""
    statuses = [{"id": number, "name": name} for number, name in shop.STATUSES.items()]
    return json_answer({"count": len(statuses), "result": statuses})


def list_tickets(store: Store, request: Request, _: str) -> Answer:
    """Answer a page of tickets, last changed first.

    A status asked for by itself, not as an array, is answered 500: so Thulium does.
    """
    if "status_id" in request.query:
        raise Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")
    limit = min(_number(request, "limit", MAX_PAGE), MAX_PAGE)
    count, rows = store.tickets(
        limit=limit, offset=_number(request, "offset", 0), wanted=_wanted(request)
    )
    result = [_heading(row) | {"source": row["source"]} for row in rows]
    return json_answer({"count": count, "result": result})


def get_agent(store: Store, request: Request, login: str) -> Answer:
    """Answer one agent."""
    if login not in shop.AGENTS:
        raise Refusal(NOT_FOUND, "no_agent", login=login)
    return json_answer(shop.AGENTS[login])


def list_agents(store: Store, request: Request, _: str) -> Answer:
    """Answer a page of agents; ``agent_id`` is a string, as the documentation mixes both."""
    agents = [agent | {"agent_id": str(agent["agent_id"])} for agent in shop.AGENTS.values()]
    limit = min(_number(request, "limit", MAX_PAGE), MAX_PAGE)
    offset = _number(request, "offset", 0)
    return json_answer({"count": len(agents), "result": agents[offset : offset + limit]})


def get_customer(store: Store, request: Request, customer_id: str) -> Answer:
    """Answer one customer of the CRM."""
    customer = shop.CUSTOMERS.get(int(customer_id))
    if customer is None:
        raise Refusal(NOT_FOUND, "no_customer", id=customer_id)
    if request.parameter("include_custom_fields") == "true":
        customer = customer | {"custom_fields": {"Numer umowy": None}}
    return json_answer(customer)


_TICKET = r"/api/tickets/(?P<id>[0-9]{1,18})"
ROUTES = (
    Route("POST", _TICKET + "/agent_response", faults.REPLIES, agent_response),
    Route("POST", _TICKET + "/comment", faults.REPLIES, add_comment),
    Route("POST", _TICKET + "/customer_response", faults.READS, customer_response),
    Route("POST", r"/api/temporary_files", faults.UPLOADS, add_temporary_file),
    Route("GET", _TICKET, faults.READS, get_ticket),
    Route("PUT", _TICKET, faults.READS, change_ticket),
    Route("GET", r"/api/ticket_statuses", faults.READS, list_statuses),
    Route("GET", r"/api/tickets", faults.LISTS, list_tickets),
    Route("GET", r"/api/agents/(?P<id>[^/]+)", faults.READS, get_agent),
    Route("GET", r"/api/agents", faults.READS, list_agents),
    Route("GET", r"/api/customers/(?P<id>[0-9]{1,18})", faults.READS, get_customer),
)


def _ticket(store: Store, ticket_id: str) -> Row:
    ticket = store.ticket(int(ticket_id))
    if ticket is None:
        raise Refusal(NOT_FOUND, "no_ticket", id=ticket_id)
    return ticket


def _heading(row: Row) -> dict[str, Any]:
    """Return what the API tells of a ticket in a list as well as alone."""
    status = (shop.STATUSES[row["status"]], row["sub_status"])
    return {
        "ticket_id": row["ticket_id"],
        "from": row["sender"],
        "ticket_queue_name": shop.QUEUES[row["queue"]],
        "subject": row["subject"],
        "customer_id": "" if row["customer_id"] is None else row["customer_id"],
        "full_status_name": " - ".join(filter(None, status)),
        "user_login": row["login"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _ticket_payload(row: Row) -> dict[str, Any]:
    """Return the ticket as documented: some ids are numbers, some strings."""
    return _heading(row) | {
        "ticket_queue_id": row["queue"],
        "status_id": row["status"],
        "substatus_id": "2" if row["sub_status"] else "",
        "category_id": row["category"],
        "closed_at": row["closed_at"],
        "close_time": _duration(row["created_at"], row["closed_at"]),
        "first_agent_responded_at": row["responded_at"],
        "first_agent_response_time": _duration(row["created_at"], row["responded_at"]),
    }


def _duration(start: str, end: str) -> str:
    """Return the time between two stamps as ``HHH:MM:SS``; hours may exceed 99."""
    if not end:
        return ""
    seconds = int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _json_object(request: Request) -> dict[str, Any]:
    try:
        fields = json.loads(request.read())
    except (ValueError, RecursionError) as error:
        raise Refusal(BAD_REQUEST, "bad_json") from error
    if not isinstance(fields, dict):
        raise Refusal(BAD_REQUEST, "bad_json")
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise Refusal(BAD_REQUEST, "empty", field=name)
    if not isinstance(value, str):
        raise Refusal(BAD_REQUEST, "not_text", field=name)
    return value


def _body_type(fields: dict[str, Any]) -> str:
    value = fields.get("body_type", "HTML")
    if value not in ("HTML", "PLAIN"):
        raise Refusal(BAD_REQUEST, "body_type")
    return str(value)


def _check_login(login: str) -> None:
    agent = shop.AGENTS.get(login)
    if agent is None:
        raise Refusal(BAD_REQUEST, "unknown_login", login=login)
    if not agent["active"]:
        raise Refusal(BAD_REQUEST, "inactive_login", login=login)


def _date(fields: dict[str, Any]) -> str:
    value = fields.get("date")
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_stamp(value):
        raise Refusal(BAD_REQUEST, "date")
    return value


def _is_stamp(text: str) -> bool:
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}" == text
    except ValueError:
        return False


def _tokens(store: Store, fields: dict[str, Any]) -> list[str]:
    tokens = fields.get("attachments") or []
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        raise Refusal(BAD_REQUEST, "attachments")
    for token in tokens:
        if store.waiting_file(token) is None:
            raise Refusal(BAD_REQUEST, "token", token=token)
    return tokens


def _wanted(request: Request) -> list[tuple[str, str | int]]:
    """Return what the list is narrowed by, as the store takes it; nothing by an empty value."""
    wanted: list[tuple[str, str | int]] = []
    for name in CONDITIONS:
        value = request.parameter(name)
        if not value:
            continue
        if name == "status_id[]":
            wanted.append((name, json.dumps(request.query[name])))
        elif name.endswith("_id"):
            wanted.append((name, _number(request, name, 0)))
        else:
            wanted.append((name, value if name == "user_login" else _moment(name, value)))
    return wanted


def _moment(name: str, value: str) -> str:
    """Return a day, or a day and a time, as a stamp to compare with; the last of a day until."""
    if _is_stamp(value):
        return value
    stamped = f"{value} 23:59" if name.endswith("_to") else f"{value} 00:00"
    if not _is_stamp(stamped):
        raise Refusal(BAD_REQUEST, "filter_date", field=name)
    return stamped


def _number(request: Request, name: str, default: int) -> int:
    value = request.parameter(name)
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Refusal(BAD_REQUEST, "not_number", field=name)
    return int(value)
