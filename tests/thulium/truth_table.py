"""What may happen to one POST of a reply, and what may then be said of it.

A row holds what a server does (:mod:`tests.support.fault_server`), the verdict the client must
reach, and how many replies the customer truly has. The two last are independent: the verdict may
say less than the truth, and never something else.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.support.fault_server import (
    BODY,
    CLOSE_NOTIFY,
    FIN,
    HEAD,
    PEEK,
    PROCESS,
    RST,
    STALL,
    UNREAD,
    Script,
    Step,
    drip,
    flood,
    garble,
    http,
    say,
)
from thulium_portal.thulium import Reason, Verdict

SENT, NOT_SENT, REJECTED, UNKNOWN = (
    Verdict.SENT,
    Verdict.NOT_SENT,
    Verdict.REJECTED,
    Verdict.UNKNOWN,
)
PATIENT: Mapping[str, float] = {}
HASTY = {"connect_timeout": 0.6, "read_timeout": 0.6}
"""Seconds after which a stall is over."""
LIMITED = {"total_timeout": 1.2}
"""Seconds after which a call is cut, whatever it does."""
LARGE = "x" * 8_000_000
REFUSALS = (400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 422, 431)


class Tls(Enum):
    """How a row's server speaks TLS."""

    NO = auto()
    BY_HAND = auto()
    V1_1 = auto()
    V1_2 = auto()
    V1_3 = auto()
    UNTRUSTED = auto()
    EXPIRED = auto()
    OTHER_HOST = auto()
    WANTS_CERTIFICATE = auto()


@dataclass(frozen=True)
class Row:
    """One fault; ``processed`` is the server's count, ``waits`` the time-outs that matter here."""

    name: str
    script: Script
    verdict: Verdict
    processed: int
    reason: Reason
    status: int | None = None
    tls: Tls = Tls.NO
    body: str = field(default="<p>Dzień dobry</p>", repr=False)
    waits: Mapping[str, float] = field(default_factory=dict)
    line_down: bool = False

    def __str__(self) -> str:
        return self.name


GARBLED = b"\x17\x03\x03\x00\x20" + b"\xa5" * 32
"""A TLS record whose contents nobody can decrypt."""
RECEIVE = (HEAD, BODY)
ACT = (*RECEIVE, PROCESS)


def _answered(
    name: str,
    answer: bytes,
    verdict: Verdict = UNKNOWN,
    reason: Reason = Reason.BROKEN_OFF,
    status: int | None = None,
    *,
    end: Step = FIN,
    waits: Mapping[str, float] = PATIENT,
) -> Row:
    """Return a row whose server acts on the request and then sends *answer*."""
    script = (*ACT, say(answer), end)
    return Row(name, script, verdict, 1, reason, status, waits=waits)


def _before_the_first_byte() -> list[Row]:
    """Return the faults of TLS that are over before any byte of the request."""

    def row(
        name: str,
        reason: Reason,
        tls: Tls,
        script: Script = ACT,
        waits: Mapping[str, float] = PATIENT,
    ) -> Row:
        return Row(name, script, NOT_SENT, 0, reason, tls=tls, waits=waits, line_down=True)

    no_line, certificate = Reason.NO_CONNECTION, Reason.CERTIFICATE
    hello = (_read_hello,)
    return [
        row("certificate of an unknown authority", certificate, Tls.UNTRUSTED),
        row("certificate of another host", certificate, Tls.OTHER_HOST),
        row("certificate that expired", certificate, Tls.EXPIRED),
        row("plain HTTP on a TLS port", certificate, Tls.BY_HAND, (say(http(400)), FIN)),
        row("nothing newer than TLS 1.1", certificate, Tls.V1_1),
        row("handshake cut by FIN", no_line, Tls.BY_HAND, (*hello, FIN)),
        row("handshake cut by RST", no_line, Tls.BY_HAND, (*hello, RST)),
        row("handshake stalls", Reason.TIMED_OUT, Tls.BY_HAND, (*hello, STALL), HASTY),
    ]


def _read_hello(call) -> None:
    call.sock.recv(65536)


def _connection_lost() -> list[Row]:
    """Return the cuts and stalls between the first byte of the request and the answer."""

    def row(
        name: str,
        script: Script,
        processed: int,
        reason: Reason = Reason.BROKEN_OFF,
        waits: Mapping[str, float] = PATIENT,
    ) -> Row:
        return Row(name, script, UNKNOWN, processed, reason, waits=waits)

    late = Reason.TIMED_OUT
    return [
        row("FIN before reading", (FIN,), 0),
        row("RST before reading", (PEEK, RST), 0),
        row("FIN after the head", (HEAD, FIN), 0),
        row("RST after the body, unprocessed", (*RECEIVE, RST), 0),
        row("FIN after the body, unprocessed", (*RECEIVE, FIN), 0),
        row("RST after processing", (*ACT, RST), 1),
        row("FIN after processing", (*ACT, FIN), 1),
        row("stall before the answer, unprocessed", (*RECEIVE, STALL), 0, late, HASTY),
        row("stall before the answer, processed", (*ACT, STALL), 1, late, HASTY),
        Row("8 MB that nobody reads", (UNREAD,), UNKNOWN, 0, late, body=LARGE, waits=HASTY),
        Row("8 MB that nobody reads, deadline", (UNREAD,), UNKNOWN, 0, late, None,
            body=LARGE, waits=LIMITED),
        Row("200 [] to 8 MB that never fully left", (HEAD, say(http(200, b"[]")), RST),
            UNKNOWN, 0, Reason.BROKEN_OFF, 200, body=LARGE),
    ]  # fmt: skip


