"""What is looked at before a claimed reply leaves: the reply itself, and its ticket now."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.delivery.claims import Stopped
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.complaints import Complaint
from thulium_portal.replies.states import AUTHOR_GONE, LOGIN_CHANGED, QUEUE_LEFT, State
from thulium_portal.thulium import NotFound, OtherTicket, ThuliumClient, ThuliumError, Ticket
from thulium_portal.tickets import changes
from thulium_portal.tickets.changes import Change, Kind, Seen
from thulium_portal.tickets.index import intake

_OWN_WORDS = ("recalled", "file_missing")
"""Rules whose sentence is kept in ``labels.REASONS``; of the others the sentence itself is kept."""


def check(reply: Reply, client: ThuliumClient) -> Ticket:
    """Return the ticket of *reply* as it is now, read before its files are uploaded.

    Raises as :func:`read_ticket`, and :class:`Stopped` for a reply that must not leave as it is.
    """
    author = require_author(reply)
    _require_ready(reply)
    ticket = read_ticket(reply, client)
    _require_works_in(author, reply.queue_id, ticket.queue_id)
    return ticket


def read_ticket(reply: Reply, client: ThuliumClient) -> Ticket:
    """Return the ticket of *reply* as it is now.

    Raises :class:`Stopped` where it is not there, or is no longer what the author saw: another
    recipient, customer or queue, closed, merged, or with messages that were not there;
    ``ThuliumError`` where the ticket could not be read.
    """
    began = timezone.now()
    try:
        ticket = client.get_ticket(reply.ticket_id)
    except NotFound as error:
        gone = "ticket_gone" if reply.seen else "ticket_not_found"
        raise Stopped(State.REJECTED, gone, error.detail) from error
    except OtherTicket as other:
        _stop_for_changes([changes.merged(reply.ticket_id, other.ticket_id)])
    circuit_breaker.record_success()
    seen = seen_by_author(reply)
    found = changes.changes(seen, ticket, agent_login=reply.agent_login)
    if reply.ignore_newer:
        found = tuple(change for change in found if change.kind in _ALWAYS)
    if found:
        intake.note(ticket, began=began)
        name = _customer_name(seen, ticket, client)
        _stop_for_changes(_with_name(found, name), now=Seen.of(ticket, name))
    return ticket


_ALWAYS = frozenset({Kind.MERGED, Kind.RECIPIENT, Kind.CUSTOMER})
"""What an administrator's look at the ticket does not let pass: whom the reply goes to."""


def seen_by_author(reply: Reply) -> Seen:
    """Return what the author of *reply* had seen; of old replies only the last message is known."""
    if reply.seen:
        return Seen.read(reply.seen)
    return Seen(last_message_id=reply.last_seen_message_id)


def _customer_name(seen: Seen, ticket: Ticket, client: ThuliumClient) -> str:
    """Return whose ticket it is now; "" where Thulium's address book does not know."""
    if ticket.customer_id is None or ticket.customer_id == seen.customer_id:
        return seen.customer_name if ticket.customer_id is not None else ""
    try:
        return client.get_customer(ticket.customer_id).full_name
    except ThuliumError:
        return ""


def _with_name(found: Sequence[Change], name: str) -> list[Change]:
    """Return *found* with the new customer's *name* in the place of a number, where it is known."""
    return [
        replace(change, new=name or change.new) if change.kind is Kind.CUSTOMER else change
        for change in found
    ]


def _stop_for_changes(found: Sequence[Change], *, now: Seen | None = None) -> NoReturn:
    first = found[0]
    detail = first.who if first.is_message else f"{first.old or '–'} → {first.new or '–'}"
    raise Stopped(State.BLOCKED, str(first.kind), detail, named=found, now=now)


def require_still_wanted(reply: Reply) -> None:
    """Ask for author and recalls once more, since uploading files may have taken minutes.

    Raises :class:`Stopped`.
    """
    require_author(reply)
    _stop_for(rules.recalls_of(reply))


def require_author(
    reply: Reply, ticket: Ticket | None = None, *, until_commit: bool = False
) -> User:
    """Return the author of *reply* as they are now.

    Raises :class:`Stopped` where they may no longer send, not to its queue or to that of *ticket*
    as it is now, or not under its login.

    A login is somebody's name: once it is another person's, nothing leaves under it that was
    written before. With *until_commit* the answer holds until the transaction ends: who is switched
    off meanwhile is switched off after it.
    """
    authors = User.objects.who_may(Permission.SEND_REPLIES).filter(pk=reply.author_id)
    if until_commit:
        authors = authors.select_for_update(no_key=True, of=("self",))
    author = authors.select_related("agent_profile").first()
    if author is None or not author.agent_login:
        raise Stopped(State.HELD, AUTHOR_GONE)
    if author.agent_login.casefold() != reply.agent_login.casefold():
        raise Stopped(State.BLOCKED, LOGIN_CHANGED, f"{reply.agent_login} → {author.agent_login}")
    if ticket is not None:
        _require_works_in(author, reply.queue_id, ticket.queue_id)
    elif reply.queue_id is not None:
        _require_works_in(author, reply.queue_id)
    return author


def _require_works_in(author: User, *queues: int | None) -> None:
    # Where no queue is known at all, the author is asked about just that.
    asked = [queue for queue in queues if queue is not None] or queues
    if not all(author.works_in(queue) for queue in asked):
        raise Stopped(State.HELD, QUEUE_LEFT)


def _require_ready(reply: Reply) -> None:
    # Read once, for the upload as well.
    prefetch_related_objects([reply], "attachments")
    if rules.complaints_of(reply):
        with translation.override(reply.author.language):
            _stop_for(rules.complaints_of(reply))


def _stop_for(complaints: Sequence[Complaint]) -> None:
    if not complaints:
        return
    first = complaints[0]
    if first.code in _OWN_WORDS:
        # All of the kind are named: a person lets pass what they were told of.
        about = (complaint.about for complaint in complaints if complaint.code == first.code)
        raise Stopped(State.BLOCKED, first.code, " · ".join(about))
    is_html = isinstance(first.message, SafeString)
    sentence = html_to_text(first.message) if is_html else first.message
    raise Stopped(State.BLOCKED, "not_ready", sentence)
