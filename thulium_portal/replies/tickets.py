"""Tickets as the pages show them: read, made safe, and remembered in a signed snapshot."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _

from thulium_portal import gateway
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.canned import queues, workdays
from thulium_portal.canned.suggesting import stems_of
from thulium_portal.lib.html import clean_mail_html, plain_to_html
from thulium_portal.lib.languages import language_of
from thulium_portal.lib.mail_frame import mail_frame
from thulium_portal.lib.text import html_to_text
from thulium_portal.replies import wording
from thulium_portal.replies.models import Reply
from thulium_portal.thulium import Customer, ThuliumClient, ThuliumError, Ticket, TicketMessage
from thulium_portal.thulium.payloads import MessageKind

PAGE_READ_TIMEOUT = 8.0
"""Seconds a person waits for the conversation before the page comes without it."""
_SALT = "replies.snapshot"
_CHARACTERS_PER_LINE = 60


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

    @property
    def waited_from(self) -> datetime | None:
        """When the customer wrote what nobody had answered yet; None where that is not known."""
        return datetime.fromisoformat(self.waiting_since) if self.waiting_since else None

    @property
    def is_known(self) -> bool:
        """Tell whether the ticket had been read when this was made."""
        return self != Snapshot(self.ticket_id)

    def sign(self) -> str:
        """Return the snapshot for a hidden field; it cannot be altered on the way."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def read_snapshot(signed: str, *, ticket_id: int) -> Snapshot:
    """Return the snapshot in *signed*, or an empty one where it is missing or not ours."""
    try:
        known: dict[str, Any] = signing.loads(signed, salt=_SALT) if signed else {}
        snapshot = Snapshot(**known) if known else Snapshot(ticket_id)
    except (signing.BadSignature, TypeError):
        return Snapshot(ticket_id)
    return snapshot if snapshot.ticket_id == ticket_id else Snapshot(ticket_id)


@dataclass(frozen=True)
class MessageView:
    """One message as the conversation shows it."""

    id: int
    kind: str
    author: str
    at: datetime | None
    frame: str = ""
    text: str = ""
    lines: int = 1
    pictures_blocked: int = 0
    attachments: int = 0
    portal_reply: Reply | None = None


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


def load(ticket_id: int) -> TicketView | wording.Problem:
    """Read a ticket for a page, or say in the reader's words why it cannot be shown."""
    client = gateway.thulium_client(read_timeout=PAGE_READ_TIMEOUT)
    try:
        ticket = client.get_ticket(ticket_id)
    except ThuliumError as error:
        return wording.ticket_problem(error, ticket_id)
    queues.remember(ticket.queue_id, ticket.queue_name)
    return _view(ticket, _customer(ticket, client))


def _customer(ticket: Ticket, client: ThuliumClient) -> Customer | None:
    """Return who wrote, where Thulium's address book knows; a name is never worth an error page."""
    if ticket.customer_id is None:
        return None
    try:
        return client.get_customer(ticket.customer_id)
    except ThuliumError:
        return None


def _view(ticket: Ticket, customer: Customer | None) -> TicketView:
    first, last = (customer.first_name, customer.last_name) if customer else ("", "")
    name = " ".join(part for part in (first, last) if part)
    since, asked = waiting_since(ticket.messages), _asked(ticket)
    snapshot = Snapshot(
        ticket_id=ticket.id,
        subject=ticket.subject,
        customer_name=name,
        customer_first_name=first,
        customer_email=ticket.customer_email,
        queue_id=ticket.queue_id,
        queue_name=ticket.queue_name,
        last_message_id=ticket.last_message_id,
        waiting_since=since.isoformat() if since else "",
        question=stems_of(asked),
        language=language_of(asked),
    )
    return TicketView(
        id=ticket.id,
        subject=ticket.subject or _("(no subject)"),
        customer_name=name,
        customer_email=ticket.customer_email,
        queue_name=ticket.queue_name,
        status_name=ticket.status_name,
        snapshot=snapshot,
        messages=tuple(_messages(ticket, name or ticket.customer_email)),
    )


def _asked(ticket: Ticket) -> str:
    """Return what the customer wrote last, as plain text."""
    mails = [message for message in ticket.messages if message.kind is MessageKind.MAIL]
    if not mails:
        return ""
    body = mails[-1].body
    return html_to_text(clean_mail_html(body).html) if "<" in body else body


def waiting_since(messages: Iterable[TicketMessage]) -> datetime | None:
    """Return when the customer wrote first after the last answer; None where nobody waits."""
    since: datetime | None = None
    for message in messages:
        if message.kind is MessageKind.REPLY:
            since = None
        elif message.kind is MessageKind.MAIL and since is None:
            since = local_time(message.created_at)
    return since


def _messages(ticket: Ticket, customer: str) -> list[MessageView]:
    logins = {message.agent_login for message in ticket.messages if message.agent_login}
    profiles = AgentProfile.objects.filter(login__in=logins).select_related("user")
    names = {profile.login.casefold(): str(profile.user) for profile in profiles}
    ours = {
        reply.matched_message_id: reply
        for reply in Reply.objects.filter(
            ticket_id=ticket.id, matched_message_id__isnull=False
        ).only("uuid", "state", "matched_message_id")
    }
    return [_message(message, customer, names, ours.get(message.id)) for message in ticket.messages]


def _message(
    message: TicketMessage, customer: str, names: dict[str, str], ours: Reply | None
) -> MessageView:
    author = names.get(message.agent_login.casefold(), message.agent_login)
    if message.kind is MessageKind.MAIL:
        author = customer or _("Customer")
    elif not author:
        author = _("Thulium")
    note = message.comment or message.system_comment
    view = MessageView(
        id=message.id,
        kind=message.kind.value.lower(),
        author=author,
        at=local_time(message.created_at),
        text=note,
        lines=_lines(note),
        attachments=len(message.attachments),
        portal_reply=ours,
    )
    if message.kind is MessageKind.COMMENT:
        return view
    cleaned = clean_mail_html(message.body if "<" in message.body else plain_to_html(message.body))
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


def local_time(moment: datetime | None) -> datetime | None:
    """Give Thulium's local time its zone (a setting, since the API names none)."""
    if moment is None:
        return None
    return timezone.make_aware(moment, ZoneInfo(settings.THULIUM_TIME_ZONE))


def placeholder_values(snapshot: Snapshot, user: User) -> dict[str, str]:
    """Return what placeholders are filled with for this ticket and this person; "" is unknown."""
    today = timezone.localdate(timezone=user.zone)
    return {
        "customer_name": snapshot.customer_name,
        "customer_first_name": snapshot.customer_first_name,
        "customer_email": snapshot.customer_email,
        "ticket_number": str(snapshot.ticket_id),
        "ticket_subject": snapshot.subject,
        "queue_name": snapshot.queue_name,
        "my_name": user.get_full_name(),
        "my_first_name": user.get_short_name(),
        "my_signature": user.signature,
        "today": wording.date_for_letters(today),
        **workdays.dates(today),
    }
