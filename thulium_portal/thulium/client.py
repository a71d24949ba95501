"""Talking to Thulium: readings may be repeated, a reply is posted once and judged by the wire.

Endpoints and fields: ``docs/thulium-api.md``. Whether a reply may have left is never read off an
exception's class, since the same classes occur before the first byte and after the processing; it
is read off the :class:`Wire`, which knows whether any byte of the request reached the socket.
"""

import json
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

import certifi
import requests
from requests.auth import HTTPBasicAuth

from thulium_portal.thulium import agents, parsers
from thulium_portal.thulium.exceptions import (
    OtherTicket,
    UnexpectedAnswer,
    Unreachable,
)
from thulium_portal.thulium.failures import failure_reason
from thulium_portal.thulium.moments import local
from thulium_portal.thulium.transport import (
    FileTrouble,
    OneShotSession,
    Sized,
    Wire,
)
from thulium_portal.thulium.types import (
    Agent,
    AgentPage,
    Customer,
    Habits,
    Reason,
    SendResult,
    TemporaryFile,
    Ticket,
    TicketPage,
    TicketStatus,
    Verdict,
)
from thulium_portal.thulium.verdicts import Answer, content_of, judge_answer, judge_failure

SEND_ANSWER_CAP = 64 * 1024
READ_ANSWER_CAP = 20 * 1024 * 1024
UPLOAD_SECONDS = 300.0
LONGEST_PAGE = 100
_TICKET_ADDRESS = re.compile(r"/tickets/([1-9][0-9]{0,17})/?$")
"""The end of where Thulium sends a reader on whose ticket was merged into another."""


