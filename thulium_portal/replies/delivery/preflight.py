"""What is looked at before a claimed reply leaves: the reply itself, and its ticket now."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils import translation
from django.utils.safestring import SafeString

from thulium_portal.lib.html.plain_text import html_to_text
from thulium_portal.replies.delivery import circuit_breaker
from thulium_portal.replies.delivery.claims import Stopped
from thulium_portal.replies.models import Reply
from thulium_portal.replies.readiness import rules
from thulium_portal.replies.readiness.rules import Complaint
from thulium_portal.replies.states import State
from thulium_portal.thulium import MessageKind, NotFound, ThuliumClient, Ticket

NEWER = frozenset({"customer_wrote", "colleague_replied"})
"""Reasons to stop a reply because its author had not seen everything on the ticket."""
_OWN_WORDS = ("recalled", "file_missing")
"""Rules whose sentence is kept in ``labels.REASONS``; of the others the sentence itself is kept."""


def check(reply: Reply, client: ThuliumClient) -> Ticket:
    """Return the ticket of *reply* as it is now, read just before the call.

    Raises :class:`Stopped` for a reply that must not leave as it is, a ticket that is not there, or
    one on which somebody wrote what the author had not seen; ``ThuliumError`` where the ticket
    could not be read.
    """
    _require_ready(reply)
    try:
        ticket = client.get_ticket(reply.ticket_id)
    except NotFound as error:
        raise Stopped(State.REJECTED, "ticket_not_found", error.detail) from error
    circuit_breaker.record_success()
    if not reply.ignore_newer:
        _require_nothing_newer(reply, ticket)
    return ticket


def require_not_recalled(reply: Reply) -> None:
    """Ask for recalls alone once more, since uploading files may have taken minutes.

    Raises :class:`Stopped`.
    """
    _stop_for(rules.recalls_of(reply))


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


def _require_nothing_newer(reply: Reply, ticket: Ticket) -> None:
    seen = reply.last_seen_message_id
    if seen is None:
        return
    for message in ticket.messages:
        if message.id <= seen:
            continue
        if message.kind is MessageKind.MAIL:
            raise Stopped(State.BLOCKED, "customer_wrote")
        own = message.agent_login.casefold() == reply.agent_login.casefold()
        if message.kind is MessageKind.REPLY and not own:
            raise Stopped(State.BLOCKED, "colleague_replied", message.agent_login)
