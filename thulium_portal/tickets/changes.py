"""What a person saw of a ticket, and what is different on it now: pure, without words for people.

Compared are the recipient, the customer, the queue, whether the ticket was closed or merged, and
the messages. A name of a queue or a status may change, a ticket may be taken up or handed to a
colleague: none of this is a reason to stop a reply, nor is a customer whom somebody only attached.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from thulium_portal.thulium import BY_CUSTOMER, MessageKind, Ticket, TicketMessage

MOST_MESSAGES = 1000
"""So many numbers of messages, the newest, are remembered; what lies before counts as seen."""
MOST_NAMED = 20


class Numbered(Protocol):
    """A message, as Thulium tells it or as a page shows it."""

    @property
    def id(self) -> int | None:
        """Its number, where it has one that can be read."""


M = TypeVar("M", bound=Numbered)


class Kind(StrEnum):
    """A change that stops a reply, the graver first; also the reason the reply keeps."""

    MERGED = "ticket_merged"
    RECIPIENT = "recipient_changed"
    CUSTOMER = "customer_changed"
    CUSTOMER_WROTE = "customer_wrote"
    CLOSED = "ticket_closed"
    COLLEAGUE_REPLIED = "colleague_replied"
    MOVED = "ticket_moved"

    @property
    def guard(self) -> str:
        """The code of the guard, as pages carry it and a person lets it pass."""
        return _GUARDS.get(self, self.value)


_GUARDS = {
    Kind.MERGED: "ticket_closed",
    Kind.CUSTOMER: "recipient_changed",
    Kind.CUSTOMER_WROTE: "newer_message",
    Kind.COLLEAGUE_REPLIED: "newer_message",
}


@dataclass(frozen=True)
class Change:
    """One thing that is different: ``old`` and ``new`` as Thulium calls them, maybe empty.

    Of a message ``new`` is its number, ``who`` the agent who wrote it, ``at`` when, by Thulium's
    clock; ``is_unsure`` tells that nobody can say whose it is.
    """

    kind: Kind
    old: str = ""
    new: str = ""
    who: str = ""
    at: str = ""
    is_unsure: bool = False

    @property
    def is_message(self) -> bool:
        """Tell whether somebody wrote."""
        return self.kind in {Kind.CUSTOMER_WROTE, Kind.COLLEAGUE_REPLIED}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Change":
        """Return the change that :func:`dataclasses.asdict` made *stored* of."""
        return cls(**{**stored, "kind": Kind(stored["kind"])})


@dataclass(frozen=True)
class Seen:
    """What was on a ticket when it was read; None where that is not known.

    ``message_ids`` are the newest numbers, ``unnumbered`` counts messages without one.
    """

    email: str | None = None
    customer_id: int | None = None
    customer_name: str = ""
    queue_id: int | None = None
    queue_name: str = ""
    status_name: str = ""
    is_closed: bool | None = None
    is_merged: bool | None = None
    message_ids: tuple[int, ...] | None = None
    last_message_id: int | None = None
    unnumbered: int | None = None
    passed_to: int | None = None
    """Up to this number every message counts as seen: its author was told and let it pass."""

    @classmethod
    def of(cls, ticket: Ticket, customer_name: str = "") -> "Seen":
        """Return what is on *ticket* now."""
        return cls(
            email=ticket.customer_email,
            customer_id=ticket.customer_id,
            customer_name=customer_name,
            queue_id=ticket.queue_id,
            queue_name=ticket.queue_name,
            status_name=ticket.status_name,
            is_closed=ticket.is_closed,
            is_merged=ticket.is_merged,
            message_ids=ticket.message_ids[-MOST_MESSAGES:],
            last_message_id=ticket.last_message_id,
            unnumbered=ticket.unnumbered,
        )

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Seen":
        """Return what :meth:`stored` made *stored* of; names it does not know are passed over."""
        known = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        if known.get("message_ids") is not None:
            known["message_ids"] = tuple(known["message_ids"])
        return cls(**known)

    def stored(self) -> dict[str, Any]:
        """Return it as JSON; empty where nothing is known."""
        return asdict(self) if self != Seen() else {}

    def with_messages(self, numbers: Iterable[int]) -> "Seen":
        """Return the same with the messages of these *numbers* seen as well."""
        known = tuple(sorted({*(self.message_ids or ()), *numbers}))
        newest = max(known, default=self.last_message_id)
        return replace(self, message_ids=known[-MOST_MESSAGES:], last_message_id=newest)

    def up_to(self, number: int) -> "Seen":
        """Return the same with every message up to *number* seen as well."""
        newest = max(number, self.last_message_id or 0)
        return replace(self, passed_to=max(number, self.passed_to or 0), last_message_id=newest)

    def is_before(self, number: int) -> bool:
        """Tell whether message *number* came after what was seen; False where that is not known."""
        known = [one for one in (self.last_message_id, self.passed_to) if one is not None]
        if not known and self.message_ids is None:
            return False
        return number > max(known, default=0)

    def missing(self, messages: Iterable[M]) -> list[M]:
        """Return those of *messages* that have a number and were not there."""
        if self.passed_to is not None:
            passed = self.passed_to
            messages = [one for one in messages if (one.id or 0) > passed]
        if self.message_ids is None:
            newest = self.last_message_id
            return [one for one in messages if newest is not None and (one.id or 0) > newest]
        known = frozenset(self.message_ids)
        oldest = self.message_ids[0] if len(known) == MOST_MESSAGES else 1
        return [one for one in messages if (one.id or 0) >= oldest and one.id not in known]


def merged(ticket_id: int, other: int) -> Change:
    """Return the change of a ticket under whose number another answers."""
    return Change(Kind.MERGED, str(ticket_id), str(other))


def changes(seen: Seen, ticket: Ticket, *, agent_login: str) -> tuple[Change, ...]:
    """Return what is different on *ticket* from what was *seen*, the graver first.

    What *agent_login* itself wrote meanwhile is not news to its owner.
    """
    found = [
        *_people(seen, ticket),
        *_standing(seen, ticket),
        *_messages(seen, ticket, agent_login.casefold()),
    ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda change: order.index(change.kind)))


def standing(seen: Seen, now: Seen) -> list[Change]:
    """Return what else than messages is different between two readings, the graver first."""
    found = []
    if now.is_merged and seen.is_merged is False:
        found.append(Change(Kind.MERGED, seen.status_name, now.status_name))
    if None not in {seen.email, now.email} and seen.email != now.email:
        found.append(Change(Kind.RECIPIENT, seen.email or "", now.email or ""))
    if seen.customer_id is not None and seen.customer_id != now.customer_id:
        names = (
            _named(seen.customer_id, seen.customer_name),
            _named(now.customer_id, now.customer_name),
        )
        found.append(Change(Kind.CUSTOMER, *names))
    if now.is_closed and seen.is_closed is False and not now.is_merged:
        found.append(Change(Kind.CLOSED, seen.status_name, now.status_name))
    if seen.queue_id is not None and now.queue_id not in {None, seen.queue_id}:
        found.append(Change(Kind.MOVED, seen.queue_name, now.queue_name))
    return found


def _people(seen: Seen, ticket: Ticket) -> Iterator[Change]:
    now = ticket.customer_email
    if seen.email is not None and seen.email.casefold() != now.casefold():
        yield Change(Kind.RECIPIENT, seen.email, now)
    if seen.customer_id is not None and seen.customer_id != ticket.customer_id:
        yield Change(
            Kind.CUSTOMER, _named(seen.customer_id, seen.customer_name), _named(ticket.customer_id)
        )


def _named(number: int | None, name: str = "") -> str:
    return name or (f"{number}" if number is not None else "")


def _standing(seen: Seen, ticket: Ticket) -> Iterator[Change]:
    if seen.is_merged is False and ticket.is_merged:
        yield Change(Kind.MERGED, seen.status_name, ticket.status_name)
    elif seen.is_closed is False and ticket.is_closed:
        at = ticket.closed_at.isoformat() if ticket.closed_at else ""
        yield Change(Kind.CLOSED, seen.status_name, ticket.status_name, at=at)
    if seen.queue_id is not None and ticket.queue_id not in {None, seen.queue_id}:
        yield Change(Kind.MOVED, seen.queue_name, ticket.queue_name)


def _messages(seen: Seen, ticket: Ticket, own: str) -> Iterator[Change]:
    fresh = []
    for message in seen.missing(ticket.messages):
        if message.kind in BY_CUSTOMER:
            fresh.append(_message(Kind.CUSTOMER_WROTE, message))
        elif message.kind is MessageKind.REPLY and message.agent_login.casefold() != own:
            fresh.append(_message(Kind.COLLEAGUE_REPLIED, message))
    yield from fresh[-MOST_NAMED:]
    if seen.unnumbered is not None and ticket.unnumbered > seen.unnumbered:
        yield Change(Kind.CUSTOMER_WROTE, is_unsure=True)


def _message(kind: Kind, message: TicketMessage) -> Change:
    at = message.created_at.isoformat() if message.created_at else ""
    is_unsure = message.kind in {MessageKind.OTHER, MessageKind.UNREADABLE}
    return Change(kind, "", str(message.id), message.agent_login, at, is_unsure)
