"""Taking a ticket that is nobody's: asked of Thulium afresh, and told as Thulium tells it.

Thulium gives a ticket to whoever asks last. So it is read before, lest it be taken from somebody,
and after, lest a colleague who took it at Thulium in the same moment be passed over in silence.
Of two who take it here at once only one asks Thulium for it.
"""

from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from thulium_portal import gateway
from thulium_portal.accounts.models import AgentProfile, User
from thulium_portal.audit.actions import Action
from thulium_portal.audit.services import record
from thulium_portal.thulium import (
    NotFound,
    OtherTicket,
    Reason,
    ThuliumClient,
    ThuliumError,
    Ticket,
    WrongCredentials,
)
from thulium_portal.tickets.index import readings
from thulium_portal.tickets.index.hints import hint_quietly
from thulium_portal.tickets.index.intake import note
from thulium_portal.tickets.models import KnownTicket

SECONDS = 1.0
"""How long a page waits for Thulium, each time it asks."""
NOT_ALLOWED_SECONDS = 15 * 60
"""So long who was refused the right is not offered to take a ticket. Thulium does not tell
whether it refuses this ticket or all, so others are offered it still."""
CLAIM_SECONDS = 30
"""Longer than taking a ticket ever lasts; a claim that was left behind ends by itself."""
_NOT_ASKED = frozenset({Reason.NO_CONNECTION, Reason.CERTIFICATE})
"""Thulium was not reached at all."""


class Outcome(StrEnum):
    """What came of taking a ticket."""

    TAKEN = "taken"
    YOURS = "yours"
    """It was the person's already."""
    ANOTHERS = "anothers"
    CLOSED = "closed"
    GONE = "gone"
    NOT_ALLOWED = "not_allowed"
    NO_ANSWER = "no_answer"
    """Thulium did not tell how the ticket stands; nothing was changed."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Thulium was asked and has not said whether it did it."""


class Taken(NamedTuple):
    """What came of it, and whose the ticket is where it is somebody else's."""

    outcome: Outcome
    whose: str = ""


def may_take(person: User) -> bool:
    """Tell whether *person* can be offered to take tickets, as far as is known."""
    return person.can_send and not cache.get(_not_allowed(person))


def _not_allowed(person: User) -> str:
    return f"desk-taking-not-allowed-{person.pk}"


def take(ticket_id: int, *, actor: User) -> Taken:
    """Give a ticket to *actor* at Thulium, unless it is somebody's.

    Raises ``PermissionDenied`` where *actor* sends no replies or has no agent login.
    """
    if not actor.can_send:
        raise PermissionDenied
    try:
        before = _read(ticket_id)
    except (NotFound, OtherTicket) as error:
        readings.note_failed(ticket_id, error)
        return Taken(Outcome.GONE)
    except ThuliumError:
        return Taken(Outcome.NO_ANSWER)
    if not actor.works_in(before.queue_id):
        return Taken(Outcome.GONE)
    if before.is_closed or before.is_merged:
        return Taken(Outcome.CLOSED)
    if before.agent_login:
        return _held_by(before.agent_login, actor, Outcome.YOURS)
    return _assign(before, actor)


def _read(ticket_id: int) -> Ticket:
    """Read a ticket now and take it into the index; raises ``ThuliumError``."""
    began = timezone.now()
    ticket = _client().get_ticket(ticket_id)
    note(ticket, began=began)
    return ticket


def _client() -> ThuliumClient:
    return gateway.thulium_client(read_timeout=SECONDS, total_timeout=SECONDS)


def _assign(before: Ticket, actor: User) -> Taken:
    """Give *before*, which was nobody's, to *actor*, unless a colleague is ahead of them.

    The claim is in the cache, which all processes share: the row of the index is read anew, and
    would be nobody's again, while Thulium is still being asked.
    """
    claim = f"desk-taking-{before.id}"
    if not cache.add(claim, actor.pk, CLAIM_SECONDS):
        return _behind(cache.get(claim), actor)
    try:
        # Somebody may have been given it since it was read.
        row = KnownTicket.objects.filter(pk=before.id).exclude(agent_login="").first()
        if row is not None:
            return _held_by(row.agent_login, actor, Outcome.YOURS)
        return _ask(before, actor)
    finally:
        cache.delete(claim)


def _behind(ahead: int | None, actor: User) -> Taken:
    """Return what is said to *actor* while the person *ahead* takes the ticket."""
    if ahead == actor.pk:
        return Taken(Outcome.UNKNOWN)
    person = None if ahead is None else User.objects.filter(pk=ahead).first()
    return Taken(Outcome.ANOTHERS, str(person)) if person else Taken(Outcome.NO_ANSWER)


def _ask(before: Ticket, actor: User) -> Taken:
    try:
        _client().assign_ticket(before.id, actor.agent_login)
    except ThuliumError as error:
        taken = Taken(_failed(error, actor))
        return _record(before.id, taken, actor) if taken.outcome is Outcome.UNKNOWN else taken
    try:
        after = _read(before.id)
    except ThuliumError:
        note(replace(before, agent_login=actor.agent_login))
        return _record(before.id, Taken(Outcome.TAKEN), actor, is_read=False)
    whose = after.agent_login
    taken = _held_by(whose, actor, Outcome.TAKEN) if whose else Taken(Outcome.UNKNOWN)
    return _record(before.id, taken, actor)


def _failed(error: ThuliumError, actor: User) -> Outcome:
    """Return what is known where Thulium did not simply do it."""
    if isinstance(error, WrongCredentials):
        cache.set(_not_allowed(actor), True, NOT_ALLOWED_SECONDS)
        return Outcome.NOT_ALLOWED
    if error.status is not None and 400 <= error.status < 500:
        return Outcome.REFUSED
    return Outcome.NO_ANSWER if error.reason in _NOT_ASKED else Outcome.UNKNOWN


def _held_by(login: str, actor: User, mine: Outcome) -> Taken:
    """Return whose the ticket of *login* is: *mine* where it is *actor*'s."""
    if login.casefold() == actor.agent_login.casefold():
        return Taken(mine)
    profile = AgentProfile.objects.filter(login__iexact=login).select_related("user").first()
    return Taken(Outcome.ANOTHERS, str(profile.user) if profile else login)


def _record(ticket_id: int, taken: Taken, actor: User, *, is_read: bool = True) -> Taken:
    """Record what Thulium was asked for and what came of it; return *taken*."""
    doubtful = not is_read or taken.outcome is Outcome.UNKNOWN
    if doubtful:
        hint_quietly(ticket_id)
    with transaction.atomic():
        record(
            Action.TICKET_TAKEN,
            actor=actor,
            ticket_id=ticket_id,
            facts={
                "login_before": "",
                "login_after": actor.agent_login,
                "outcome": str(taken.outcome),
                "read_back": not doubtful,
            },
        )
    return taken
