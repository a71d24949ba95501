"""The API's nouns, frozen and typed; every id is a number here, whatever it arrived as."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class MessageKind(StrEnum):
    """Who wrote a message (API: ``type``); OTHER is a kind the documentation does not name."""

    MAIL = "MAIL"
    REPLY = "REPLY"
    COMMENT = "COMMENT"
    OTHER = "OTHER"

    @classmethod
    def _missing_(cls, _value: object) -> "MessageKind":
        return cls.OTHER


@dataclass(frozen=True)
class TicketMessage:
    """One message of a ticket; ``created_at`` is Thulium's local time to the minute."""

    id: int
    kind: MessageKind
    body: str
    comment: str
    system_comment: str
    agent_login: str
    created_at: datetime | None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ticket:
    """A ticket with its messages, oldest first."""

    id: int
    subject: str
    customer_email: str
    customer_id: int | None
    queue_id: int | None
    queue_name: str
    status_name: str
    agent_login: str
    created_at: datetime | None
    updated_at: datetime | None
    closed_at: datetime | None
    messages: tuple[TicketMessage, ...] = ()

    @property
    def last_message_id(self) -> int | None:
        """The highest message number seen, or None on an empty ticket."""
        return max((message.id for message in self.messages), default=None)


@dataclass(frozen=True)
class Agent:
    """A Thulium agent."""

    id: int
    login: str
    name: str
    email: str
    active: bool


@dataclass(frozen=True)
class Customer:
    """A customer of the CRM; any part may be empty."""

    id: int
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class TicketStatus:
    """A status a ticket can have; installations add and rename their own."""

    id: str
    name: str


@dataclass(frozen=True)
class TemporaryFile:
    """An uploaded file, good for 24 hours; ``size`` is what Thulium says arrived, in bytes."""

    filename: str
    token: str
    size: int


class Verdict(StrEnum):
    """What is known after one call of ``agent_response``, read off the wire."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a call did not simply succeed; the words for people are the pages' business."""

    NONE = ""
    NO_CONNECTION = "no_connection"
    CERTIFICATE = "certificate"
    WRONG_CREDENTIALS = "wrong_credentials"
    NO_RIGHT = "no_right"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    REDIRECTED = "redirected"
    UNEXPECTED_ANSWER = "unexpected_answer"
    SERVER_ERROR = "server_error"
    BROKEN_OFF = "broken_off"
    TIMED_OUT = "timed_out"
    GATE_CLOSED = "gate_closed"
    LOCAL_ERROR = "local_error"
    FILE_TOKEN = "file_token"  # noqa: S105 - a reason, not a secret


@dataclass(frozen=True)
class SendResult:
    """The outcome of one ``agent_response`` call.

    ``detail`` is Thulium's own sentence, shortened, safe to show. ``retry_after`` is in seconds.
    ``line_down`` says that the fault lies with the line or the credentials, not with this reply.
    """

    verdict: Verdict
    reason: Reason = Reason.NONE
    status: int | None = None
    detail: str = ""
    request_id: str = ""
    retry_after: float | None = None
    line_down: bool = False
    seconds: float = field(default=0.0, compare=False)