def _tls_lost() -> list[Row]:
    """Return what breaks TLS once bytes have left."""

    def row(name: str, tls: Tls, *end: Step) -> Row:
        return Row(f"{name}, {tls.name}", (*ACT, *end), UNKNOWN, 1, Reason.BROKEN_OFF, tls=tls)

    rows = [
        Row("client certificate wanted", ACT, UNKNOWN, 0, Reason.BROKEN_OFF,
            tls=Tls.WANTS_CERTIFICATE),
    ]  # fmt: skip
    for tls in (Tls.V1_2, Tls.V1_3):
        rows += [
            row("record error after processing", tls, garble(GARBLED), STALL),
            row("close_notify after processing", tls, CLOSE_NOTIFY),
            row("RST after processing", tls, RST),
            row("FIN after processing", tls, FIN),
            Row(f"record error inside the answer, {tls.name}",
                (*ACT, say(http(200, b"[ ")[:-1]), garble(GARBLED), STALL),
                UNKNOWN, 1, Reason.BROKEN_OFF, 200, tls),
            Row(f"200 [], {tls.name}", (*ACT, say(http(200, b"[]")), CLOSE_NOTIFY),
                SENT, 1, Reason.NONE, 200, tls),
        ]  # fmt: skip
    return rows


def _broken_answers() -> list[Row]:
    """Return the answers that are cut, garbled, too large or never end."""
    chunked = {"Transfer-Encoding": "chunked"}
    gzipped = {"Content-Encoding": "gzip"}
    endless = http(200, headers=chunked, length=False)
    many = {f"X-{number}": "x" for number in range(150)}
    two_lengths = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n[]"
    late, odd = Reason.TIMED_OUT, Reason.UNEXPECTED_ANSWER
    bomb = gzip.compress(b" " * 1_000_000) * 200
    return [
        _answered("half a status line", b"HTTP/1.1 2"),
        _answered("garbage", b"\x00\xff\x15\x03 not HTTP at all\r\n\r\n"),
        _answered("a bare [] without a head", b"[]"),
        _answered("head cut off", b"HTTP/1.1 200 OK\r\nContent-Le", reason=odd, status=200),
        _answered("half a body", http(200, b"[ ]")[:-2], status=200),
        _answered("body cut by RST", http(200, b"[ ]")[:-2], status=200, end=RST),
        _answered("chunk cut", endless + b"5\r\n[]", status=200),
        _answered("chunks without an end", endless + b"2\r\n[]\r\n", status=200),
        _answered("broken chunk", endless + b"zz\r\n[]\r\n0\r\n\r\n", status=200),
        _answered("body without length cut at [", http(200, b"[", length=False),
                  reason=odd, status=200),
        _answered("body without length torn down", http(200, b"[]", length=False),
                  status=200, end=RST),
        _answered("two lengths", two_lengths),
        _answered("bad gzip", http(200, b"\x1f\x8b[]", gzipped), reason=odd, status=200),
        _answered("[] in gzip", http(200, gzip.compress(b"[]"), gzipped), reason=odd, status=200),
        _answered("gzip bomb", http(200, bomb, gzipped), status=200),
        _answered("70 kB head line", http(200, b"[]", {"X": "x" * 70_000})),
        _answered("150 head lines", http(200, b"[]", many)),
        _answered("64 kB of [", http(200, b"[" * 65_000), reason=odd, status=200),
        _answered("400 with 64 kB of [", http(400, b"[" * 65_000), REJECTED, Reason.REFUSED, 400),
        _answered("stall inside the head", b"HTTP/1.1 200 OK\r\nConte", reason=late, end=STALL,
                  waits=HASTY),
        _answered("stall inside the body", http(200, b"[ ]")[:-1], status=200, end=STALL,
                  waits=HASTY),
        _answered("[] whose end never comes", http(200, b"[]", length=False), reason=late,
                  status=200, end=STALL, waits=LIMITED),
        _answered("drip in the head", b"HTTP/1.1 200 OK\r\n", reason=late, status=200,
                  end=drip(b"X: x\r\n"), waits=LIMITED),
        _answered("drip in the body", http(200, b"[]", length=False), reason=late, status=200,
                  end=drip(b" "), waits=LIMITED),
        _answered("drip in a body kept alive",
                  http(200, headers={"Connection": "keep-alive", **chunked}, length=False),
                  reason=late, status=200, end=drip(b"1\r\n \r\n"), waits=LIMITED),
        _answered("200 MB", http(200, b"[]", length=False), status=200, end=flood(200_000_000)),
        _answered("200 MB behind a redirection",
                  http(302, headers={"Location": "/other"}, length=False),
                  status=302, end=flood(200_000_000)),
    ]  # fmt: skip


