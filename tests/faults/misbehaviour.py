"""What may go wrong on the way to Thulium and back, and the bytes that come then."""

import random
from dataclasses import dataclass
from enum import StrEnum
from html import escape


class Fault(StrEnum):
    """What may happen to a POST of a reply."""

    NONE = "none"
    REFUSED = "refused_400"
    FORBIDDEN = "forbidden_403"
    BUSY = "busy_429"
    ERROR_LOST = "error_500_unprocessed"
    GATEWAY_LOST = "error_502_unprocessed"
    ERROR_DONE = "error_500_processed"
    CUT_UNREAD = "cut_before_reading"
    CUT_HEADERS = "cut_after_headers"
    CUT_BODY = "cut_after_body_unprocessed"
    CUT_DONE = "cut_after_processing"
    RESET_LOST = "reset_unprocessed"
    RESET_DONE = "reset_after_processing"
    STALL_LOST = "stall_unprocessed"
    STALL_DONE = "stall_processed"
    LATE = "processed_after_the_connection_is_gone"
    HTML = "html_200"
    BRACES = "braces_200"
    HALF_BODY = "half_a_body"
    HEADERS_CUT = "headers_cut_off"
    GARBAGE = "garbage_status_line"
    DRIP = "slow_drip"


PROCESSED = frozenset(
    {
        Fault.NONE,
        Fault.ERROR_DONE,
        Fault.CUT_DONE,
        Fault.RESET_DONE,
        Fault.STALL_DONE,
        Fault.LATE,
        Fault.BRACES,
        Fault.HALF_BODY,
        Fault.HEADERS_CUT,
        Fault.GARBAGE,
        Fault.DRIP,
    }
)
"""After these the customer has the reply, whatever the portal could see of it."""


class ReadFault(StrEnum):
    """What may happen to a GET."""

    NONE = "none"
    ERROR = "error_500"
    CUT = "cut"
    HTML = "html_200"
    LAGGING = "lagging_replica"
    INCOMPLETE = "earlier_messages_missing"


@dataclass(frozen=True)
class Behaviour:
    """How the server misbehaves: shares of calls, and times in seconds."""

    seed: int = 0
    post_faults: float = 0.0
    get_faults: float = 0.0
    upload_faults: float = 0.0
    customer_writes: float = 0.0
    stall: float = 1.5
    late: float = 0.8
    lag: float = 0.8
    longest_request: float = 1.2
    drip: float = 0.08
    slowness: float = 0.0


def http(status: int, body: bytes, more: str = "", kind: str = "application/json") -> bytes:
    return (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"Connection: close\r\n{more}\r\n"
    ).encode() + body


def _refusal(status: int, more: str = "") -> bytes:
    return http(status, b'{"errors": [{"message": "Odmowa."}]}', more)


ANSWERS = {
    Fault.NONE: http(200, b"[]"),
    Fault.REFUSED: _refusal(400),
    Fault.FORBIDDEN: _refusal(403),
    Fault.BUSY: _refusal(429, "Retry-After: 1\r\n"),
    Fault.ERROR_LOST: _refusal(500),
    Fault.GATEWAY_LOST: http(502, b"<h1>Bad gateway</h1>", kind="text/html"),
    Fault.ERROR_DONE: _refusal(500),
    Fault.HTML: http(200, b"<!doctype html><title>Przerwa</title>", kind="text/html"),
    Fault.BRACES: http(200, b"{}"),
    Fault.HALF_BODY: http(200, b"[]")[:-1],
    Fault.HEADERS_CUT: b"HTTP/1.1 200 OK\r\nContent-Le",
    Fault.GARBAGE: b"HTTP/9 zwei hundert\r\n\r\n[]",
}


def rewrite(body: str, body_type: str, dice: random.Random) -> str:
    """Return *body* as a ticket system might store it: wrapped, signed, escaped, quoted."""
    text = body if body_type == "HTML" else f"<p>{escape(body)}</p>"
    signature = "<p>--&nbsp;<br>Zespół sklepu</p>"
    form = dice.randrange(6)
    if form == 1:
        text = f'<div class="message" data-x="1">\n{text}\n</div>'
    elif form == 2:
        text += signature
    elif form == 3:
        text = text.encode("ascii", "xmlcharrefreplace").decode()
    elif form == 4:
        text = f"<p>Zgłoszenie nr 1:</p>{text.replace(', ', ',&nbsp;')}{signature}"
    elif form == 5:
        text += "<blockquote><p>W dniu 1.10 klient napisał: Gdzie jest paczka?</p></blockquote>"
    return text
