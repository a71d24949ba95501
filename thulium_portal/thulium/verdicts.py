"""What one exchange with Thulium comes to: a verdict on a reply, the content of a reading.

Whether a reply may have left is read off the wire, never off an exception's class.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from thulium_portal.thulium import decoder, parsers
from thulium_portal.thulium.exceptions import (
    NotFound,
    ThuliumError,
    UnexpectedAnswer,
    Unreachable,
    WrongCredentials,
)
from thulium_portal.thulium.failures import failure_reason
from thulium_portal.thulium.moments import retry_after
from thulium_portal.thulium.transport import Wire
from thulium_portal.thulium.types import Reason, SendResult, Verdict

_LONGEST_LOCATION = 500
REJECTED = frozenset({400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 422, 431})
"""Statuses by which a server says, before acting, that it will not."""
_REFUSAL_REASONS = {
    401: Reason.WRONG_CREDENTIALS,
    403: Reason.NO_RIGHT,
    404: Reason.NOT_FOUND,
    413: Reason.TOO_LARGE,
}


@dataclass(frozen=True)
class Answer:
    """A status line and as much of the body as arrived; ``whole`` tells whether all of it did."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


def judge_answer(answer: Answer, wire: Wire) -> SendResult:
    """Read the verdict off a status line that arrived (rules: ``docs/at-most-once.md``)."""
    status = answer.status
    detail, request_id = parsers.refusal(answer.body) if answer.whole else ("", "")
    known = SendResult(Verdict.UNKNOWN, status=status, detail=detail, request_id=request_id)
    if status in REJECTED:
        reason = _REFUSAL_REASONS.get(status, Reason.REFUSED)
        return replace(
            known, verdict=Verdict.REJECTED, reason=reason, line_down=status in {401, 403}
        )
    if wire.aborted:
        return replace(known, reason=Reason.TIMED_OUT)
    if wire.cut or not answer.whole:  # whatever this says, it is not all, or not to all of it
        return replace(known, reason=Reason.BROKEN_OFF)
    if status == 429:
        wait = retry_after(answer.headers.get("Retry-After", ""))
        return replace(known, verdict=Verdict.NOT_SENT, reason=Reason.BUSY, retry_after=wait)
    if status == 200 and _is_empty_list(answer.body):
        return SendResult(Verdict.SENT, status=status)
    return replace(known, reason=_doubt(status))


def _doubt(status: int) -> Reason:
    if status >= 500:
        return Reason.SERVER_ERROR
    return Reason.REDIRECTED if 300 <= status < 400 else Reason.UNEXPECTED_ANSWER


def _is_empty_list(body: bytes) -> bool:
    try:
        return bool(decoder.decoded(body) == [])
    except ValueError:
        return False


def judge_failure(error: Exception, wire: Wire) -> SendResult:
    reason = failure_reason(error, wire)
    if wire.started:
        return SendResult(Verdict.UNKNOWN, reason)
    line_down = reason not in {Reason.GATE_CLOSED, Reason.LOCAL_ERROR}
    return SendResult(Verdict.NOT_SENT, reason, line_down=line_down)


def content_of(answer: Answer) -> Any:
    """Return the JSON of a reading, or raise what its status means."""
    status = answer.status
    if 200 <= status < 300:
        try:
            return decoder.decoded(answer.body)
        except ValueError:
            raise UnexpectedAnswer(Reason.UNEXPECTED_ANSWER, status=status) from None
    detail, request_id = parsers.refusal(answer.body)
    error, reason = _error_of(status)
    raise error(
        reason,
        status=status,
        detail=detail,
        request_id=request_id,
        location=answer.headers.get("Location", "")[:_LONGEST_LOCATION] if status < 400 else "",
        retry_after=retry_after(answer.headers.get("Retry-After", "")) if status == 429 else None,
    )


def _error_of(status: int) -> tuple[type[ThuliumError], Reason]:
    if status == 404:
        return NotFound, Reason.NOT_FOUND
    if status in {401, 403}:
        return WrongCredentials, _REFUSAL_REASONS[status]
    if status == 429:
        return Unreachable, Reason.BUSY
    if status >= 500:
        return Unreachable, Reason.SERVER_ERROR
    if status in REJECTED:
        return ThuliumError, _REFUSAL_REASONS.get(status, Reason.REFUSED)
    return UnexpectedAnswer, _doubt(status)
