"""What was known of a ticket when a person began to write, signed so that a form can carry it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.utils import timezone

from thulium_portal.lib.html.mail import own_text
from thulium_portal.lib.language_detection import language_of
from thulium_portal.lib.manners import without_manners
from thulium_portal.lib.stems import stems_of
from thulium_portal.thulium import Customer, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.blank_offers import mentioned_in
from thulium_portal.tickets.changes import Seen
from thulium_portal.tickets.mentions import mentions_of

_SALT = "replies.snapshot"
_MOST_TOLD = 10
"""Messages that are looked through for what a reply may need again."""
_LONGEST_LINE = 500
_MERGED_INTO = re.compile(
    r"(?i)\b(?:połącz|scal|merge)\w*+ (?:\w{1,20} ){0,3}(?:zgłosz\w*|ticket\w*)"
    r" ?(?:nr ?)?#?(\d{1,15})\b"
)
"""How a line of Thulium's own tells of it: *Połączono ze zgłoszeniem 123*."""


@dataclass(frozen=True)
class Snapshot:
    """What was known of the ticket when the person began to write; travels signed in the form."""

    ticket_id: int
    subject: str = ""
    customer_name: str = ""
    customer_first_name: str = ""
    customer_email: str = ""
    queue_id: int | None = None
    queue_name: str = ""
    last_message_id: int | None = None
    waiting_since: str = ""
    question: str = ""
    language: str = ""
    mentioned: str = ""
    """What the conversation names and a reply may need again, see ``identifiers``."""
    seen: Seen = field(default_factory=Seen)
    """What is compared with the ticket just before the reply leaves."""
    read_at: str = ""
    """When the reading of the ticket began, in ISO format."""
    merged_into: int | None = None
    """The ticket that this one was merged into, where that is told."""
    numbers: Sequence[str] | None = None
    """Numbers and addresses of the conversation (``lib.identifiers``); None where not known."""
    signed: Sequence[str] = ()
    """Words that customers signed their messages with, in small letters."""
    called: Sequence[str] = ()
    """Words that may be names of others in the conversation, in small letters."""

    @property
    def waited_from(self) -> datetime | None:
        """When the customer wrote what nobody had answered yet; None where that is not known."""
        return datetime.fromisoformat(self.waiting_since) if self.waiting_since else None

    @property
    def is_known(self) -> bool:
        """Tell whether the ticket had been read when this was made."""
        return self != Snapshot(self.ticket_id, merged_into=self.merged_into)

    def sign(self) -> str:
        """Return the snapshot for a hidden field; it cannot be altered on the way."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def read_snapshot(signed: str, *, ticket_id: int) -> Snapshot:
    """Return the snapshot in *signed*, or an empty one where it is missing or not ours."""
    try:
        known: dict[str, Any] = signing.loads(signed, salt=_SALT) if signed else {}
        # JSON knows lists alone; a snapshot equals what it was before it was signed.
        known = {name: tuple(one) if isinstance(one, list) else one for name, one in known.items()}
        known["seen"] = Seen.read(known.get("seen", {}))
        snapshot = Snapshot(**{"ticket_id": ticket_id, **known})
    except (signing.BadSignature, TypeError):
        return Snapshot(ticket_id)
    return snapshot if snapshot.ticket_id == ticket_id else Snapshot(ticket_id)


def snapshot_of(
    ticket: Ticket, customer: Customer | None, *, read_at: datetime | None = None
) -> Snapshot:
    """Return what is known of *ticket*; *customer* is who wrote, where Thulium knows them.

    *read_at* is when its reading began.
    """
    name = customer.full_name if customer else ""
    since, question = waiting_since(ticket.messages), _last_question(ticket)
    mentions = mentions_of(ticket)
    return Snapshot(
        ticket_id=ticket.id,
        subject=ticket.subject,
        customer_name=name,
        customer_first_name=customer.first_name if customer else "",
        customer_email=ticket.customer_email,
        queue_id=ticket.queue_id,
        queue_name=ticket.queue_name,
        last_message_id=ticket.last_message_id,
        waiting_since=since.isoformat() if since else "",
        question=stems_of(without_manners(question)),
        language=language_of(question),
        mentioned=mentioned_in(_told(ticket)),
        seen=Seen.of(ticket, name),
        read_at=read_at.isoformat() if read_at else "",
        merged_into=_successor(ticket),
        numbers=mentions.numbers,
        signed=mentions.signed,
        called=mentions.called,
    )


def waiting_since(messages: Iterable[TicketMessage]) -> datetime | None:
    """Return when the customer wrote first after the last answer; None where nobody waits."""
    since: datetime | None = None
    for message in messages:
        if message.kind is MessageKind.REPLY:
            since = None
        elif message.kind is MessageKind.MAIL and since is None:
            since = local_time(message.created_at)
    return since


def local_time(moment: datetime | None) -> datetime | None:
    """Give Thulium's local time its zone (a setting, since the API names none)."""
    if moment is None:
        return None
    # Of the hour that autumn has twice, the first is taken.
    # In UTC, since a time that its zone tells twice equals none of another zone, nor adds up.
    return timezone.make_aware(moment, ZoneInfo(settings.THULIUM_TIME_ZONE)).astimezone(UTC)


def told_again(moment: datetime) -> datetime | None:
    """Return when Thulium's clock told the time of *moment* once more, in autumn; else None."""
    zone = ZoneInfo(settings.THULIUM_TIME_ZONE)
    local = moment.astimezone(zone)
    first, second = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return moment + (first - second) if first > second and not local.fold else None


def fallen_back(since: datetime, until: datetime) -> timedelta:
    """Return by how much Thulium's clock was set back between the two moments."""
    zone = ZoneInfo(settings.THULIUM_TIME_ZONE)
    before, after = (
        moment.astimezone(zone).utcoffset() or timedelta() for moment in (since, until)
    )
    return max(before - after, timedelta())


def _successor(ticket: Ticket) -> int | None:
    """Return the ticket that *ticket* was merged into, as its own conversation tells; else None."""
    if not ticket.is_merged:
        return None
    for message in reversed(ticket.messages):
        if message.kind in {MessageKind.SYSTEM, MessageKind.COMMENT}:
            told = _MERGED_INTO.search(
                f"{message.system_comment} {message.comment}"[:_LONGEST_LINE]
            )
            if told and int(told[1]) != ticket.id:
                return int(told[1])
    return None


def _told(ticket: Ticket) -> Iterator[str]:
    """Yield what the ticket tells as plain text: its messages from the newest, then its subject."""
    kinds = {MessageKind.MAIL, MessageKind.REPLY}
    told = [message for message in ticket.messages if message.kind in kinds]
    for message in reversed(told[-_MOST_TOLD:]):
        yield own_text(message.body)
    yield ticket.subject


def _last_question(ticket: Ticket) -> str:
    """Return what the customer wrote last, as plain text."""
    mails = [message for message in ticket.messages if message.kind is MessageKind.MAIL]
    if not mails:
        return ""
    return own_text(mails[-1].body)
