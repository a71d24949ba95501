"""A ticket and its messages as pages show them, made safe."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from thulium_portal.accounts.models import AgentProfile
from thulium_portal.lib.html.mail import clean_mail_html, is_html
from thulium_portal.lib.html.mail_frame import mail_frame
from thulium_portal.lib.html.sanitize import plain_to_html
from thulium_portal.thulium import MessageKind, Ticket, TicketMessage
from thulium_portal.tickets.snapshot import Snapshot, local_time

_CHARACTERS_PER_LINE = 60
_UNREADABLE = MessageKind.UNREADABLE.value.lower()
_WITHOUT_MAIL = (MessageKind.COMMENT, MessageKind.SYSTEM, MessageKind.UNREADABLE)


@dataclass(frozen=True)
class MessageView:
    """One message as the conversation shows it."""

    id: int | None
    kind: str
    author: str
    at: datetime | None
    frame: str = ""
    text: str = ""
    lines: int = 1
    pictures_blocked: int = 0
    attachments: int = 0
    portal_reply: object | None = None
    """The reply of this portal that the message is; the floor of replies fills it in."""


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
    messages: tuple[MessageView, ...] = field(default=())

    @property
    def unreadable(self) -> int:
        """How many of the messages could not be understood; the others are shown all the same."""
        return sum(message.kind == _UNREADABLE for message in self.messages)


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
        messages=tuple(_message(message, customer, names) for message in ticket.messages),
    )


def _agent_names(ticket: Ticket) -> dict[str, str]:
    """Return the names of the people whose agent logins stand on *ticket*, by folded login."""
    logins = {message.agent_login for message in ticket.messages if message.agent_login}
    profiles = AgentProfile.objects.filter(login__in=logins).select_related("user")
    return {profile.login.casefold(): str(profile.user) for profile in profiles}


def _message(message: TicketMessage, customer: str, names: dict[str, str]) -> MessageView:
    author = names.get(message.agent_login.casefold(), message.agent_login)
    if message.kind is MessageKind.MAIL:
        author = customer or _("Customer")
    elif not author and message.kind is MessageKind.OTHER:
        author = pgettext("who wrote a message", "unknown")
    elif not author:
        author = _("Thulium")
    note = message.comment or message.system_comment
    if message.kind is MessageKind.UNREADABLE:
        note = _("This message could not be read here. Open the ticket in Thulium to see it.")
    view = MessageView(
        id=message.id,
        kind=message.kind.value.lower(),
        author=author,
        at=local_time(message.created_at),
        text=note,
        lines=_lines(note),
        attachments=len(message.attachments),
    )
    if message.kind in _WITHOUT_MAIL:
        return view
    cleaned = clean_mail_html(
        message.body if is_html(message.body) else plain_to_html(message.body)
    )
    return replace(
        view,
        frame=mail_frame(cleaned.html),
        text=message.system_comment,
        lines=_lines(cleaned.html),
        pictures_blocked=cleaned.blocked_pictures,
    )


def _lines(html: str) -> int:
    """Estimate how many lines a message takes, for a sensible height before any script runs."""
    breaks = html.count("<p") + html.count("<br") + html.count("<li") + html.count("\n")
    return max(1, min(20, breaks + len(html) // _CHARACTERS_PER_LINE))