def _odd_answers() -> list[Row]:
    """Return complete answers that do not say what became of the reply."""
    odd = Reason.UNEXPECTED_ANSWER
    page = b"<!doctype html><title>Zaloguj</title>"
    rows = [
        _answered("200 and HTML", http(200, page), reason=odd, status=200),
        _answered("200 and nothing", http(200), reason=odd, status=200),
        _answered("200 and {}", http(200, b"{}"), reason=odd, status=200),
        _answered("200 and [0]", http(200, b"[0]"), reason=odd, status=200),
        _answered("200 and [[]]", http(200, b"[[]]"), reason=odd, status=200),
        _answered("200 and a warning before []", http(200, b"Notice: x in y.php\n[]"),
                  reason=odd, status=200),
        _answered("200 and invalid JSON", http(200, b"[}"), reason=odd, status=200),
        _answered("200 and no text at all", http(200, b"\xff[]"), reason=odd, status=200),
    ]  # fmt: skip
    for status in (201, 202, 204, 206):
        body = b"" if status == 204 else b"[]"
        rows.append(_answered(f"{status}", http(status, body), reason=odd, status=status))
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    rows.append(_answered("103", early + http(200, b"[]"), reason=odd, status=103))
    unclear = dict.fromkeys((402, 408, 409, 410, 423, 425, 451), odd)
    failed = dict.fromkeys((500, 501, 502, 503, 504, 520, 522, 599), Reason.SERVER_ERROR)
    rows += [
        _answered(f"{status}", http(status, b"[]"), reason=reason, status=status)
        for status, reason in (unclear | failed).items()
    ]
    return rows


def _accepted() -> list[Row]:
    """Return the ways of saying ``[]``, complete and in time."""
    chunked = {"Transfer-Encoding": "chunked"}
    bodies = {
        "[]": b"[]",
        "[] in white space": b" \r\n\t[ \n ] \n",
        "[] after a byte-order mark": b"\xef\xbb\xbf[]",
    }
    in_chunks = http(200, b"1\r\n[\r\n1\r\n]\r\n0\r\n\r\n", chunked, length=False)
    whole = http(200, b"[]")
    alive = http(200, b"[]", {"Connection": "keep-alive"})
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    return [
        *(
            _answered(name, http(200, body), SENT, Reason.NONE, 200)
            for name, body in bodies.items()
        ),
        _answered("[] in chunks", in_chunks, SENT, Reason.NONE, 200),
        _answered("[] kept alive", alive, SENT, Reason.NONE, 200, end=STALL),
        _answered("[] without length", http(200, b"[]", length=False), SENT, Reason.NONE, 200),
        _answered("100 and then []", go_on + whole, SENT, Reason.NONE, 200),
    ]  # fmt: skip


def _refused() -> list[Row]:
    """Return the refusals that come instead of processing."""
    reasons = {
        401: Reason.WRONG_CREDENTIALS,
        403: Reason.NO_RIGHT,
        404: Reason.NOT_FOUND,
        413: Reason.TOO_LARGE,
    }
    rows = []
    for status in REFUSALS:
        reason = reasons.get(status, Reason.REFUSED)
        script = (*RECEIVE, say(http(status, b"{}")), FIN)
        down = status in {401, 403}
        rows.append(Row(f"{status}", script, REJECTED, 0, reason, status, line_down=down))
    return [
        *rows,
        Row("413 while 8 MB are being sent", (HEAD, say(http(413)), RST),
            REJECTED, 0, Reason.TOO_LARGE, 413, body=LARGE),
        Row("400 whose body is cut", (*RECEIVE, say(http(400, b"{}")[:-1]), FIN),
            REJECTED, 0, Reason.REFUSED, 400),
        Row("400 whose body never ends", (*RECEIVE, say(http(400, length=False)), drip(b" ")),
            REJECTED, 0, Reason.REFUSED, 400, waits=LIMITED),
        Row("429", (*RECEIVE, say(http(429, b"{}", {"Retry-After": "7"})), FIN),
            NOT_SENT, 0, Reason.BUSY, 429),
        Row("429 with an absurd Retry-After",
            (*RECEIVE, say(http(429, b"", {"Retry-After": f"Mon, 01 Jan {'9' * 30} 00:00 GMT"})),
             FIN),
            NOT_SENT, 0, Reason.BUSY, 429),
    ]  # fmt: skip


ROWS = [
    *_before_the_first_byte(),
    *_connection_lost(),
    *_tls_lost(),
    *_broken_answers(),
    *_odd_answers(),
    *_accepted(),
    *_refused(),
]
