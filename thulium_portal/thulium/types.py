"""The API's nouns, frozen and typed; every id is a number here, whatever it arrived as."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum


@dataclass(frozen=True)
class Habits:
    """How one Thulium writes, where the documentation leaves it open.

    ``zone`` is the one its times are told in. ``escapes`` says whether it escapes subjects and
    names for HTML; None is not known, and then each text is judged by itself.
    """

    zone: tzinfo = UTC
    escapes: bool | None = None


class MessageKind(StrEnum):
    """What a message is (API: ``type``).

    SYSTEM is a line of Thulium's own about the ticket, OTHER a kind the documentation does not
    name, and UNREADABLE what could not be understood as a message.
    """

    MAIL = "MAIL"
    REPLY = "REPLY"
    COMMENT = "COMMENT"
    SYSTEM = "SYSTEM"
    OTHER = "OTHER"
    UNREADABLE = "UNREADABLE"


BY_CUSTOMER = frozenset({MessageKind.MAIL, MessageKind.OTHER, MessageKind.UNREADABLE})
"""Kinds that may hold what the customer wrote; where that is not sure, it counts as if it did."""


@dataclass(frozen=True)
class MessageFile:
    """A file of a message; the API documents its token alone, so a name is not always known."""

    token: str
    name: str = ""


@dataclass(frozen=True)
class TicketMessage:
    """One message of a ticket; ``created_at`` is Thulium's local time to the minute.

    Only an unreadable one may have no number.
    """

    id: int | None
    kind: MessageKind
    body: str
    comment: str
    system_comment: str
    agent_login: str
    created_at: datetime | None
    attachments: tuple[MessageFile, ...] = ()


@dataclass(frozen=True)
class _TicketFacts:
    """What Thulium tells of a ticket alone as well as in a list."""

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


@dataclass(frozen=True)
class Ticket(_TicketFacts):
    """A ticket with its messages, oldest first."""

    closed_at: datetime | None
    messages: tuple[TicketMessage, ...] = ()
    status_id: str = ""
    is_closed: bool = False
    """Thulium says so, by the time it was closed or by the name of one of its own statuses."""
    is_merged: bool = False

    @property
    def message_ids(self) -> tuple[int, ...]:
        """The numbers of its messages, rising."""
        return tuple(sorted({message.id for message in self.messages if message.id is not None}))

    @property
    def last_message_id(self) -> int | None:
        """The highest message number seen, or None on an empty ticket."""
        return max(self.message_ids, default=None)

    @property
    def unnumbered(self) -> int:
        """How many of its messages have no number that could be read."""
        return sum(message.id is None for message in self.messages)


@dataclass(frozen=True)
class TicketHeading(_TicketFacts):
    """What a row of the list of tickets tells; who wrote last is not in it."""

    source: str
    is_closed: bool = False
    is_merged: bool = False


@dataclass(frozen=True)
class TicketPage:
    """A page of the list of tickets.

    ``count`` is how many the whole list has, None where Thulium does not say; ``passed_over`` how
    many rows of the page could not be read.
    """

    count: int | None
    rows: tuple[TicketHeading, ...] = ()
    passed_over: int = 0


@dataclass(frozen=True)
class Agent:
    """A Thulium agent; in a list Thulium may leave out whether they are ``active``."""

    id: int | None
    login: str
    name: str
    email: str
    active: bool
    says_active: bool = True


@dataclass(frozen=True)
class AgentPage:
    """A page of the list of agents; ``count`` and ``passed_over`` as of a list of tickets."""

    count: int | None
    rows: tuple[Agent, ...] = ()
    passed_over: int = 0


@dataclass(frozen=True)
class Customer:
    """A customer of the CRM; any part may be empty."""

    id: int
    first_name: str
    last_name: str
    email: str

    @property
    def full_name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True)
class TicketStatus:
    """A status a ticket can have; installations add and rename their own."""

    id: str
    name: str
    is_closed: bool = field(default=False, compare=False)
    is_merged: bool = field(default=False, compare=False)


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
    OTHER_TICKET = "other_ticket"
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