class ThuliumClient:
    """A client for one Thulium system; safe to share between threads.

    Times are in seconds: *connect_timeout* and *read_timeout* bound single waits, *total_timeout*
    the whole call. Credentials are sent as UTF-8. TLS is always verified, against *ca_file* where
    one is given.
    """

    def __init__(
        self,
        base_url: str,
        user: str,
        password: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        total_timeout: float = 40.0,
        ca_file: str | None = None,
        language: str = "pl",
        habits: Habits | None = None,
    ) -> None:
        self._base = base_url.rstrip("/").removesuffix("/api") + "/api"
        # An error of encoding would hold the whole password; Thulium refuses a "?" all the same.
        self._auth = HTTPBasicAuth(user.encode(errors="replace"), password.encode(errors="replace"))
        self._timeout = (connect_timeout, read_timeout)
        self._total = total_timeout
        self._language, self._habits = language, habits or Habits()
        self._tls = ssl.create_default_context(cafile=ca_file or certifi.where())

    def __repr__(self) -> str:
        return f"<ThuliumClient {self._base}>"

    def get_ticket(self, ticket_id: int) -> Ticket:
        """Return a ticket with its messages. Raises :class:`ThuliumError`.

        Of those :class:`OtherTicket` where its number leads to another one now.
        """
        try:
            data = self._get(f"/tickets/{int(ticket_id)}")
        except UnexpectedAnswer as answer:
            led = _TICKET_ADDRESS.search(answer.location)
            if led and int(led[1]) != ticket_id:
                raise OtherTicket(int(led[1]), status=answer.status) from None
            raise
        return parsers.ticket(data, int(ticket_id), self._habits)

    def get_agent(self, login: str) -> Agent:
        """Return the agent with *login*. Raises :class:`ThuliumError`."""
        data = self._get(f"/agents/{quote(login, safe='', errors='replace')}")
        return agents.agent(data, login, self._habits)

    def get_agents(self, offset: int = 0) -> AgentPage:
        """Return a page of the list of agents. Raises :class:`ThuliumError`.

        Its parameters are not documented: a Thulium that knows none answers all at once.
        """
        return agents.agent_page(self._get("/agents", **_page(offset, LONGEST_PAGE)), self._habits)

    def get_customer(self, customer_id: int) -> Customer:
        """Return what the CRM knows of a customer. Raises :class:`ThuliumError`."""
        data = self._get(f"/customers/{int(customer_id)}")
        return parsers.customer(data, int(customer_id), self._habits)

    def get_ticket_statuses(self) -> tuple[TicketStatus, ...]:
        """Return the statuses tickets can have. Raises :class:`ThuliumError`."""
        return parsers.ticket_statuses(self._get("/ticket_statuses"), self._habits)

    def get_tickets(
        self, changed_from: datetime | None = None, offset: int = 0, limit: int = LONGEST_PAGE
    ) -> TicketPage:
        """Return a page of the list of tickets, last changed first. Raises :class:`ThuliumError`.

        *changed_from* leaves out what was not changed since; without a zone it is Thulium's time.
        """
        asked = _page(offset, limit)
        if changed_from is not None:
            asked["date_from"] = f"{local(changed_from, self._habits.zone):%Y-%m-%d %H:%M}"
        return parsers.ticket_page(self._get("/tickets", **asked), self._habits)

    def set_ticket_status(self, ticket_id: int, status_id: str) -> None:
        """Give a ticket a status; harmless to repeat. Raises :class:`ThuliumError`."""
        self._change(ticket_id, {"status_id": status_id})

    def assign_ticket(self, ticket_id: int, login: str) -> None:
        """Give a ticket to an agent; harmless to repeat. Raises :class:`ThuliumError`."""
        self._change(ticket_id, {"user_login": login})

    def _change(self, ticket_id: int, fields: Mapping[str, str]) -> None:
        try:
            self._read(
                "PUT",
                f"/tickets/{int(ticket_id)}",
                total=self._total,
                data=json.dumps(fields).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
        except UnexpectedAnswer as answer:
            # The documented answer is empty, which is no JSON.
            if answer.status is None or not 200 <= answer.status < 300:
                raise

    def upload_temporary_file(self, filename: str, stream: IO[bytes], size: int) -> TemporaryFile:
        """Stream *size* bytes to Thulium and return the token.

        Raises :class:`ThuliumError`, and ``OSError`` where *stream* fails or ends before *size*.
        """
        uploaded = self._read(
            "POST",
            "/temporary_files",
            total=UPLOAD_SECONDS,
            params={"filename": filename},
            data=Sized(stream, size),
            headers={"Content-Type": "application/octet-stream"},
        )
        return parsers.temporary_file(uploaded)

    def send_agent_response(
        self,
        ticket_id: int,
        *,
        body: str,
        body_type: str,
        agent_login: str,
        attachments: Sequence[str] = (),
        date: str | None = None,
        gate: Callable[[], None] | None = None,
        fence: Callable[[], None] | None = None,
    ) -> SendResult:
        """Post one reply, once, and say what is known of it; never raises for what happens.

        *gate* is called between connecting and the first byte; where it raises, nothing left.
        *fence* is called before every byte that leaves.
        """
        fields: dict[str, object] = {
            "body": body,
            "body_type": body_type,
            "user_login": agent_login,
        }
        if date:
            fields["date"] = date
        if attachments:
            fields["attachments"] = list(attachments)
        began, wire = time.monotonic(), Wire(gate, fence)
        path = f"/tickets/{int(ticket_id)}/agent_response"
        try:
            answer = self._exchange(
                "POST",
                path,
                wire,
                total=self._total,
                cap=SEND_ANSWER_CAP,
                data=json.dumps(fields, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
            result = judge_answer(answer, wire)
        except Exception as error:  # noqa: BLE001 - the wire decides, not the class
            result = judge_failure(error, wire)
        return replace(result, seconds=time.monotonic() - began)

    def add_comment(self, ticket_id: int, *, field: str, text: str, agent_login: str) -> SendResult:
        """Post one internal note, once, in the *field* this system takes it; never raises.

        The answer's form is not documented: a whole one with a 2xx says that it was taken.
        """
        wire = Wire()
        fields = {field: text, "user_login": agent_login}
        try:
            answer = self._exchange(
                "POST",
                f"/tickets/{int(ticket_id)}/comment",
                wire,
                total=self._total,
                cap=SEND_ANSWER_CAP,
                data=json.dumps(fields, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
        except Exception as error:  # noqa: BLE001 - the wire decides, not the class
            return judge_failure(error, wire)
        result = judge_answer(answer, wire)
        is_whole = answer.whole and not wire.cut and not wire.aborted
        if is_whole and 200 <= answer.status < 300:
            return SendResult(Verdict.SENT, status=answer.status)
        return result

    def _get(self, path: str, **asked: str) -> Any:
        return self._read("GET", path, total=self._total, params=asked)

    def _read(self, method: str, path: str, *, total: float, **request: Any) -> Any:
        """Return the decoded JSON of a call that may be repeated; raises :class:`ThuliumError`."""
        wire = Wire()
        try:
            answer = self._exchange(method, path, wire, total=total, cap=READ_ANSWER_CAP, **request)
        except FileTrouble as trouble:
            raise OSError(str(trouble)) from None
        except Exception as error:  # noqa: BLE001 - foreign errors become ours at this one seam
            raise Unreachable(failure_reason(error, wire)) from None
        lost = wire.aborted or wire.cut or not answer.whole
        if lost and answer.status < 300:  # a refusal is one by its status alone
            reason = Reason.TIMED_OUT if wire.aborted else Reason.BROKEN_OFF
            raise Unreachable(reason, status=answer.status)
        return content_of(answer)

    def _exchange(
        self, method: str, path: str, wire: Wire, *, total: float, cap: int, **request: Any
    ) -> Answer:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Accept-Language": self._language,
            "Connection": "close",
            **request.pop("headers", {}),
        }
        with OneShotSession(wire, self._tls) as session, wire.deadline(total):
            response = session.request(
                method,
                self._base + path,
                headers=headers,
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
                **request,
            )
            with response:
                body, whole = _body(response, cap)
            return Answer(response.status_code, response.headers, body, whole)


def _page(offset: int, limit: int) -> dict[str, str]:
    return {"limit": str(int(limit)), "offset": str(int(offset))}


def _body(response: requests.Response, cap: int) -> tuple[bytes, bool]:
    """Return at most *cap* bytes of the body, and whether that is all of it."""
    parts, size = [], 0
    try:
        while size <= cap and (part := response.raw.read(16 * 1024, decode_content=False)):
            parts.append(part)
            size += len(part)
    except Exception:  # noqa: BLE001 - the status line has arrived; only the rest is missing
        return b"".join(parts), False
    return b"".join(parts)[:cap], size <= cap
