"""A ticket and its messages as pages show them, made safe."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from thulium_portal.accounts.models import AgentProfile
from thulium_portal.lib.html.mail import Mail, excerpt, read_mail, whole_mail, whole_text
from thulium_portal.lib.html.mail_frame import mail_frame
from thulium_portal.thulium import BY_CUSTOMER, MessageFile, MessageKind, Ticket, TicketMessage
from thulium_portal.tickets import changes
from thulium_portal.tickets.changes import Change, Kind, Seen
from thulium_portal.tickets.snapshot import Snapshot, local_time

MOST_READ = 1_000_000
"""Characters of messages that are read for one page, the newest first."""
MOST_OF_TEXT = 200_000
"""Characters of a message without form that stand on one page."""
MOST_FILES = 10
"""Files of one message that a page names; of more it tells how many."""
_CHARACTERS_PER_LINE = 40
"""As the conversation beside the composer has room for."""
_LINES_PER_GAP = 2 / 3
"""What stands between two paragraphs, in lines."""
_NEW_LINE = re.compile(r"<(?:p|br|li|div|tr|h[1-6])\b|\n")
_SYSTEM, _UNREADABLE = (kind.value.lower() for kind in (MessageKind.SYSTEM, MessageKind.UNREADABLE))
_REPLY = MessageKind.REPLY.value.lower()
_BY_CUSTOMER = frozenset(kind.value.lower() for kind in BY_CUSTOMER)
_NEWS = dict.fromkeys(_BY_CUSTOMER, Kind.CUSTOMER_WROTE) | {_REPLY: Kind.COLLEAGUE_REPLIED}
"""What a new message of a kind means for a reply that has not left yet."""


_SEEN_BY_CUSTOMER = frozenset(
    kind.value.lower() for kind in (MessageKind.MAIL, MessageKind.REPLY, MessageKind.OTHER)
)


@dataclass(frozen=True)
class MessageView:
    """One message as the conversation shows it."""

    id: int | None
    kind: str
    author: str
    at: datetime | None
    frame: str = ""
    lines: int = 1
    told: str = ""
    """What Thulium itself told with the message, such as a changed status."""
    pasted_pictures: int = 0
    remote_pictures: int = 0
    is_cut: bool = False
    files: tuple[str, ...] = ()
    """What its files are called; more than ``MOST_FILES`` are only counted."""
    more_files: int = 0
    portal_reply: object | None = None
    """The reply of this portal that the message is; the floor of replies fills it in."""

    @property
    def is_by_customer(self) -> bool:
        return self.kind in _BY_CUSTOMER

    @property
    def is_quotable(self) -> bool:
        """Whether it may be quoted to the customer: they know it, unlike a note of the team."""
        return bool(self.frame) and self.kind in _SEEN_BY_CUSTOMER


@dataclass(frozen=True)
class TicketView:
    """A ticket as the composer's page shows it."""

    id: int
    subject: str
    customer_name: str
    customer_email: str
    queue_name: str
    status_name: str
    snapshot: Snapshot
    customer_id: int | None = None
    agent_login: str = ""
    agent_name: str = ""
    is_open: bool = True
    created_at: datetime | None = None
    messages: tuple[MessageView, ...] = field(default=())

    @property
    def unreadable(self) -> int:
        """How many of the messages could not be understood; the others are shown all the same."""
        return sum(message.kind == _UNREADABLE for message in self.messages)

    @property
    def first_unread(self) -> int | None:
        """The number of the first message since the newest reply; None where none follows it."""
        since = takewhile(lambda message: message.kind != _REPLY, reversed(self.messages))
        numbers = [message.id for message in since if message.kind != _SYSTEM]
        return numbers[-1] if len(numbers) > 1 else None

    @property
    def with_files(self) -> list[MessageView]:
        """The customer's messages with files, the newest first."""
        messages = reversed(self.messages)
        return [each for each in messages if each.files and each.kind in _BY_CUSTOMER]


def conversation(ticket: Ticket, snapshot: Snapshot) -> TicketView:
    """Return *ticket* as a page shows it."""
    customer = snapshot.customer_name or ticket.customer_email
    names = _agent_names(ticket)
    return TicketView(
        id=ticket.id,
        subject=ticket.subject or _("(no subject)"),
        customer_name=snapshot.customer_name,
        customer_email=ticket.customer_email,
        queue_name=ticket.queue_name,
        status_name=ticket.status_name,
        snapshot=snapshot,
        customer_id=ticket.customer_id,
        agent_login=ticket.agent_login,
        agent_name=names.get(ticket.agent_login.casefold(), ticket.agent_login),
        is_open=not (ticket.is_closed or ticket.is_merged),
        created_at=local_time(ticket.created_at),
        messages=_messages(ticket.messages, customer, names),
    )


def news(view: TicketView, seen: Seen) -> list[Change]:
    """Return what is different on the ticket of *view* from what was *seen*, the graver first."""
    fresh = [
        Change(_NEWS[message.kind], "", str(message.id), message.author, _thulium_clock(message.at))
        for message in seen.missing(view.messages)
        if message.kind in _NEWS
    ]
    return [*changes.standing(seen, view.snapshot.seen), *fresh[-changes.MOST_NAMED :]]


def _thulium_clock(at: datetime | None) -> str:
    """Return *at* as Thulium tells times: in its own zone, without naming it."""
    zone = ZoneInfo(settings.THULIUM_TIME_ZONE)
    return at.astimezone(zone).replace(tzinfo=None).isoformat() if at else ""


def _agent_names(ticket: Ticket) -> dict[str, str]:
    """Return the names of the people whose agent logins stand on *ticket*, by folded login."""
    logins = {ticket.agent_login, *(message.agent_login for message in ticket.messages)} - {""}
    profiles = AgentProfile.objects.filter(login__in=logins).select_related("user")
    return {profile.login.casefold(): str(profile.user) for profile in profiles}


def _messages(
    messages: Sequence[TicketMessage], customer: str, names: dict[str, str]
) -> tuple[MessageView, ...]:
    """Return *messages* in their order; what is left to read goes to the newest first."""
    left, views = MOST_READ, []
    for message in reversed(messages):
        written = _written(message)
        mail = read_mail(written) if len(written) <= left else excerpt(written)
        left -= min(left, len(written))
        views.append(_message(message, mail, _author(message, customer, names)))
    return tuple(reversed(views))


def _written(message: TicketMessage) -> str:
    if message.kind is MessageKind.COMMENT:
        return message.comment or message.body
    return message.body or message.comment


def _author(message: TicketMessage, customer: str, names: dict[str, str]) -> str:
    if message.kind is MessageKind.MAIL:
        return customer or _("Customer")
    name = names.get(message.agent_login.casefold(), message.agent_login)
    if not name and message.kind is MessageKind.OTHER:
        return pgettext("who wrote a message", "unknown")
    return name or _("Thulium")


def _message(message: TicketMessage, mail: Mail, author: str) -> MessageView:
    told_alone = message.system_comment and not _written(message)
    kind = _SYSTEM if told_alone else message.kind.value.lower()
    shown = bool(mail.own or mail.history)
    return MessageView(
        id=message.id,
        kind=kind,
        author=author,
        at=local_time(message.created_at),
        frame=frame_of(mail) if shown else "",
        lines=_lines(mail.own),
        told=message.system_comment,
        pasted_pictures=mail.pasted_pictures,
        remote_pictures=mail.remote_pictures,
        is_cut=mail.is_cut,
        files=_file_names(message.attachments[:MOST_FILES]),
        more_files=len(message.attachments[MOST_FILES:]),
    )


def _file_names(files: Sequence[MessageFile]) -> tuple[str, ...]:
    """Return what *files* are called, by their place where no name is known."""
    unnamed = _("File %(number)s")
    return tuple(
        file.name or unnamed % {"number": place} for place, file in enumerate(files, start=1)
    )


def frame_of(mail: Mail) -> str:
    """Return the document of a frame that shows *mail*, its history folded."""
    summary = _("Earlier messages")
    if mail.attribution:
        summary = f"{summary} · {mail.attribution}"
    return mail_frame(mail.own, mail.history, summary=summary)


def _lines(html: str) -> int:
    """Estimate how many lines a message takes, for a sensible height before any script runs."""
    blocks = _NEW_LINE.split(html)
    rows = sum(math.ceil(_written_length(block) / _CHARACTERS_PER_LINE) for block in blocks)
    gaps = html.count("<p") - 1
    return max(1, min(20, math.ceil(rows + gaps * _LINES_PER_GAP)))


def _written_length(html: str) -> int:
    return sum(len(piece.rpartition(">")[2]) for piece in html.split("<"))


@dataclass(frozen=True)
class WholeMessage:
    """All of one message, for a page of its own: in a frame, or as text in several parts."""

    id: int
    author: str
    at: datetime | None
    frame: str = ""
    text: str = ""
    part: int = 1
    parts: int = 1


def whole_message(
    ticket: Ticket, snapshot: Snapshot, message_id: int, part: int
) -> WholeMessage | None:
    """Return a message of *ticket*, of a long text one *part*; None if there is none."""
    message = next((each for each in ticket.messages if each.id == message_id), None)
    if message is None:
        return None
    customer = snapshot.customer_name or ticket.customer_email
    author = _author(message, customer, _agent_names(ticket))
    shown = WholeMessage(message_id, author, local_time(message.created_at))
    mail = whole_mail(_written(message))
    if mail is not None:
        return replace(shown, frame=frame_of(mail))
    text = whole_text(_written(message))
    ends = _part_ends(text)
    part = min(max(1, part), len(ends))
    start = ends[part - 2] if part > 1 else 0
    return replace(shown, text=text[start : ends[part - 1]], part=part, parts=len(ends))


def _part_ends(text: str) -> list[int]:
    """Return where each part of *text* ends: at the end of a line, where there is one."""
    ends = [0]
    while ends[-1] < len(text):
        furthest = ends[-1] + MOST_OF_TEXT
        line_end = text.rfind("\n", ends[-1], furthest) + 1
        is_last = furthest >= len(text)
        ends.append(len(text) if is_last else max(line_end, ends[-1] + MOST_OF_TEXT // 2))
    return ends[1:] or [0]
